"""The verdict of an attempt that ended, as an event. Pure."""

from __future__ import annotations

from tmuxplan import events as ev
from tmuxplan.judge.verdict import judge
from tmuxplan.plan.model import Step, Task
from tmuxplan.run.servers import held_words
from tmuxplan.schedule.decide import not_up_words
from tmuxplan.schedule.state import AttemptRecord, RunState


def judged(task: Task, steps: tuple[Step, ...], n: int, state: RunState, at: float) -> ev.Judged:
    """What attempt `n` of `task` came to, judged at `at` (epoch seconds)."""
    attempt = state.task(task.id).attempts[n - 1]
    reason = _why_stopped(task, attempt, state)
    known = attempt.before_stop() if attempt.stop_why == "done" else attempt
    held = held_words(attempt) if not attempt.stop_why else ""
    found = judge(task, steps, known, reason, held)
    return ev.Judged(at=at, task=task.id, n=n, verdict=found.verdict, evidence=found.evidence)


def _why_stopped(task: Task, attempt: AttemptRecord, state: RunState) -> str:
    """More than judging can know of why we stopped an attempt."""
    if attempt.stop_why == "not up":
        return not_up_words(task, held_words(attempt))
    stopping = state.stopping
    return stopping.why if stopping is not None and attempt.stop_why in ("halt", "stop") else ""
