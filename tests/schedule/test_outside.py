"""Ports that other runs of the same user hold: who waits, who goes on, and that all end."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from street import Run, Street

from tmuxplan import events as ev
from tmuxplan.plan.model import Block, Edge, Plan, Ready, Task, Text
from tmuxplan.schedule import decide as do
from tmuxplan.schedule.board import Board
from tmuxplan.schedule.policy import Policy


def task(name: str, *locks: str, server: bool = False, retries: int = 0) -> Task:
    return Task(
        id=name,
        title=name,
        line=1,
        blocks=(Block(1, "true"),),
        locks=tuple(Text(lock, 1) for lock in locks),
        ready=Ready("port", "1", 1) if server else None,
        retries=retries,
    )


def plan_of(*tasks: Task, edges: tuple[tuple[str, str, str], ...] = ()) -> Plan:
    found = tuple(Edge(one, on, kind) for one, on, kind in edges)  # type: ignore[arg-type]
    return Plan(path="p.md", title="p", sha256="", tasks=tasks, edges=found)


def board(plan: Plan) -> Board:
    return Board(plan, frozenset(task.id for task in plan.tasks))


def starts(on: Board, now: float = 0) -> list[str]:
    return [action.task for action in do.decide(on, now) if isinstance(action, do.Start)]


def needed(on: Board, name: str) -> set[str]:
    return set(on.outside.needed(name, on.open))


def begin(on: Board, name: str) -> None:
    on.apply(ev.AttemptStarting(at=0, task=name, n=1, nonce="ab"), 0)


def judged(on: Board, name: str, verdict: ev.Verdict = "passed") -> None:
    on.apply(ev.Judged(at=0, task=name, n=1, verdict=verdict), 0)


def test_a_port_of_another_run_keeps_out_who_needs_it_and_nobody_else() -> None:
    on = board(plan_of(task("a", "port:1"), task("b", "port:2"), task("c", "x")))
    on.outside.elsewhere["port:1"] = "T001 of run r"
    assert starts(on) == ["b", "c"]
    assert on.kept_out(0) == {"a": {"port:1"}}


def test_a_run_does_not_end_while_a_task_waits_for_another_run() -> None:
    on = board(plan_of(task("a", "port:1")))
    on.outside.elsewhere["port:1"] = "T001 of run r"
    assert do.decide(on, 0) == ()
    on.outside.elsewhere.clear()
    assert starts(on) == ["a"]


def test_only_ports_hold_across_runs() -> None:
    on = board(plan_of(task("a", "port:1", "venv:.venv", "the printer")))
    assert needed(on, "a") == {"port:1"}


def test_a_server_needs_the_ports_of_those_who_keep_it_up() -> None:
    """Of who waits for it, and of who these wait for; not of others, nor of who has ended."""
    plan = plan_of(
        task("db", "port:1"), task("api", "port:2", server=True), task("seed", "port:3"),
        task("test", "port:4"), task("other", "port:5"), task("after", "port:6"),
        edges=(("api", "db", "hard"), ("test", "api", "ready"), ("test", "seed", "hard"),
               ("after", "test", "hard")),
    )  # fmt: skip
    on = board(plan)
    assert needed(on, "db") == {"port:1"}
    assert needed(on, "api") == {"port:2", "port:3", "port:4"}
    begin(on, "seed")
    judged(on, "seed")
    assert needed(on, "api") == {"port:2", "port:4"}


def test_what_a_run_holds_is_held_until_who_needs_it_has_ended() -> None:
    plan = plan_of(
        task("api", "port:1", server=True),
        task("test", "port:2"),
        edges=(("test", "api", "ready"),),
    )
    on = board(plan)
    assert on.held_outside() == set()
    begin(on, "api")
    assert on.held_outside() == {"port:1", "port:2"}
    on.apply(ev.ServerReady(at=0, task="api", n=1, how=""), 0)
    begin(on, "test")
    judged(on, "test")
    assert on.held_outside() == {"port:1"}
    judged(on, "api")
    assert on.held_outside() == set()


def test_a_task_keeps_its_port_between_its_attempts() -> None:
    on = board(plan_of(task("a", "port:1", retries=1)))
    begin(on, "a")
    judged(on, "a", "failed")
    assert on.held_outside() == {"port:1"}
    on.apply(ev.RetryPlanned(at=0, task="a", n=1, due=5, left=0), 0)
    assert on.held_outside() == {"port:1"}


def test_a_server_that_is_used_stays_while_its_user_waits_for_another_run() -> None:
    plan = plan_of(
        task("api", server=True), task("test", "port:2"), edges=(("test", "api", "ready"),)
    )
    on = board(plan)
    begin(on, "api")
    on.apply(ev.ServerReady(at=0, task="api", n=1, how=""), 0)
    on.outside.elsewhere["port:2"] = "T001 of run r"  # taken while nobody watched this run
    assert do.decide(on, 0) == ()


def test_a_server_that_nobody_uses_does_not_hold_its_port_while_the_run_waits() -> None:
    """The other run may wait for just that port."""
    on = board(plan_of(task("api", "port:1", server=True), task("test", "port:2")))
    begin(on, "api")
    on.apply(ev.ServerReady(at=0, task="api", n=1, how=""), 0)
    on.outside.elsewhere["port:2"] = "T001 of run r"
    assert do.decide(on, 0) == (do.Stop("api", 1, "done"),)


def test_two_runs_whose_servers_want_each_other_s_ports() -> None:
    """Each would hold one and wait for the other for ever."""

    def run(first: str, second: str) -> Run:
        plan = plan_of(
            task("api", first, server=True), task("test", second), edges=(("test", "api", "ready"),)
        )
        return Run(plan, Policy(), {"api": 1, "test": 1}, set())

    Street([(0, run("port:1", "port:2")), (0.5, run("port:2", "port:1"))]).play()


PORTS = [f"port:{n}" for n in range(1, 5)]


@st.composite
def runs(draw: st.DrawFn) -> Run:
    names = [f"t{n}" for n in range(draw(st.integers(1, 6)))]
    servers = {name for name in names if draw(st.integers(0, 2)) == 0}
    locks = st.lists(st.sampled_from([*PORTS, "x", "y"]), max_size=2, unique=True)
    tasks = [
        task(n, *draw(locks), server=n in servers, retries=draw(st.integers(0, 1))) for n in names
    ]
    edges = tuple(
        (late, early, draw(st.sampled_from(["ready"] if early in servers else ["hard", "soft"])))
        for n, late in enumerate(names)
        for early in names[:n]
        if draw(st.integers(0, 2)) == 0
    )
    policy = Policy(jobs=draw(st.integers(1, 3)), retry_delay_s=draw(st.sampled_from([0.0, 2.0])))
    lasts = {name: float(draw(st.integers(0, 4))) for name in names}
    fails = {name for name in names if draw(st.integers(0, 5)) == 0}
    return Run(plan_of(*tasks, edges=edges), policy, lasts, fails)


@given(st.lists(st.tuples(st.integers(0, 4).map(float), runs()), min_size=2, max_size=3))
def test_runs_side_by_side_end_and_no_two_have_one_port(street: list[tuple[float, Run]]) -> None:
    Street(street).play()
