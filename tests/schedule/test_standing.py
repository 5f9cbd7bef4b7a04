"""Where a run stands, from made-up plans and events."""

from __future__ import annotations

import pytest

from tmuxplan import events as ev
from tmuxplan.plan.model import Edge, Estimate, Plan, Task
from tmuxplan.schedule.standing import Attention, Forecast, Standing
from tmuxplan.schedule.state import RunState


def made(estimates: dict[str, float | None], *edges: tuple[str, str]) -> Plan:
    """Tasks with their estimates in seconds, and (who, needs whom)."""
    tasks = tuple(
        Task(id=name, title=name, line=1, estimate=span and Estimate(0, span, "", 1))
        for name, span in estimates.items()
    )
    needs = tuple(Edge(task=task, on=on, kind="hard", sources=()) for task, on in edges)
    return Plan(path="p", title="P", sha256="", tasks=tasks, edges=needs)


def starts(task: str, at: float, n: int = 1) -> list[ev.Event]:
    return [
        ev.AttemptStarting(at=at, task=task, n=n, nonce="ab"),
        ev.AttemptStarted(at=at, task=task, n=n, host="h", pid=1),
    ]


def judged(task: str, at: float, verdict: ev.Verdict = "passed") -> ev.Event:
    return ev.Judged(at=at, task=task, n=1, verdict=verdict)


def after(plan: Plan, events: list[ev.Event], now: float) -> Standing:
    state = RunState()
    for event in events:
        state.apply(event)
    return Forecast(plan, frozenset(task.id for task in plan.tasks)).standing(state, now)


CHAIN = made({"a": 60, "b": 120, "c": 30, "d": None}, ("b", "a"), ("c", "a"), ("d", "b"))


@pytest.mark.parametrize(
    ("events", "now", "left_s"),
    [
        ([], 0, 180),
        (starts("a", 0), 20, 160),
        (starts("a", 0), 100, 120),  # longer than it should: it may end at any moment
        ([*starts("a", 0), judged("a", 50)], 50, 120),
        ([*starts("a", 0), judged("a", 50), *starts("b", 50), *starts("c", 50)], 60, 110),
        ([*starts("a", 0), judged("a", 50), *starts("b", 50), judged("b", 60)], 60, 30),
        ([judged("a", 1), judged("b", 1), judged("c", 1)], 1, None),  # d says nothing
        ([judged("a", 1, "failed"), ev.RunEnded(at=2, verdict="NO GO", rule="")], 2, None),
    ],
)
def test_the_time_left_is_that_of_the_longest_chain(
    events: list[ev.Event], now: float, left_s: float | None
) -> None:
    assert after(CHAIN, events, now).left_s == left_s


def test_a_plan_without_estimates_says_nothing_of_time() -> None:
    assert after(made({"a": None, "b": None}), [], 0).left_s is None


def test_every_task_is_counted_once() -> None:
    events: list[ev.Event] = [
        *starts("a", 1),
        judged("a", 2, "timed out"),
        ev.Blocked(at=2, task="b", by=("a",), root=("a",)),
        *starts("c", 1),
        judged("c", 3, "failed"),
        ev.RetryPlanned(at=3, task="c", n=1, due=9),  # not failed for good
        *starts("d", 3),
    ]
    found = after(CHAIN, events, 4)
    assert (found.total, found.ended, found.failed, found.stopped) == (4, 2, 1, 1)
    assert (found.running, found.verdict, found.attention) == (1, None, ())


def test_what_waits_longest_for_somebody_comes_first_and_persons_last() -> None:
    events: list[ev.Event] = [
        ev.PersonAsked(at=1, task="a"),
        *starts("b", 1),
        *starts("c", 1),
        *starts("d", 1),
        ev.Stalled(at=4, task="b", n=1, silent_s=3),
        ev.InputAwaited(at=3, task="c", n=1, prompt="Go on?"),
        ev.InputAwaited(at=2, task="d", n=1, prompt="x"),
        ev.Moving(at=5, task="d", n=1),
    ]
    found = after(CHAIN, events, 6).attention
    assert [(one.task, one.needs) for one in found] == [
        ("c", "input"),
        ("b", "output"),
        ("a", "person"),
    ]
    assert found[0] == Attention("c", "input", "Go on?", 3)
    assert after(CHAIN, [*events, ev.RunEnded(at=7, verdict="GO", rule="")], 7).attention == ()


def test_only_what_was_asked_for_counts() -> None:
    state = RunState()
    state.apply(judged("a", 1))
    found = Forecast(CHAIN, frozenset({"b", "d"})).standing(state, 2)
    assert (found.total, found.ended, found.left_s) == (2, 0, 120)
