"""Where a run stands, in a few numbers: for lines that are read at a glance. Pure.

It needs the plan and the fold alone, and is quick: it is asked twice a second for 1,000 tasks.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from tmuxplan import events as ev
from tmuxplan.plan.model import Plan
from tmuxplan.schedule.course import course_of
from tmuxplan.schedule.policy import FAILED
from tmuxplan.schedule.rest import Rest, rest_of
from tmuxplan.schedule.state import RunState, TaskRecord

Needs = Literal["input", "output", "person"]

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

    `left_s`: seconds to the end, with the jobs that the run may have, by what tasks took in earlier
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
        self._course = course_of(plan, selected)

    def standing(self, state: RunState, now: float, *, to_the_end: bool = True) -> Standing:
        """Now (epoch seconds). `to_the_end`: with the time left, which takes longer to tell."""
        records = [state.tasks[task] for task in self._course.graph.order if task in state.tasks]
        ended = [record for record in records if record.phase == "ended"]
        over = state.ended
        found = () if over else (_attention(record) for record in records)
        return Standing(
            total=len(self._course.graph.order),
            ended=len(ended),
            failed=sum(record.verdict in FAILED for record in ended),
            stopped=sum(record.verdict in _STOPPED for record in ended),
            running=sum(record.phase == "running" for record in records),
            left_s=self.left_s(state, now) if to_the_end and not over else None,
            attention=tuple(sorted((one for one in found if one), key=lambda one: one.since)),
            verdict=over.verdict if over else None,
            paused=state.paused.by if state.paused and not over else "",
            stopping=state.stopping.why if state.stopping and not over else "",
        )

    def left_s(self, state: RunState, now: float) -> float | None:
        """Seconds to the end; None: nothing says."""
        return self.rest(state, now).seconds or None

    def rest(self, state: RunState, now: float) -> Rest:
        """What is left, with the chain of tasks that takes it."""
        return rest_of(self._course, state, now)


def _attention(record: TaskRecord) -> Attention | None:
    if record.phase == "person":
        return Attention(record.id, "person", since=float("inf"))
    quiet = record.last.quiet if record.phase == "running" and record.last else None
    if isinstance(quiet, ev.InputAwaited):
        return Attention(record.id, "input", quiet.prompt, quiet.at)
    if isinstance(quiet, ev.Stalled):
        return Attention(record.id, "output", since=quiet.at)
    return None
