"""Decisions over histories: who starts, who is blocked, when a run is over."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tmuxplan import events as ev
from tmuxplan.plan.model import Block, Edge, Plan, Ready, Task, Text
from tmuxplan.schedule import decide as do
from tmuxplan.schedule.board import Board
from tmuxplan.schedule.deadlines import LAST_LOOK_S
from tmuxplan.schedule.policy import Policy
from tmuxplan.schedule.replay import board_of
from tmuxplan.schedule.state import RunState


def task(name: str, **more: object) -> Task:
    return Task(id=name, title=name, line=1, **{"blocks": (Block(1, "true"),), **more})  # type: ignore[arg-type]


def plan_of(tasks: list[Task], edges: list[tuple[str, str, str]]) -> Plan:
    return Plan(
        path="p.md",
        title="p",
        sha256="",
        tasks=tuple(tasks),
        edges=tuple(Edge(t, on, kind) for t, on, kind in edges),  # type: ignore[arg-type]
    )


def board(plan: Plan, **policy: object) -> Board:
    return Board(plan, frozenset(t.id for t in plan.tasks), Policy(**policy))  # type: ignore[arg-type]


def with_jobs(on: Board, jobs: int) -> Board:
    on.policy = Policy(jobs=jobs)
    return on


def starts(found: tuple[do.Action, ...]) -> list[str]:
    return [action.task for action in found if isinstance(action, do.Start)]


def begin(on: Board, name: str, n: int = 1) -> None:
    on.apply(ev.AttemptStarting(at=0, task=name, n=n, nonce="ab"), 0)


def judged(on: Board, name: str, verdict: ev.Verdict) -> None:
    on.apply(ev.Judged(at=0, task=name, n=1, verdict=verdict), 0)


def test_a_task_starts_when_what_it_needs_passed() -> None:
    on = board(plan_of([task("a"), task("b")], [("b", "a", "hard")]))
    assert starts(do.decide(on, 0)) == ["a"]
    begin(on, "a")
    assert do.decide(on, 0) == ()
    judged(on, "a", "passed")
    assert starts(do.decide(on, 0)) == ["b"]


def test_a_failure_blocks_and_the_root_is_named_through_the_chain() -> None:
    on = board(plan_of([task("a"), task("b"), task("c")], [("b", "a", "hard"), ("c", "b", "hard")]))
    begin(on, "a")
    judged(on, "a", "failed")
    first = do.decide(on, 0)
    assert first == (do.Block("b", ("a",), ("a",)),)
    on.apply(ev.Blocked(at=0, task="b", by=("a",), root=("a",)), 0)
    assert do.decide(on, 0) == (do.Block("c", ("b",), ("a",)),)
    on.apply(ev.Blocked(at=0, task="c", by=("b",), root=("a",)), 0)
    assert do.decide(on, 0) == (do.End(),)


def test_a_soft_dependency_is_released_by_any_end() -> None:
    on = board(plan_of([task("a"), task("b")], [("b", "a", "soft")]))
    begin(on, "a")
    assert starts(do.decide(on, 0)) == []
    judged(on, "a", "lost")
    assert starts(do.decide(on, 0)) == ["b"]


def test_jobs_limit_and_urgency() -> None:
    on = board(plan_of([task("a"), task("b"), task("c")], [("c", "b", "hard")]))
    assert starts(do.decide(with_jobs(on, 1), 0)) == ["b"]
    begin(on, "b")
    assert starts(do.decide(with_jobs(on, 1), 0)) == []
    assert starts(do.decide(with_jobs(on, 2), 0)) == ["a"]


def test_a_lock_has_one_holder_and_is_given_on() -> None:
    lock = (Text("port:8000", 1),)
    on = board(plan_of([task("a", locks=lock), task("b", locks=lock), task("c")], []))
    assert starts(do.decide(on, 0)) == ["a", "c"]
    begin(on, "a")
    assert starts(do.decide(on, 0)) == ["c"]
    judged(on, "a", "failed")
    assert set(starts(do.decide(on, 0))) == {"b", "c"}


def test_a_gate_asks_after_its_commands_and_holds_its_dependents() -> None:
    on = board(plan_of([task("a", gate=Text("manual", 1)), task("b")], [("b", "a", "hard")]))
    begin(on, "a")
    judged(on, "a", "passed")
    assert do.decide(on, 0) == (do.AskPerson("a"),)
    on.apply(ev.PersonAsked(at=0, task="a"), 0)
    assert do.decide(on, 0) == (do.End(),)
    on.apply(ev.Signed(at=0, task="a", by="ann"), 0)
    assert starts(do.decide(on, 0)) == ["b"]


@pytest.mark.parametrize("commands", [(Block(1, "true"),), ()])
def test_a_task_that_was_skipped_while_it_waited_never_starts(
    commands: tuple[Block, ...],
) -> None:
    on = board(plan_of([task("a"), task("b", blocks=commands)], [("b", "a", "hard")]))
    begin(on, "a")
    on.apply(ev.Skipped(at=0, task="b", by="ann", reason="no need"), 0)
    judged(on, "a", "passed")
    assert do.decide(on, 0) == (do.End(),)


def test_a_task_that_was_skipped_is_not_blocked_either() -> None:
    on = board(plan_of([task("a"), task("b"), task("c")], [("b", "a", "hard"), ("c", "b", "hard")]))
    begin(on, "a")
    on.apply(ev.Skipped(at=0, task="b", by="ann", reason="no need"), 0)
    assert starts(do.decide(on, 0)) == ["c"]
    judged(on, "a", "failed")
    assert starts(do.decide(on, 0)) == ["c"]


def test_a_failed_gate_asks_nobody() -> None:
    on = board(plan_of([task("a", gate=Text("manual", 1))], []))
    begin(on, "a")
    judged(on, "a", "failed")
    assert do.decide(on, 0) == (do.End(),)


def test_a_task_without_commands_waits_for_a_person() -> None:
    on = board(plan_of([task("a", blocks=())], []))
    assert do.decide(on, 0) == (do.AskPerson("a"),)


def test_stopping_halts_what_waits_and_stops_what_runs_once() -> None:
    on = board(plan_of([task("a"), task("b")], [("b", "a", "hard")]))
    begin(on, "a")
    on.apply(ev.RunStopping(at=0, by="ann", why="wrong branch"), 0)
    assert do.decide(on, 0) == (
        do.Halt("b", "wrong branch"),
        do.Stop("a", 1, "stop"),
    )
    on.apply(ev.Halted(at=0, task="b", why="wrong branch"), 0)
    on.apply(ev.StopAsked(at=0, task="a", n=1, why="stop"), 0)
    assert do.decide(on, 0) == ()
    judged(on, "a", "halted")
    assert do.decide(on, 0) == (do.End(),)


def test_draining_lets_what_runs_finish() -> None:
    on = board(plan_of([task("a")], []))
    begin(on, "a")
    on.apply(ev.RunStopping(at=0, by="ann", why="enough", now=False), 0)
    assert do.decide(on, 0) == ()


def test_a_timeout_is_counted_from_the_start_and_asked_for_once() -> None:
    on = board(plan_of([task("a", timeout_s=5.0)], []))
    begin(on, "a")
    on.apply(ev.AttemptStarted(at=0, task="a", n=1, host="h", pid=1), 100.0)
    assert do.next_deadline(on, 100.0) == 105.0
    assert do.decide(on, 104.9) == ()
    assert do.decide(on, 105.0) == (do.Stop("a", 1, "timeout"),)
    on.apply(ev.StopAsked(at=0, task="a", n=1, why="timeout"), 105.0)
    assert do.decide(on, 106.0) == ()
    assert do.next_deadline(on, 105.0) is None


def test_a_board_with_a_past_is_the_board_that_lived_through_it() -> None:
    plan = plan_of([task("a"), task("b"), task("c", blocks=())], [("b", "a", "hard")])
    state = RunState()
    for event in (
        ev.AttemptStarting(at=0, task="a", n=1, nonce="ab"),
        ev.Judged(at=0, task="a", n=1, verdict="failed"),
        ev.Blocked(at=0, task="b", by=("a",), root=("a",)),
        ev.PersonAsked(at=0, task="c"),
    ):
        state.apply(event)
    again = board_of(plan, frozenset("abc"), state, 0)
    assert do.decide(again, 0) == (do.End(),)
    assert again.open == {"c"}


@st.composite
def histories(draw: st.DrawFn) -> tuple[Plan, dict[str, str], int, int]:
    """A random acyclic plan with locks, the verdict of each task if it runs, jobs, a seed."""
    count = draw(st.integers(1, 12))
    names = [f"t{n}" for n in range(count)]
    edges = [
        (names[late], names[early], draw(st.sampled_from(["hard", "soft"])))
        for late in range(count)
        for early in range(late)
        if draw(st.integers(0, 3)) == 0
    ]
    locks = st.lists(st.sampled_from(["x", "y"]), max_size=2, unique=True)
    tasks = [task(n, locks=tuple(Text(lock, 1) for lock in draw(locks))) for n in names]
    ends = {n: draw(st.sampled_from(["passed", "failed", "lost", "timed out"])) for n in names}
    return plan_of(tasks, edges), ends, draw(st.integers(1, 5)), draw(st.integers(0, 2**16))


@given(histories())
def test_every_run_ends_and_obeys(history: tuple[Plan, dict[str, str], int, int]) -> None:
    plan, ends, jobs, seed = history
    on, chance = board(plan), random.Random(seed)
    verdicts: dict[str, str] = {}
    for _ in range(10 * len(plan.tasks) + 10):
        actions = do.decide(with_jobs(on, jobs), 0)
        if actions == (do.End(),):
            break
        for action in actions:
            _carry_out(action, on, plan, verdicts)
        assert len(on.running) <= jobs
        if not actions:
            over = chance.choice(sorted(on.running))
            verdicts[over] = ends[over]
            judged(on, over, ends[over])  # type: ignore[arg-type]
    else:
        raise AssertionError("the run did not end")
    assert set(verdicts) == {t.id for t in plan.tasks}


def _carry_out(action: do.Action, on: Board, plan: Plan, verdicts: dict[str, str]) -> None:
    needs = {e.on: e.kind for e in plan.edges if e.task == getattr(action, "task", "")}
    if isinstance(action, do.Start):
        assert action.task not in verdicts
        assert action.task not in on.running
        for needed, kind in needs.items():
            assert needed in verdicts
            assert kind == "soft" or verdicts[needed] == "passed"
        mine = {lock.text for lock in plan.task(action.task).locks}
        for other in on.running:
            assert not mine & {lock.text for lock in plan.task(other).locks}
        begin(on, action.task)
    elif isinstance(action, do.Block):
        assert all(needs[by] == "hard" and verdicts[by] != "passed" for by in action.by)
        assert all(verdicts[root] in ("failed", "lost", "timed out") for root in action.root)
        verdicts[action.task] = "blocked"
        on.apply(ev.Blocked(at=0, task=action.task, by=action.by, root=action.root), 0)
    else:
        raise AssertionError(action)


UP = Ready("port", "8000", 1)


def up(on: Board, name: str) -> None:
    on.apply(ev.ServerReady(at=0, task=name, n=1, how="port 8000 answers"), 0)


def test_who_waits_for_a_server_starts_when_it_is_up_and_lets_it_go_at_the_end() -> None:
    on = board(plan_of([task("a", ready=UP), task("b")], [("b", "a", "ready")]))
    begin(on, "a")
    assert do.decide(on, 0) == ()
    assert on.awaited() == ["a"]
    up(on, "a")
    assert on.awaited() == []
    assert do.decide(with_jobs(on, 1), 0) == (do.Start("b"),)
    begin(on, "b")
    assert do.decide(on, 0) == ()
    judged(on, "b", "failed")
    assert do.decide(on, 0) == (do.Stop("a", 1, "done"),)
    on.apply(ev.StopAsked(at=0, task="a", n=1, why="done"), 0)
    assert do.decide(on, 0) == ()
    judged(on, "a", "passed")
    assert do.decide(on, 0) == (do.End(),)


def test_a_server_that_is_kept_is_not_let_go() -> None:
    on = board(plan_of([task("a", ready=UP, keep=True), task("b")], [("b", "a", "ready")]))
    begin(on, "a")
    up(on, "a")
    begin(on, "b")
    judged(on, "b", "passed")
    assert do.decide(on, 0) == ()


def test_a_server_that_ends_before_it_is_up_blocks_who_waits_for_it() -> None:
    on = board(plan_of([task("a", ready=UP), task("b")], [("b", "a", "ready")]))
    begin(on, "a")
    judged(on, "a", "passed")
    assert do.decide(on, 0) == ()  # `docker run -d`: it is asked for a moment more
    assert on.awaited() == ["a"]
    assert do.next_deadline(on, 0) == LAST_LOOK_S
    assert do.decide(on, LAST_LOOK_S) == (do.Block("b", ("a",), ("a",)),)


def test_what_ended_well_and_comes_up_at_once_is_up() -> None:
    on = board(plan_of([task("a", ready=UP), task("b")], [("b", "a", "ready")]))
    begin(on, "a")
    judged(on, "a", "passed")
    on.apply(ev.ServerReady(at=0, task="a", n=1, how=""), 1)
    assert starts(do.decide(on, 1)) == ["b"]


def test_nobody_waits_for_people_while_a_server_may_come_up() -> None:
    tasks = [task("a", ready=UP), task("b"), task("c", ready=UP), task("d", blocks=())]
    on = board(plan_of(tasks, [("b", "a", "ready")]))
    begin(on, "c")
    up(on, "c")
    on.apply(ev.PersonAsked(at=0, task="d"), 0)
    begin(on, "a")
    judged(on, "a", "passed")
    assert not do.waits_for_people(on, 0)
    (block,) = do.decide(on, LAST_LOOK_S)
    on.apply(ev.Blocked(at=0, task="b", by=("a",), root=("a",)), LAST_LOOK_S)
    assert block == do.Block("b", ("a",), ("a",))
    assert do.waits_for_people(on, LAST_LOOK_S)


def test_a_server_that_failed_after_it_was_up_blocks_who_has_not_begun() -> None:
    tasks = [task("a", ready=UP), task("b"), task("c")]
    on = board(plan_of(tasks, [("b", "a", "ready"), ("c", "a", "ready")]))
    begin(on, "a")
    up(on, "a")
    begin(on, "b")
    judged(on, "a", "failed")
    assert do.decide(on, 0) == (do.Block("c", ("a",), ("a",)),)


def test_who_waits_for_a_server_that_ended_well_while_it_was_up_starts() -> None:
    on = board(plan_of([task("a", ready=UP), task("b")], [("b", "a", "ready")]))
    begin(on, "a")
    up(on, "a")
    judged(on, "a", "passed")
    assert do.decide(on, 0) == (do.Start("b"),)


def test_a_server_shares_its_locks_with_those_who_wait_for_it() -> None:
    lock = (Text("port:8000", 1),)
    tasks = [task("a", ready=UP, locks=lock), task("b", locks=lock), task("c", locks=lock)]
    on = board(plan_of(tasks, [("b", "a", "ready")]))
    begin(on, "a")
    up(on, "a")
    assert starts(do.decide(on, 0)) == ["b"]
    begin(on, "b")
    judged(on, "b", "passed")
    on.apply(ev.StopAsked(at=0, task="a", n=1, why="done"), 0)
    judged(on, "a", "passed")
    assert starts(do.decide(on, 0)) == ["c"]


def test_servers_that_wait_for_each_others_locks_do_not_stop_the_run() -> None:
    lock = (Text("x", 1),)
    tasks = [task("a", ready=UP, locks=lock), task("b"), task("c", locks=lock)]
    on = board(plan_of(tasks, [("b", "a", "ready"), ("b", "c", "hard")]))
    begin(on, "a")
    up(on, "a")
    assert starts(do.decide(on, 0)) == ["c"]


def test_the_shells_of_a_task_are_one_failure() -> None:
    tasks = [task("a"), task("a.2", shell_of="a"), task("b"), task("c")]
    on = board(plan_of(tasks, []), max_failures=2)
    for name in ("a", "a.2"):
        begin(on, name)
        judged(on, name, "failed")
    assert starts(do.decide(on, 0)) == ["b", "c"]
    begin(on, "b")
    judged(on, "b", "failed")
    (halt,) = do.decide(on, 0)
    assert halt == do.HaltRun("a, b failed, and max_failures is 2", now=True)
