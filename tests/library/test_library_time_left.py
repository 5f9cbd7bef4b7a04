"""The time left is one, wherever it is said: it goes by the jobs that the run may have."""

from __future__ import annotations

import pytest
from rich.console import Console

from tmuxplan import events as ev
from tmuxplan.library.telling import Told
from tmuxplan.plan.model import Block, Estimate, Frozen, Plan, Task
from tmuxplan.report.at_a_glance import glance
from tmuxplan.report.gathering import facts
from tmuxplan.run import clock
from tmuxplan.schedule.standing import Forecast
from tmuxplan.schedule.state import RunState
from tmuxplan.ui.dashboard.forecast import left_of, words
from tmuxplan.ui.waiting import LiveTable

NAMES = ("T1", "T2", "T3")


def plan() -> Plan:
    tasks = tuple(
        Task(id=n, title=n, line=1, blocks=(Block(1, "true"),), estimate=Estimate(0, 120, "", 1))
        for n in NAMES
    )
    return Plan(path="p.md", title="P", sha256="", tasks=tasks)


def started(jobs: int) -> RunState:
    state = RunState()
    state.apply(
        ev.RunStarted(
            at=clock.now(), run="r", plan="p.md", sha256="", title="P", cwd="", backend="pty",
            host="", user="", version="", selected=NAMES, jobs=jobs,
        )
    )  # fmt: skip
    return state


@pytest.mark.parametrize(("jobs", "minutes"), [(3, 2), (2, 4), (1, 6)])
def test_everybody_says_the_same(jobs: int, minutes: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    state, now = started(jobs), clock.now()
    forecast = Forecast(plan(), frozenset(NAMES))
    frozen = Frozen(plan(), {})
    run = facts(frozen, state, now, alive=True)
    console = Console(width=100, no_color=True)
    with console.capture() as drawn:
        console.print(LiveTable(frozen, 0, "")._picture(state, now))
    due = Told(plan(), frozenset(NAMES), state)().due
    assert due == pytest.approx(now + 60 * minutes, abs=5)
    assert glance(forecast.standing(state, now)) == f"0/3 ~{minutes}m"
    assert words(left_of(run, state, forecast)) == f"~{minutes}m left"
    assert f"~{minutes}m left" in drawn.get()


def test_what_was_said_stands_for_a_moment_and_no_longer(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that it never takes much of the time, of however many tasks."""
    ticks = iter([100.0, 101.0, 150.0, 199.9, 200.1, 200.2])
    monkeypatch.setattr(clock, "monotonic", lambda: next(ticks))
    monkeypatch.setattr(clock, "now", lambda: 1000.0)
    state = started(1)
    told = Told(plan(), frozenset(NAMES), state)
    assert told().due == 1360
    for task in NAMES[:2]:
        state.apply(ev.Judged(at=1000, task=task, n=1, verdict="passed"))
    assert [told().due, told().due, told().due] == [1360, 1360, 1120]
