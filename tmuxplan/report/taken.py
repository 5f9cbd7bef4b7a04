"""How long a task took: each attempt, and all of them. Pure."""

from __future__ import annotations

from tmuxplan.report.facts import TaskFacts
from tmuxplan.report.words import span

_MOST = 3


def total_s(task: TaskFacts) -> float | None:
    """Seconds of all attempts, without the time between them; None: of one or all nobody knows."""
    known = [attempt.seconds for attempt in task.attempts if attempt.seconds is not None]
    return sum(known) if known and len(known) == len(task.attempts) else None


def each(task: TaskFacts) -> str:
    """ "1.2 s + 2.3 s"."""
    spans = [span(attempt.seconds) for attempt in task.attempts]
    more = [f"{len(spans) - _MOST} more"] if len(spans) > _MOST else []
    return " + ".join([*spans[:_MOST], *more])


def took(task: TaskFacts) -> str:
    """ "1.2 s", "1.2 s + 2.3 s, 3.5 s in all"; empty where nothing ran."""
    if not task.attempts:
        return ""
    total = total_s(task)
    whole = f", {span(total)} in all" if total is not None and len(task.attempts) > 1 else ""
    return f"{each(task)}{whole}"
