"""The verdict of an attempt that ended, as an event. Pure."""

from __future__ import annotations

import msgspec

from tmuxplan import events as ev
from tmuxplan.judge.verdict import judge
from tmuxplan.plan.model import Step, Task
from tmuxplan.run.servers import held_words
from tmuxplan.schedule.decide import not_up_words
from tmuxplan.schedule.shells import go_on, seen_by
from tmuxplan.schedule.state import AttemptRecord, RunState


def judged(
    task: Task,
    steps: tuple[Step, ...],
    n: int,
    state: RunState,
    at: float,
    shells: tuple[Task, ...] = (),
) -> ev.Judged:
    """What attempt `n` of `task` came to, judged at `at` (epoch seconds). `shells`: the other
    shells of the same task."""
    attempt = state.task(task.id).attempts[n - 1]
    reason = _why_stopped(task, attempt, state)
    known = attempt.before_stop() if attempt.stop_why == "done" else attempt
    known = _with_others(task, known, shells, state)
    held = held_words(attempt) if not attempt.stop_why else ""
    if held and task.ready is not None and task.ready.asked:
        known = msgspec.structs.replace(known, found=(*known.found, ev.Evidence("warning", held)))
        held = ""
    found = judge(task, steps, known, reason, held)
    return ev.Judged(at=at, task=task.id, n=n, verdict=found.verdict, evidence=found.evidence)


def _with_others(
    task: Task, attempt: AttemptRecord, shells: tuple[Task, ...], state: RunState
) -> AttemptRecord:
    """What has to be in the output may be printed by any shell: the last to end is asked for it."""
    to_come, seen = go_on(shells, state), seen_by(shells, state)
    more = tuple(
        index
        for index, criterion in enumerate(task.criteria)
        if criterion.kind == "regex" and not criterion.negated
        if to_come or criterion.line in seen
    )
    return msgspec.structs.replace(attempt, criteria_seen=(*attempt.criteria_seen, *more))


def _why_stopped(task: Task, attempt: AttemptRecord, state: RunState) -> str:
    """More than judging can know of why we stopped an attempt."""
    if attempt.stop_why == "not up":
        return not_up_words(task, held_words(attempt))
    stopping = state.stopping
    return stopping.why if stopping is not None and attempt.stop_why in ("halt", "stop") else ""
