"""Lines of logs, masked, as values for the renderers."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from tmuxplan.errors import UsageError
from tmuxplan.library.logs import Ranges, coloured, log_end, masked, shown, some_lines, step_of
from tmuxplan.library.runs import Opened
from tmuxplan.report.causes import Where
from tmuxplan.report.facts import FAILURES, Excerpt, RunFacts, TaskFacts
from tmuxplan.report.sheet import Log, LogLine
from tmuxplan.schedule.state import AttemptRecord

LINES = 12
BEFORE = 12
PASSED, FAILED, FEWEST, ALL_LINES = 150, 600, 12, 40_000
"""Lines of a log in an HTML report, by how its attempt ended; of each at least; of all together."""
NEAR = 20
"""Places of evidence around which lines are shown."""
LONGEST = 2000
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
        stop = opened.told_until(task.id, attempt)
        end = log_end(opened.folder, attempt, task.id, LINES, stop)
        if end is not None:
            found[task.id] = end
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
        if e.log_line:
            ends[e.step] = max(e.log_line, ends.get(e.step, 0))
    wanted = {step: _range(task, step, end) for step, end in ends.items()}
    path = opened.folder.attempt(task.id, attempt.n) / "log"
    try:
        stop = opened.told_until(task.id, attempt)
        raw = some_lines(masked(path, attempt.secrets, 0, stop), tuple(wanted.values()))
    except (OSError, UsageError):
        return {}
    found = {}
    for step, (first, last) in wanted.items():
        lines = {n: shown(raw[n]) for n in range(first, last + 1) if n in raw}
        told = [n for n, line in lines.items() if line.strip()]
        if told:  # blank lines before and behind say nothing
            kept = tuple(lines[n] for n in range(told[0], told[-1] + 1))
            found[task.id, step] = Excerpt(told[0], kept)
    return found


def _range(task: TaskFacts, step: int, end: int) -> tuple[int, int]:
    """From where the step's command is shown, if that is near."""
    steps = task.last.steps if task.last else ()
    begins = max((s.log_line + 1 for s in steps if s.n < step and s.log_line < end), default=1)
    return max(1, begins, end - BEFORE + 1), end


def logs(opened: Opened, run: RunFacts, near: str) -> Mapping[tuple[str, int], Log]:
    """By task and attempt: what of the logs stands in an HTML report, and where the whole is,
    as seen from the directory `near`. Attempts that did not pass get more room."""
    attempts = [(task, a) for task in run.tasks for a in opened.state.task(task.id).attempts]
    few = max(FEWEST, min(PASSED, ALL_LINES // max(1, len(attempts))))
    many = max(FEWEST, min(FAILED, ALL_LINES // max(1, len(attempts))))
    found = {}
    for task, attempt in attempts:
        room = few if attempt.verdict == "passed" else many
        log = _log(opened, task, attempt, room, near)
        if log is not None:
            found[task.id, attempt.n] = log
    return found


def _log(
    opened: Opened, task: TaskFacts, attempt: AttemptRecord, room: int, near: str
) -> Log | None:
    path = opened.folder.attempt(task.id, attempt.n) / "log"
    stop = opened.told_until(task.id, attempt)
    try:
        total = attempt.log_lines or sum(piece.count(b"\n") for piece in masked(path, (), 0, stop))
        wanted = _shown_of(attempt, total, room)
        found = some_lines(masked(path, attempt.secrets, 0, stop), wanted)
    except (OSError, UsageError):
        return None
    parts = tuple(
        tuple(
            LogLine(n, coloured(found[n][:LONGEST]), step_of(found[n]))
            for n in range(first, last + 1)
            if n in found
        )
        for first, last in wanted
    )
    # A report in the run's own folder is one in a bundle, whose logs are masked.
    raw = Path(near) != opened.folder.path
    return Log(tuple(part for part in parts if part), total, os.path.relpath(path, near), raw)


def _shown_of(attempt: AttemptRecord, total: int, room: int) -> Ranges:
    """Ranges of about `room` lines: the beginning, around the evidence, the end; joined where
    they meet."""
    if total <= room:
        return ((1, max(1, total)),)
    marks = sorted({e.log_line for e in (*attempt.evidence, *attempt.found) if e.log_line})
    wanted = [(1, room // 4), (total - room // 4 + 1, total)]
    around = max(2, room // 2 // max(1, len(marks[:NEAR])) // 2)
    wanted += [(max(1, mark - around), min(total, mark + around)) for mark in marks[:NEAR]]
    joined: list[tuple[int, int]] = []
    for first, last in sorted(wanted):
        if joined and first <= joined[-1][1] + 1:
            joined[-1] = (joined[-1][0], max(last, joined[-1][1]))
        else:
            joined.append((first, last))
    return tuple(joined)
