"""Lines of logs, masked, as values for the renderers."""

from __future__ import annotations

from collections.abc import Mapping

from tmuxplan.errors import UsageError
from tmuxplan.library.logs import last_lines, masked, some_lines
from tmuxplan.library.runs import Opened
from tmuxplan.report.causes import Where
from tmuxplan.report.facts import FAILURES, Excerpt, RunFacts, TaskFacts
from tmuxplan.report.sheet import Log
from tmuxplan.schedule.state import AttemptRecord

LINES = 12
BEFORE = 8
MOST = 200
"""Logs that are read for the lines before failures: a report of 10,000 is read by nobody."""


def excerpts(opened: Opened, run: RunFacts, only: str | None = None) -> Mapping[str, Excerpt]:
    """By task: the end of the newest attempt's log, of tasks that failed (or of `only`).

    A task whose log is gone or empty has no entry.
    """
    found = {}
    for task in run.tasks:
        attempt = opened.state.task(task.id).last
        wanted = task.id == only if only else task.outcome in FAILURES
        if not wanted or attempt is None:
            continue
        lines = last_lines(opened.folder, attempt, task.id, LINES)
        if lines:
            found[task.id] = Excerpt(max(1, attempt.log_lines - len(lines) + 1), lines)
    return found


def printed(opened: Opened, run: RunFacts) -> Mapping[Where, Excerpt]:
    """By task and step, of steps that failed: the last lines before the failure was seen."""
    found: dict[Where, Excerpt] = {}
    wanting = [task for task in run.tasks if task.outcome in FAILURES and task.last]
    for task in wanting[:MOST]:
        attempt = opened.state.task(task.id).last
        if attempt is not None:
            found |= _before(opened, task, attempt)
    return found


def _before(opened: Opened, task: TaskFacts, attempt: AttemptRecord) -> Mapping[Where, Excerpt]:
    ends: dict[int, int] = {}
    for e in task.last.failures if task.last else ():
        # A step's record stands behind its last line, where the next command is shown.
        line = e.log_line - 1 if e.kind == "step" else e.log_line
        if line > 0:
            ends[e.step] = max(line, ends.get(e.step, 0))
    wanted = {step: _range(task, step, end) for step, end in ends.items()}
    path = opened.folder.attempt(task.id, attempt.n) / "log"
    try:
        lines = some_lines(masked(path, attempt.secrets), tuple(wanted.values()))
    except (OSError, UsageError):
        return {}
    return {
        (task.id, step): Excerpt(first, tuple(lines[n] for n in range(first, last + 1)))
        for step, (first, last) in wanted.items()
        if all(n in lines for n in range(first, last + 1))
    }


def _range(task: TaskFacts, step: int, end: int) -> tuple[int, int]:
    """From where the step's command is shown, if that is near."""
    steps = task.last.steps if task.last else ()
    begins = max((s.log_line for s in steps if s.n < step and s.log_line <= end), default=1)
    return max(1, begins, end - BEFORE + 1), end


def logs(opened: Opened, run: RunFacts, near: str) -> Mapping[tuple[str, int], Log]:
    """By task and attempt."""
    return {}
