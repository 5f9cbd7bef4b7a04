"""Histories of tasks that run again: retries, halts, pauses, people who open them again."""

from __future__ import annotations

import pytest
from test_decide import UP, begin, board, judged, plan_of, starts, task, up

from tmuxplan import events as ev
from tmuxplan.plan.model import Estimate, Plan, Ready, Text
from tmuxplan.schedule import decide as do
from tmuxplan.schedule.board import Board
from tmuxplan.schedule.persons import to_open_without, to_reopen, why_not_retry
from tmuxplan.schedule.policy import Policy
from tmuxplan.schedule.replay import board_of
from tmuxplan.schedule.state import RunState, TaskRecord, fold

LOCK = (Text("x", 1),)


def plan_retry(on: Board, name: str, n: int, delay: float, now: float = 0) -> None:
    on.apply(ev.RetryPlanned(at=1000, task=name, n=n, due=1000 + delay), now)


def reopen(on: Board, *names: str) -> None:
    for name in names:
        on.apply(ev.Reopened(at=0, task=name, by="ann", why="retried"), 0)


def test_a_failure_is_tried_again_later_each_time_and_then_it_is_one() -> None:
    on = board(plan_of([task("a", retries=2), task("b")], [("b", "a", "hard")]), retry_delay_s=3.0)
    begin(on, "a", 1)
    judged(on, "a", "failed")
    assert do.decide(on, 0) == (do.Retry("a", 1, 3.0, 1),)
    plan_retry(on, "a", 1, 3.0)
    assert do.decide(on, 2.9) == ()
    assert do.next_deadline(on, 2.9) == 3.0
    assert do.decide(on, 3.0) == (do.Start("a"),)
    begin(on, "a", 2)
    judged(on, "a", "timed out")
    assert do.decide(on, 4.0) == (do.Retry("a", 1, 6.0, 0),)
    plan_retry(on, "a", 2, 6.0, now=4.0)
    begin(on, "a", 3)
    judged(on, "a", "lost")
    assert do.decide(on, 20.0) == (do.Block("b", ("a",), ("a",)),)


def test_delays_double_up_to_a_minute_or_to_what_was_asked_for() -> None:
    assert [Policy().delay_s(n) for n in (1, 2, 5, 6, 7, 500)] == [2, 4, 32, 60, 60, 60]
    assert [Policy(retry_delay_s=600).delay_s(n) for n in (1, 2)] == [600, 600]
    assert Policy(retry_delay_s=0).delay_s(9) == 0


def test_what_was_stopped_is_not_tried_again() -> None:
    on = board(plan_of([task("a", retries=2)], []))
    begin(on, "a")
    judged(on, "a", "halted")
    assert do.decide(on, 0) == (do.End(),)


def test_a_pass_ends_the_retries() -> None:
    on = board(plan_of([task("a", retries=2), task("b")], [("b", "a", "hard")]))
    begin(on, "a")
    judged(on, "a", "failed")
    plan_retry(on, "a", 1, 0.0)
    begin(on, "a", 2)
    judged(on, "a", "passed")
    assert do.decide(on, 0) == (do.Start("b"),)


def test_a_soft_dependent_waits_for_the_last_attempt() -> None:
    on = board(plan_of([task("a", retries=1), task("b")], [("b", "a", "soft")]))
    begin(on, "a")
    judged(on, "a", "failed")
    plan_retry(on, "a", 1, 5.0)
    assert do.decide(on, 0) == ()
    begin(on, "a", 2)
    judged(on, "a", "failed")
    assert do.decide(on, 9) == (do.Start("b"),)


def test_a_lock_is_held_between_attempts_and_given_on_at_the_end() -> None:
    on = board(plan_of([task("a", retries=1, locks=LOCK), task("b", locks=LOCK)], []))
    begin(on, "a")
    judged(on, "a", "failed")
    plan_retry(on, "a", 1, 5.0)
    assert do.decide(on, 0) == ()
    assert starts(do.decide(on, 5)) == ["a"]
    begin(on, "a", 2)
    judged(on, "a", "failed")
    assert starts(do.decide(on, 5)) == ["b"]


def test_one_job_runs_others_while_a_task_waits_for_its_retry() -> None:
    on = board(plan_of([task("a", retries=1), task("b")], []), jobs=1)
    begin(on, "a")
    judged(on, "a", "failed")
    plan_retry(on, "a", 1, 5.0)
    assert starts(do.decide(on, 0)) == ["b"]


def failed(on: Board, *names: str) -> None:
    for name in names:
        begin(on, name)
        judged(on, name, "failed")


def test_so_many_distinct_failures_halt_the_run_and_are_named() -> None:
    plan = plan_of([task(name) for name in "abcde"], [("e", "a", "hard")])
    on = board(plan, max_failures=2)
    begin(on, "c")
    failed(on, "a")
    on.apply(ev.Blocked(at=0, task="e", by=("a",), root=("a",)), 0)
    assert starts(do.decide(on, 0)) == ["b", "d"]
    failed(on, "b")
    why = "a, b failed, and max_failures is 2"
    assert do.decide(on, 0) == (do.HaltRun(why, now=True),)
    on.apply(ev.RunStopping(at=0, by="tmuxplan", why=why, now=True, halt=True), 0)
    assert do.decide(on, 0) == (do.Halt("d", why), do.Stop("c", 1, "halt"))


def test_a_halt_that_drains_lets_what_runs_end_and_tries_nothing_again() -> None:
    on = board(plan_of([task("a"), task("b", retries=3)], []), max_failures=1, halt="drain")
    begin(on, "b")
    failed(on, "a")
    (halt,) = do.decide(on, 0)
    assert halt == do.HaltRun("a failed, and max_failures is 1", now=False)
    on.apply(ev.RunStopping(at=0, by="tmuxplan", why="", now=False, halt=True), 0)
    assert do.decide(on, 0) == ()
    judged(on, "b", "failed")
    assert do.decide(on, 0) == (do.End(),)


def test_retries_that_are_left_are_no_failure_yet() -> None:
    on = board(plan_of([task("a", retries=1), task("b")], [("b", "a", "hard")]), max_failures=1)
    failed(on, "a")
    assert do.decide(on, 0) == (do.Retry("a", 1, 2.0, 0),)


def test_nothing_is_halted_where_nothing_is_left() -> None:
    on = board(plan_of([task("a"), task("p", blocks=())], []), max_failures=1)
    on.apply(ev.PersonAsked(at=0, task="p"), 0)
    failed(on, "a")
    assert do.decide(on, 0) == (do.End(),)


def test_who_waits_for_a_retry_when_the_run_stops_keeps_its_verdict() -> None:
    state, on = RunState(), board(plan_of([task("a", retries=1), task("b")], [("b", "a", "hard")]))
    for event in (
        ev.AttemptStarting(at=0, task="a", n=1, nonce="ab"),
        ev.Judged(at=0, task="a", n=1, verdict="timed out"),
        ev.RetryPlanned(at=0, task="a", n=1, due=5),
        ev.RunStopping(at=0, by="ann", why="enough"),
        ev.Halted(at=0, task="a", why="enough"),
    ):
        state.apply(event)
        on.apply(event, 0)
    record = state.task("a")
    assert (record.phase, record.verdict, record.halted) == ("ended", "timed out", "enough")
    assert record.retry is None
    assert do.decide(on, 0) == (do.Block("b", ("a",), ("a",)),)


def test_a_paused_run_starts_nothing_and_does_not_end() -> None:
    on = board(plan_of([task("a", retries=1), task("b"), task("c")], [("c", "b", "hard")]))
    begin(on, "a")
    begin(on, "b")
    on.apply(ev.Paused(at=0, by="ann"), 0)
    judged(on, "a", "failed")
    assert do.decide(on, 0) == (do.Retry("a", 1, 2.0, 0),)
    plan_retry(on, "a", 1, 2.0)
    judged(on, "b", "passed")
    assert do.decide(on, 9) == ()
    assert do.next_deadline(on, 9) is None
    on.apply(ev.Unpaused(at=0, by="ann"), 9)
    assert starts(do.decide(on, 9)) == ["a", "c"]


def test_a_paused_run_with_nothing_to_start_ends() -> None:
    on = board(plan_of([task("a")], []))
    begin(on, "a")
    on.apply(ev.Paused(at=0, by="ann"), 0)
    judged(on, "a", "passed")
    assert do.decide(on, 0) == (do.End(),)


def test_a_timeout_comes_also_while_the_run_is_paused() -> None:
    on = board(plan_of([task("a", timeout_s=5.0)], []))
    begin(on, "a")
    on.apply(ev.AttemptStarted(at=0, task="a", n=1, host="h", pid=1), 0)
    on.apply(ev.Paused(at=0, by="ann"), 0)
    assert do.decide(on, 5) == (do.Stop("a", 1, "timeout"),)


CHAIN = plan_of(
    [task(name) for name in "abcd"], [("b", "a", "hard"), ("c", "b", "hard"), ("d", "a", "soft")]
)


def blocked_chain() -> tuple[Board, RunState]:
    on, state = board(CHAIN), RunState()
    for event in (
        ev.AttemptStarting(at=0, task="a", n=1, nonce="ab"),
        ev.Judged(at=0, task="a", n=1, verdict="failed"),
        ev.Blocked(at=0, task="b", by=("a",), root=("a",)),
        ev.Blocked(at=0, task="c", by=("b",), root=("a",)),
        ev.AttemptStarting(at=0, task="d", n=1, nonce="ab"),
        ev.Judged(at=0, task="d", n=1, verdict="passed"),
    ):
        state.apply(event)
        on.apply(event, 0)
    return on, state


def test_a_task_that_is_opened_again_takes_along_what_it_blocked() -> None:
    on, state = blocked_chain()
    opened = to_reopen(on.graph, state, "a")
    assert opened == ("a", "b", "c")
    reopen(on, *opened)
    assert do.decide(on, 0) == (do.Start("a"),)
    begin(on, "a", 2)
    judged(on, "a", "passed")
    assert do.decide(on, 0) == (do.Start("b"),)


def test_a_task_that_is_opened_again_has_its_retries_again() -> None:
    on = board(plan_of([task("a", retries=1)], []))
    begin(on, "a", 1)
    begin(on, "a", 2)
    judged(on, "a", "failed")
    reopen(on, "a")
    begin(on, "a", 3)
    judged(on, "a", "failed")
    assert do.decide(on, 0) == (do.Retry("a", 1, 2.0, 0),)


def test_what_two_tasks_block_stays_blocked_by_the_other() -> None:
    plan = plan_of([task(n) for n in "abc"], [("c", "a", "hard"), ("c", "b", "hard")])
    state = fold(
        (
            ev.AttemptStarting(at=0, task="a", n=1, nonce="ab"),
            ev.Judged(at=0, task="a", n=1, verdict="failed"),
            ev.AttemptStarting(at=0, task="b", n=1, nonce="ab"),
            ev.Judged(at=0, task="b", n=1, verdict="lost"),
            ev.Blocked(at=0, task="c", by=("a", "b"), root=("a", "b")),
        )
    )
    assert to_reopen(board(plan).graph, state, "a") == ("a",)


OTHERS: list[tuple[str, tuple[ev.Event, ...], bool]] = [
    ("hard", (), True),  # it has not begun
    ("hard", (ev.PersonAsked(at=0, task="o"),), True),
    ("hard", (ev.Skipped(at=0, task="o", by="ann", reason=""),), True),
    ("hard", (ev.Signed(at=0, task="o", by="ann"),), True),
    ("hard", (ev.Halted(at=0, task="o", why=""),), False),
    ("ready", (ev.Halted(at=0, task="o", why=""),), False),
    ("soft", (ev.Halted(at=0, task="o", why=""),), True),
]


@pytest.mark.parametrize(("kind", "of_other", "opened"), OTHERS)
def test_what_a_retry_opens_depends_on_what_else_it_needs(
    kind: str, of_other: tuple[ev.Event, ...], opened: bool
) -> None:
    plan = plan_of([task(n) for n in "aoc"], [("c", "a", "hard"), ("c", "o", kind)])
    failed = (
        ev.AttemptStarting(at=0, task="a", n=1, nonce="ab"),
        ev.Judged(at=0, task="a", n=1, verdict="failed"),
        ev.Blocked(at=0, task="c", by=("a",), root=("a",)),
    )
    state = fold((*failed, *of_other))
    assert to_reopen(board(plan).graph, state, "a") == (("a", "c") if opened else ("a",))


def test_a_server_that_was_let_go_is_opened_again_for_who_needs_it() -> None:
    plan = plan_of([task("s", ready=UP), task("u")], [("u", "s", "ready")])
    on, state = board(plan), RunState()
    for event in (
        ev.AttemptStarting(at=0, task="s", n=1, nonce="ab"),
        ev.ServerReady(at=0, task="s", n=1, how=""),
        ev.AttemptStarting(at=0, task="u", n=1, nonce="ab"),
        ev.Judged(at=0, task="u", n=1, verdict="failed"),
        ev.StopAsked(at=0, task="s", n=1, why="done"),
        ev.Judged(at=0, task="s", n=1, verdict="passed"),
    ):
        state.apply(event)
        on.apply(event, 0)
    assert to_reopen(on.graph, state, "u") == ("s", "u")
    reopen(on, "s", "u")
    assert starts(do.decide(on, 0)) == ["s"]
    begin(on, "s", 2)
    up(on, "s")
    assert starts(do.decide(on, 0)) == ["u"]


def test_a_skip_of_what_failed_lets_those_start_that_waited_and_those_it_blocked() -> None:
    tasks = [task(name) for name in "abcde"]
    edges = [("b", "a", "hard"), ("c", "a", "hard"), ("c", "d", "hard"), ("e", "a", "soft")]
    plan = plan_of(tasks, edges)
    on, state = board(plan, max_failures=1), RunState()
    for event in (
        ev.AttemptStarting(at=0, task="d", n=1, nonce="ab"),
        ev.AttemptStarting(at=0, task="a", n=1, nonce="ab"),
        ev.Judged(at=0, task="a", n=1, verdict="failed"),
        ev.Blocked(at=0, task="b", by=("a",), root=("a",)),
    ):
        state.apply(event)
        on.apply(event, 0)
    assert to_open_without(on.graph, state, "a") == ("b",)
    for event in (
        ev.Skipped(at=0, task="a", by="ann", reason="known"),
        ev.Reopened(at=0, task="b", by="ann", why="a is skipped"),
    ):
        state.apply(event)
        on.apply(event, 0)
    assert starts(do.decide(on, 0)) == ["b", "e"]  # nothing is blocked, and nothing halts
    judged(on, "d", "passed")
    assert starts(do.decide(on, 0)) == ["b", "c", "e"]
    again = board_of(plan, frozenset("abcde"), state, 0, Policy(max_failures=1))
    begin(again, "d")
    judged(again, "d", "passed")
    assert starts(do.decide(again, 0)) == ["b", "c", "e"]


def test_after_a_crash_the_one_that_ended_last_keeps_the_lock_until_its_next_attempt() -> None:
    """Found by test_any_run: a task that stood beside a server with the same lock."""
    lock = (Text("x", 1),)
    tasks = [task("s", ready=UP, retries=1, locks=lock), task("t", retries=1, locks=lock)]
    plan, state = plan_of(tasks, []), RunState()
    for at, name in ((3, "s"), (4, "t")):
        state.apply(ev.AttemptStarting(at=3, task=name, n=1, nonce="ab"))
        state.apply(ev.Judged(at=at, task=name, n=1, verdict="failed"))
        state.apply(ev.RetryPlanned(at=at, task=name, n=1, due=at + 5))
    on = board_of(plan, frozenset("st"), state, 0, Policy(), 10)
    assert starts(do.decide(on, 100)) == ["t"]


def test_a_person_who_was_asked_keeps_no_run_waiting_for_a_server_that_went_down() -> None:
    """Found by test_any_run: the retry of a server ends well before it is up."""
    tasks = [task("s", ready=UP, retries=1), task("p", blocks=())]
    on = board(plan_of(tasks, [("p", "s", "ready")]))
    begin(on, "s")
    up(on, "s")
    on.apply(ev.PersonAsked(at=0, task="p"), 0)
    judged(on, "s", "timed out")
    plan_retry(on, "s", 1, 0.0)
    begin(on, "s", 2)
    judged(on, "s", "passed")
    assert on.awaited() == []
    assert do.decide(on, 0) == (do.End(),)


def test_a_server_that_ended_by_itself_is_not_opened_again_for_who_needed_it() -> None:
    """A container: `docker run -d` has passed, and is up."""
    plan = plan_of([task("s", ready=UP), task("u")], [("u", "s", "ready")])
    state = fold(
        (
            ev.AttemptStarting(at=0, task="s", n=1, nonce="ab"),
            ev.ServerReady(at=0, task="s", n=1, how=""),
            ev.Judged(at=0, task="s", n=1, verdict="passed"),
            ev.AttemptStarting(at=0, task="u", n=1, nonce="ab"),
            ev.Judged(at=0, task="u", n=1, verdict="failed"),
        )
    )
    assert to_reopen(board(plan).graph, state, "u") == ("u",)


SIGNED = ev.Signed(at=0, task="s", by="ann")


def test_a_skip_is_undone_by_a_retry_and_who_has_not_begun_waits_again() -> None:
    plan = plan_of([task(n) for n in "abc"], [("b", "a", "hard"), ("c", "a", "hard")])
    on, state = board(plan, jobs=1), RunState()

    def happens(*events: ev.Event) -> None:
        for event in events:
            state.apply(event)
            on.apply(event, 0)

    happens(
        ev.Skipped(at=0, task="a", by="ann", reason="no time"),
        ev.AttemptStarting(at=0, task="b", n=1, nonce="ab"),
        ev.Judged(at=0, task="b", n=1, verdict="passed"),
    )
    assert starts(do.decide(on, 0)) == ["c"]
    assert why_not_retry(state.task("a"), state) == ""
    opened = to_reopen(on.graph, state, "a")
    assert opened == ("a",)  # what ran without it has run, as with any retry
    happens(*(ev.Reopened(at=1, task=one, by="bob", why="retried") for one in opened))
    record = state.task("a")
    assert (record.phase, record.verdict, record.skipped) == ("waiting", None, None)
    assert starts(do.decide(on, 1)) == ["a"]
    again = board_of(plan, frozenset("abc"), state, 1, Policy(jobs=1))
    assert starts(do.decide(again, 1)) == ["a"]
    begin(on, "a")
    judged(on, "a", "failed")
    assert do.decide(on, 2) == (do.Block("c", ("a",), ("a",)),)


def test_a_failure_that_was_skipped_is_tried_again_with_all_its_retries() -> None:
    on, state = board(plan_of([task("a", retries=1), task("p", blocks=())], [])), RunState()
    for event in (
        ev.AttemptStarting(at=0, task="a", n=1, nonce="ab"),
        ev.Judged(at=0, task="a", n=1, verdict="failed"),
        ev.Skipped(at=0, task="a", by="ann", reason="known"),
        ev.PersonAsked(at=0, task="p"),
        ev.Skipped(at=0, task="p", by="ann", reason="not now"),
        ev.Reopened(at=1, task="a", by="ann", why="retried"),
        ev.Reopened(at=1, task="p", by="ann", why="retried"),
    ):
        state.apply(event)
        on.apply(event, 0)
    assert (len(state.task("a").attempts), state.task("a").spent) == (1, 1)
    assert do.decide(on, 1) == (do.AskPerson("p"), do.Start("a"))
    assert on.retries_left("a") == 2  # the attempt, and its retry


def test_what_makes_no_sense_to_retry_is_refused() -> None:
    _, state = blocked_chain()
    assert why_not_retry(state.task("a"), state) == ""
    assert "it began with a" in why_not_retry(state.task("b"), state)
    assert "passed: there is nothing" in why_not_retry(state.task("d"), state)
    signed = TaskRecord(id="s", phase="ended", verdict="passed", signed=SIGNED)
    assert why_not_retry(signed, state) == "s is signed: there is nothing to try again"
    running = TaskRecord(id="r", phase="running")
    assert why_not_retry(running, state) == "r is running"
    assert "sign it, or skip it" in why_not_retry(TaskRecord(id="p", phase="person"), state)
    assert "has not run yet" in why_not_retry(TaskRecord(id="w"), state)
    state.apply(ev.RunStopping(at=0, by="ann", why="enough"))
    assert "the run is stopping (enough)" in why_not_retry(state.task("a"), state)


def test_a_server_that_dies_and_is_tried_again_is_waited_for_again() -> None:
    tasks = [task("s", ready=UP, retries=1), task("u"), task("v")]
    on = board(plan_of(tasks, [("u", "s", "ready"), ("v", "s", "ready"), ("v", "u", "hard")]))
    begin(on, "s")
    up(on, "s")
    begin(on, "u")
    judged(on, "s", "failed")
    plan_retry(on, "s", 1, 2.0)
    judged(on, "u", "passed")
    assert do.decide(on, 0) == ()  # v has all that it needs, but for the server
    begin(on, "s", 2)
    up(on, "s")
    assert starts(do.decide(on, 3)) == ["v"]


def test_a_server_stays_up_for_the_retry_of_who_needs_it() -> None:
    on = board(plan_of([task("s", ready=UP), task("u", retries=1)], [("u", "s", "ready")]))
    begin(on, "s")
    up(on, "s")
    begin(on, "u")
    judged(on, "u", "failed")
    plan_retry(on, "u", 1, 5.0)
    assert do.decide(on, 0) == ()
    begin(on, "u", 2)
    judged(on, "u", "failed")
    assert do.decide(on, 5) == (do.Stop("s", 1, "done"),)


def started(on: Board, name: str, now: float) -> None:
    on.apply(ev.AttemptStarted(at=0, task=name, n=1, host="h", pid=1), now)


def test_a_server_has_its_time_to_come_up_after_each_step() -> None:
    on = board(
        plan_of([task("s", ready=Ready("port", "1", 1, 30.0)), task("u")], [("u", "s", "ready")])
    )
    begin(on, "s")
    started(on, "s", 100)
    assert do.next_deadline(on, 100) == 130
    on.apply(ev.StepEnded(at=0, task="s", n=1, step=1, status=0), 120)
    assert do.decide(on, 149) == ()
    assert do.decide(on, 150) == (do.Stop("s", 1, "not up"),)


def test_a_server_that_is_up_has_no_deadline_and_is_never_slow() -> None:
    server = task("s", ready=Ready("port", "1", 1, 30.0), estimate=Estimate(1, 2, "", 1))
    on = board(plan_of([server, task("u")], [("u", "s", "ready")]))
    begin(on, "s")
    started(on, "s", 0)
    up(on, "s")
    on.apply(ev.StepEnded(at=0, task="s", n=1, step=1, status=0), 1)
    begin(on, "u")
    assert do.decide(on, 1e6) == ()


def test_twice_its_estimate_is_warned_of_once() -> None:
    on = board(plan_of([task("a", estimate=Estimate(30, 60, "", 1))], []))
    begin(on, "a")
    started(on, "a", 0)
    assert do.decide(on, 119) == ()
    assert do.next_deadline(on, 119) == 120
    assert do.decide(on, 120) == (do.Warn("a", 1, 60),)
    warning = ev.Evidence("warning", do.slow_words(60))
    assert warning.text == "runs for more than 2 times its estimate of 1 min"
    on.apply(ev.EvidenceFound(at=0, task="a", n=1, evidence=warning), 120)
    assert do.decide(on, 500) == ()


def test_a_warning_in_the_output_is_not_taken_for_it() -> None:
    on = board(plan_of([task("a", estimate=Estimate(30, 60, "", 1))], []))
    begin(on, "a")
    started(on, "a", 0)
    seen = ev.Evidence("warning", "WARN: slow", step=1, log_line=2)
    on.apply(ev.EvidenceFound(at=0, task="a", n=1, evidence=seen), 10)
    assert do.decide(on, 120) == (do.Warn("a", 1, 60),)


def test_a_server_that_nobody_needs_by_its_readiness_does_not_keep_the_run_from_ending() -> None:
    on = board(plan_of([task("s", ready=UP), task("h")], [("h", "s", "hard")]))
    begin(on, "s")
    up(on, "s")
    assert do.decide(on, 0) == (do.Stop("s", 1, "done"),)


DAEMON = Ready("port", "1", 1, 30.0)


def daemon_passed(plan: Plan) -> Board:
    on = board(plan)
    begin(on, "s")
    started(on, "s", 0)
    left = (ev.Leftover(1, "daemon"),)
    on.apply(ev.LeftoverFound(at=0, task="s", n=1, alive=left), 1)
    on.apply(ev.Judged(at=0, task="s", n=1, verdict="passed"), 1)
    return on


def test_what_a_task_left_behind_may_come_up_after_its_end() -> None:
    on = daemon_passed(plan_of([task("s", ready=DAEMON), task("u")], [("u", "s", "ready")]))
    assert do.decide(on, 1) == ()
    assert on.awaited() == ["s"]
    assert do.next_deadline(on, 1) == 31
    up(on, "s")
    assert on.awaited() == []
    assert do.decide(on, 2) == (do.Start("u"),)


def test_who_waits_in_vain_for_what_was_left_behind_is_blocked() -> None:
    tasks = [task("s", ready=DAEMON), task("u"), task("v")]
    on = daemon_passed(plan_of(tasks, [("u", "s", "ready"), ("v", "u", "hard")]))
    assert do.decide(on, 30.9) == ()
    assert do.decide(on, 31) == (do.Block("u", ("s",), ("s",)),)
    on.apply(ev.Blocked(at=0, task="u", by=("s",), root=("s",)), 31)
    assert do.decide(on, 31) == (do.Block("v", ("u",), ("s",)),)
    on.apply(ev.Blocked(at=0, task="v", by=("u",), root=("s",)), 31)
    assert do.decide(on, 31) == (do.End(),)


def past(plan: Plan, *events: ev.Event, now: float = 0, wall: float | None = None) -> Board:
    selected = frozenset(t.id for t in plan.tasks)
    return board_of(plan, selected, fold(events), now, Policy(), wall)


def test_a_new_supervisor_waits_for_what_is_left_of_a_delay_and_no_longer() -> None:
    plan = plan_of([task("a", retries=1, locks=LOCK), task("b", locks=LOCK)], [])
    story = (
        ev.AttemptStarting(at=100, task="a", n=1, nonce="ab"),
        ev.AttemptEnded(at=100, task="a", n=1, status=1),
        ev.Judged(at=100, task="a", n=1, verdict="failed"),
        ev.RetryPlanned(at=100, task="a", n=1, due=110),
    )
    later = past(plan, *story, now=5, wall=104)
    assert do.decide(later, 5) == ()
    assert do.next_deadline(later, 5) == 11
    assert starts(do.decide(later, 11)) == ["a"]
    assert do.next_deadline(past(plan, *story, now=5, wall=1), 5) == 15  # the clock was set back


def test_a_new_supervisor_counts_a_timeout_from_the_start() -> None:
    plan = plan_of([task("a", timeout_s=50.0)], [])
    story = (
        ev.AttemptStarting(at=100, task="a", n=1, nonce="ab"),
        ev.AttemptStarted(at=100, task="a", n=1, host="h", pid=1),
    )
    assert do.next_deadline(past(plan, *story, now=5, wall=130), 5) == 25
    assert do.next_deadline(past(plan, *story, now=5, wall=1), 5) == 55


def test_a_new_supervisor_knows_the_retries_that_were_used() -> None:
    plan = plan_of([task("a", retries=1)], [])
    again = past(
        plan,
        ev.AttemptStarting(at=0, task="a", n=1, nonce="ab"),
        ev.Judged(at=0, task="a", n=1, verdict="failed"),
        ev.AttemptStarting(at=0, task="a", n=2, nonce="ab"),
    )
    judged(again, "a", "failed")
    assert do.decide(again, 0) == (do.End(),)


def test_a_new_supervisor_knows_the_retries_that_are_left() -> None:
    plan = plan_of([task("a", retries=1)], [])
    first = past(plan, ev.AttemptStarting(at=0, task="a", n=1, nonce="ab"))
    judged(first, "a", "failed")
    assert do.decide(first, 0) == (do.Retry("a", 1, 2.0, 0),)
    opened = past(
        plan,
        *(ev.AttemptStarting(at=0, task="a", n=n, nonce="ab") for n in (1, 2)),
        ev.Judged(at=0, task="a", n=2, verdict="failed"),
        ev.Reopened(at=0, task="a", by="ann", why="retried"),
        ev.AttemptStarting(at=0, task="a", n=3, nonce="ab"),
    )
    judged(opened, "a", "failed")
    assert do.decide(opened, 0) == (do.Retry("a", 1, 2.0, 0),)


def test_a_gate_whose_commands_ran_does_not_run_them_again_for_a_new_supervisor() -> None:
    plan = plan_of([task("g", gate=Text("manual", 1)), task("h", gate=Text("manual", 1))], [])
    story = [
        event
        for name in "gh"
        for event in (
            ev.AttemptStarting(at=0, task=name, n=1, nonce="ab"),
            ev.Judged(at=0, task=name, n=1, verdict="passed"),
            ev.PersonAsked(at=0, task=name),
        )
    ]
    again = past(plan, *story)
    again.apply(ev.Signed(at=0, task="g", by="ann"), 0)
    assert do.decide(again, 0) == (do.End(),)


ASKED = ev.InputAwaited(at=0, task="a", n=1, prompt="Sure?")
SILENT = ev.Stalled(at=0, task="a", n=1, silent_s=9)
MOVES = ev.Moving(at=0, task="a", n=1)
RULED = ev.Answered(at=0, task="a", n=1, prompt="Sure?", rule="Sure")
ADOPTED = ev.Adopted(at=0, task="a", n=1)
OVER = ev.AttemptEnded(at=0, task="a", n=1, status=0)


@pytest.mark.parametrize(
    ("events", "waited"),
    [
        ((OVER,), False),
        ((SILENT, MOVES, OVER), False),
        ((ASKED, RULED, OVER), False),
        ((ASKED, RULED, MOVES, OVER), False),
        ((ASKED, MOVES, OVER), True),
        ((ASKED, SILENT, MOVES, OVER), True),
        ((ASKED, OVER), True),
        ((ASKED, ASKED, RULED, OVER), True),  # a person, and then a rule
        ((ASKED, MOVES, ASKED, RULED, OVER), True),
        ((ADOPTED, OVER), True),  # nobody looked for a while
    ],
)
def test_an_attempt_may_have_waited_for_a_person(
    events: tuple[ev.Event, ...], waited: bool
) -> None:
    began = ev.AttemptStarting(at=0, task="a", n=1, nonce="ab")
    last = fold((began, *events)).task("a").last
    assert last is not None
    assert (last.may_have_waited, last.quiet) == (waited, None)
