"""When tasks ran, as bars in percent of the run's time. Pure."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from tmuxplan.plan.model import Estimate, Learned
from tmuxplan.report.facts import AttemptFacts, RunFacts, TaskFacts
from tmuxplan.report.taken import took
from tmuxplan.report.words import counted, span

_STEPS = (0.1, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 21600, 86400)
_TICKS = 8


class Bar(msgspec.Struct, frozen=True):
    """From `at` for `width` percent. `kind`: an attempt's verdict, "running", "wait", "person"."""

    kind: str
    at: float
    width: float
    says: str


class Row(msgspec.Struct, frozen=True):
    """One task. `took` and `expected` in words; `over`: an attempt took longer than the plan says.
    `planned`: how long it was expected to be, from when it first started."""

    task: TaskFacts
    bars: tuple[Bar, ...]
    planned: Bar | None
    took: str
    expected: str
    critical: bool
    over: bool


class Tick(msgspec.Struct, frozen=True):
    at: float
    says: str


class Timeline(msgspec.Struct, frozen=True):
    """Rows in the order in which tasks started, those that never did last."""

    rows: tuple[Row, ...]
    ticks: tuple[Tick, ...]


def timeline(run: RunFacts, critical: tuple[str, ...] = ()) -> Timeline:
    """The run's timeline. `critical`: the ids of the critical path."""
    scale = _Scale(run)
    rows = [_row(task, scale, task.id in critical) for task in run.tasks]
    never = float("inf")
    rows.sort(key=lambda row: (row.bars[0].at if row.bars else never, row.task.number))
    return Timeline(tuple(rows), tuple(_ticks(scale.length)))


class _Scale:
    def __init__(self, run: RunFacts) -> None:
        self.start = run.started or 0.0
        ends = [a.ended for t in run.tasks for a in t.attempts if a.ended is not None]
        until = run.now if run.state == "running" else max(ends, default=self.start)
        if run.seconds is not None:
            until = max(until, self.start + run.seconds)
        self.until = until
        self.length = max(until - self.start, 0.001)

    def at(self, moment: float) -> float:
        """Percent, to a thousandth: the same digits on every machine."""
        return round(min(100.0, max(0.0, 100 * (moment - self.start) / self.length)), 3)


def _row(task: TaskFacts, scale: _Scale, critical: bool) -> Row:
    estimate = task.estimate
    longest = max((a.seconds or 0.0 for a in task.attempts), default=0.0)
    return Row(
        task=task,
        bars=tuple(_bars(task, scale)),
        planned=_planned(task, scale),
        took=took(task),
        expected="; ".join(filter(None, (_by_plan(estimate), _by_runs(task.learned)))),
        critical=critical,
        over=bool(estimate and longest > estimate.high_s > 0),
    )


def _planned(task: TaskFacts, scale: _Scale) -> Bar | None:
    began = next((a.started for a in task.attempts if a.started is not None), None)
    if began is None or task.expected_s is None:
        return None
    says = _by_runs(task.learned) or f"{_by_plan(task.estimate)} by the plan"
    return _bar("planned", scale, began, began + task.expected_s, f"expected: {says}")


def _by_plan(estimate: Estimate | None) -> str:
    if estimate is None:
        return ""
    low, high = estimate.low_s, estimate.high_s
    return span(high) if low == high else f"{span(low)} to {span(high)}"


def _by_runs(learned: Learned | None) -> str:
    return f"{span(learned.seconds)} by {counted(learned.runs, 'earlier run')}" if learned else ""


def _bars(task: TaskFacts, scale: _Scale) -> Iterator[Bar]:
    ended = None
    for attempt in task.attempts:
        if attempt.started is None:
            continue
        if ended is not None and attempt.started > ended:
            yield _bar("wait", scale, ended, attempt.started, f"waited for attempt {attempt.n}")
        ended = attempt.ended if attempt.ended is not None else scale.until
        kind = attempt.verdict or "running"
        yield _bar(kind, scale, attempt.started, ended, _says(task, attempt))


def _says(task: TaskFacts, attempt: AttemptFacts) -> str:
    said = attempt.verdict or "running"
    return f"{task.id} attempt {attempt.n}: {said}, {span(attempt.seconds)}"


def _bar(kind: str, scale: _Scale, start: float, end: float, says: str) -> Bar:
    at = scale.at(start)
    return Bar(kind, at, round(max(0.25, scale.at(end) - at), 3), says)


def _ticks(length: float) -> Iterator[Tick]:
    step = next((s for s in _STEPS if length / s <= _TICKS), length / _TICKS)
    for n in range(int(length / step) + 1):
        yield Tick(round(100 * n * step / length, 3), _short(n * step, step))


def _short(seconds: float, step: float) -> str:
    if step < 1:
        return f"{seconds:.1f} s"
    if seconds < 60 and step < 60:
        return f"{seconds:.0f} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes >= 60:
        return f"{minutes // 60} h {minutes % 60:02d}"
    return f"{minutes} min" if not rest else f"{minutes}:{rest:02d}"
