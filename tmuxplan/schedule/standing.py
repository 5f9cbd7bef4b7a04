"""Where a run stands, in a few numbers: for lines that are read at a glance. Pure.

It needs the plan and the fold alone, and is quick: it is asked twice a second for 1,000 tasks.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from tmuxplan import events as ev
from tmuxplan.plan.model import Plan
from tmuxplan.schedule.graph import graph_of, sorted_by_need
from tmuxplan.schedule.state import RunState, TaskRecord

Needs = Literal["input", "output", "person"]

FAILED = frozenset({"failed", "timed out", "lost"})
_STOPPED = frozenset({"blocked", "halted"})


class Attention(msgspec.Struct, frozen=True):
    """A task that somebody should look at: it waits for "input" (`prompt`: what it asks), has had
    no "output" for long, or waits for a "person". `since`: epoch seconds."""

    task: str
    needs: Needs
    prompt: str = ""
    since: float = 0.0


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """`ended` of `total` tasks have; `failed` by themselves, `stopped` because others did.

    `left_s`: seconds to the end by the longest chain that is left, of what tasks took in earlier
    runs or are estimated to; None where nothing says. `attention`: what has waited longest comes
    first. `verdict`: of the run, None before its end. `paused`: by whom; `stopping`: why.
    """

    total: int
    ended: int = 0
    failed: int = 0
    stopped: int = 0
    running: int = 0
    left_s: float | None = None
    attention: tuple[Attention, ...] = ()
    verdict: ev.RunVerdict | None = None
    paused: str = ""
    stopping: str = ""


class Forecast:
    """Of one plan, or a part of it: made once, asked often."""

    def __init__(self, plan: Plan, selected: frozenset[str]) -> None:
        self._graph = graph_of(plan, selected)
        self._order = tuple(reversed(sorted_by_need(self._graph)))
        # By task who follows it, and whether they wait for its end: not where they need it up.
        self._after: dict[str, list[tuple[str, bool]]] = {task: [] for task in self._order}
        for task, needs in self._graph.needs.items():
            for need in needs:
                if task in self._after and need.on in self._after:  # in no circle
                    self._after[need.on].append((task, need.kind != "ready"))
        expected = {task.id: task.expected_s for task in plan.tasks}
        self._spans = {task: span for task, span in expected.items() if span is not None}

    def standing(self, state: RunState, now: float) -> Standing:
        """Now (epoch seconds)."""
        records = [state.tasks[task] for task in self._graph.order if task in state.tasks]
        ended = [record for record in records if record.phase == "ended"]
        over = state.ended
        found = () if over else (_attention(record) for record in records)
        return Standing(
            total=len(self._graph.order),
            ended=len(ended),
            failed=sum(record.verdict in FAILED for record in ended),
            stopped=sum(record.verdict in _STOPPED for record in ended),
            running=sum(record.phase == "running" for record in records),
            left_s=None if over else self.left_s(state, now),
            attention=tuple(sorted((one for one in found if one), key=lambda one: one.since)),
            verdict=over.verdict if over else None,
            paused=state.paused.by if state.paused and not over else "",
            stopping=state.stopping.why if state.stopping and not over else "",
        )

    def left_s(self, state: RunState, now: float) -> float | None:
        """Seconds to the end; None: nothing says. A task that takes
        longer than expected is thought to end at any moment."""
        return self.longest(state, now)[0] or None

    def longest(self, state: RunState, now: float) -> tuple[float, tuple[str, ...]]:
        """Seconds to the end, and the chain of tasks that takes them."""
        ahead: dict[str, float] = {}
        follows: dict[str, str] = {}
        for task in self._order:
            own = self._own(state.tasks.get(task), task, now)
            ahead[task] = own
            for dependent, waits in self._after[task]:
                whole = ahead[dependent] + (own if waits else 0.0)
                if whole > ahead[task] or (whole == ahead[task] and task not in follows):
                    ahead[task], follows[task] = whole, dependent
        # Of equally long chains the one with more tasks; what is over is in none.
        left = [task for task in reversed(self._order) if not _is_over(state.tasks.get(task))]
        if not left:
            return 0.0, ()
        first = max(left, key=ahead.__getitem__)
        chain = [first]
        while chain[-1] in follows:
            chain.append(follows[chain[-1]])
        return ahead[first], tuple(chain)

    def _own(self, record: TaskRecord | None, task: str, now: float) -> float:
        span = self._spans.get(task, 0.0)
        if record is None:
            return span
        if record.phase == "waiting":
            return span + (max(0.0, record.retry.due - now) if record.retry else 0.0)
        if record.phase != "running" or record.last is None:
            return 0.0
        began = record.last.started or record.last.starting
        return max(0.0, span - max(0.0, now - began))


def _is_over(record: TaskRecord | None) -> bool:
    return record is not None and record.phase == "ended"


def _attention(record: TaskRecord) -> Attention | None:
    if record.phase == "person":
        return Attention(record.id, "person", since=float("inf"))
    quiet = record.last.quiet if record.phase == "running" and record.last else None
    if isinstance(quiet, ev.InputAwaited):
        return Attention(record.id, "input", quiet.prompt, quiet.at)
    if isinstance(quiet, ev.Stalled):
        return Attention(record.id, "output", since=quiet.at)
    return None
