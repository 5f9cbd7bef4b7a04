"""The last lines of logs, masked, as values for the renderers."""

from __future__ import annotations

from collections.abc import Mapping

from tmuxplan.library.logs import last_lines
from tmuxplan.library.runs import Opened
from tmuxplan.report.facts import FAILURES, Excerpt, RunFacts

LINES = 12


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
