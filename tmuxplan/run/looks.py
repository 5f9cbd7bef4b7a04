"""From a task's state to the look of its window."""

from __future__ import annotations

from tmuxplan import events as ev
from tmuxplan.run.backend import Look
from tmuxplan.schedule.state import TaskRecord


def look_of(record: TaskRecord) -> Look:
    """How a task's window shows its state."""
    if record.phase == "running":
        return "running"
    if record.phase == "person":
        return "person"
    if record.verdict is None:
        return "waiting"
    return _LOOKS[record.verdict]


_LOOKS: dict[ev.Verdict, Look] = {
    "passed": "passed",
    "failed": "failed",
    "timed out": "failed",
    "blocked": "blocked",
    "halted": "halted",
    "skipped": "skipped",
    "lost": "lost",
    "waiting": "person",
}
