"""What is left of a run: as it would go by `decide`, with as many jobs as there may be."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from simulation import Try, World
from test_any_run import worlds

from tmuxplan import events as ev
from tmuxplan.plan.model import Block, Edge, EdgeKind, Estimate, Plan, Task, Text
from tmuxplan.schedule.course import course_of
from tmuxplan.schedule.policy import Policy
from tmuxplan.schedule.rest import Rest, rest_of
from tmuxplan.schedule.state import RunState


def made(spans: dict[str, float | None], *edges: tuple[str, str, EdgeKind], **more: object) -> Plan:
    """Tasks with commands and estimates in seconds, and (who, needs whom, how). `more`: the names
    of a task's locks, or of one without commands None."""
    tasks = tuple(
        Task(
            id=name,
            title=name,
            line=1,
            estimate=None if span is None else Estimate(0, span, "", 1),
            blocks=(Block(1, "true"),) if more.get(name, "") is not None else (),
            locks=tuple(Text(lock, 1) for lock in str(more.get(name) or "").split()),
        )
        for name, span in spans.items()
    )
    needs = tuple(Edge(task, on, kind) for task, on, kind in edges)
    return Plan(path="p", title="P", sha256="", tasks=tasks, edges=needs)


def rest(plan: Plan, jobs: int, *events: ev.Event, now: float = 0.0) -> Rest:
    names = tuple(task.id for task in plan.tasks)
    state = RunState()
    started = ev.RunStarted(
        at=0, run="r", plan="p", sha256="", title="", cwd="", backend="", host="", user="",
        version="", selected=names, jobs=jobs,
    )  # fmt: skip
    for event in (started, *events):
        state.apply(event)
    return rest_of(course_of(plan, frozenset(names)), state, now)


def begins(task: str, at: float = 0.0, n: int = 1) -> ev.Event:
    return ev.AttemptStarting(at=at, task=task, n=n, nonce="ab")


SIDE_BY_SIDE = made({"a": 60, "b": 50, "c": 40, "d": 30})


@pytest.mark.parametrize(
    ("jobs", "seconds", "path"),
    [
        (4, 60, ("a",)),
        (3, 70, ("c", "d")),
        (2, 90, ("a", "d")),
        (1, 180, ("a", "b", "c", "d")),
    ],
)
def test_jobs_are_few(jobs: int, seconds: float, path: tuple[str, ...]) -> None:
    assert rest(SIDE_BY_SIDE, jobs) == Rest(seconds, path)


def test_what_runs_has_its_job_until_its_end() -> None:
    assert rest(SIDE_BY_SIDE, 1, begins("d"), now=20) == Rest(160, ("d", "a", "b", "c"))


def test_what_takes_too_long_may_end_at_any_moment() -> None:
    assert rest(SIDE_BY_SIDE, 1, begins("d"), now=500) == Rest(150, ("d", "a", "b", "c"))


def test_who_has_most_behind_it_goes_first() -> None:
    plan = made({"a": 10, "b": 10, "c": 60}, ("c", "b", "hard"))
    assert rest(plan, 1) == Rest(80, ("b", "c", "a"))


def test_locks_keep_tasks_apart() -> None:
    plan = made({"a": 60, "b": 50, "c": 40}, a="x", b="x y", c="y")
    assert rest(plan, 3) == Rest(110, ("a", "b"))
    alone = made({"a": 60, "b": 50, "c": 40}, a="x", b="y", c="z")
    assert rest(alone, 3) == Rest(60, ("a",))


def test_a_lock_is_kept_between_attempts() -> None:
    plan = made({"a": 60, "b": 50}, a="x", b="x")
    failed = (
        begins("a"),
        ev.Judged(at=5, task="a", n=1, verdict="failed"),
        ev.RetryPlanned(at=5, task="a", n=1, due=25),
    )
    assert rest(plan, 2, *failed, now=5) == Rest(20 + 60 + 50, ("a", "b"))


def test_a_server_takes_no_job_and_ends_with_who_needs_it() -> None:
    plan = made({"s": 600, "a": 60, "b": 30}, ("a", "s", "ready"), ("b", "s", "hard"))
    assert rest(plan, 1) == Rest(90, ("s", "a", "b"))
    assert rest(plan, 1, begins("s"), now=100) == Rest(90, ("a", "b"))


def test_servers_share_their_locks_with_who_needs_them() -> None:
    plan = made({"s": None, "a": 60, "b": 30}, ("a", "s", "ready"), s="x", a="x", b="x")
    assert rest(plan, 3) == Rest(90, ("s", "a", "b"))


def test_servers_that_keep_each_other_out_stand_side_by_side() -> None:
    plan = made(
        {"s": None, "r": None, "a": 60}, ("a", "s", "ready"), ("a", "r", "ready"), s="x", r="x"
    )
    assert rest(plan, 3).seconds == 60


def test_people_take_no_job_and_nobody_knows_how_long() -> None:
    plan = made({"a": 60, "p": None, "b": 30}, ("b", "p", "hard"), p=None)
    assert rest(plan, 1) == Rest(90, ("a", "b"))
    assert rest(plan, 2, ev.PersonAsked(at=0, task="p")).seconds == 60


def test_a_circle_is_left_out() -> None:
    plan = made({"a": 60, "b": 50, "c": 9}, ("a", "b", "hard"), ("b", "a", "hard"))
    assert rest(plan, 2) == Rest(9, ("c",))


def test_what_ended_is_over() -> None:
    ends = [ev.Judged(at=1, task=task, n=1, verdict="passed") for task in "abcd"]
    assert rest(SIDE_BY_SIDE, 2, *ends) == Rest()
    assert rest(SIDE_BY_SIDE, 2, *ends[:3]) == Rest(30, ("d",))


@st.composite
def plans(draw: st.DrawFn) -> tuple[Plan, int]:
    names = [f"t{n}" for n in range(draw(st.integers(1, 12)))]
    spans: dict[str, float | None] = {name: float(draw(st.integers(1, 9))) for name in names}
    kinds: st.SearchStrategy[EdgeKind] = st.sampled_from(["hard", "soft"])
    edges = [
        (late, early, draw(kinds))
        for n, late in enumerate(names)
        for early in names[:n]
        if draw(st.integers(0, 3)) == 0
    ]
    locks = {name: draw(st.sampled_from(["", "", "x", "y", "x y"])) for name in names}
    return made(spans, *edges, **locks), draw(st.integers(1, 5))


@settings(max_examples=200, deadline=None)
@given(plans())
def test_it_is_what_a_run_would_take(case: tuple[Plan, int]) -> None:
    plan, jobs = case
    tries = {task.id: [Try("passed", task.expected_s or 0.0)] for task in plan.tasks}
    world = World(plan, Policy(jobs=jobs), tries, [])
    world.run()
    found = rest(plan, jobs)
    assert found.seconds == world.finished
    spans = {task.id: task.expected_s or 0.0 for task in plan.tasks}
    assert sum(spans[task] for task in found.path) == found.seconds


class _Asking(World):
    """A world that is asked after everything that happens."""

    def record(self, event: ev.Event) -> None:
        super().record(event)
        names = frozenset(self.tasks)
        found = rest_of(course_of(self.plan, names), self.state, self.now)
        assert 0 <= found.seconds < 10_000
        assert len(set(found.path)) == len(found.path)
        assert all(self.state.task(task).phase != "ended" for task in found.path)


@settings(max_examples=100, deadline=None)
@given(worlds())
def test_any_run_can_be_asked_at_any_time(world: World) -> None:
    _Asking(world.plan, world.policy, world.tries, world.acts).run()
