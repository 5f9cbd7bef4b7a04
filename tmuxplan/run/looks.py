"""From a task's state to the look of its window."""

from __future__ import annotations

from tmuxplan import events as ev
from tmuxplan.plan.locks import waits_words
from tmuxplan.run.backend import Look
from tmuxplan.schedule.state import TaskRecord


def look_of(record: TaskRecord) -> Look:
    """How a task's window shows its state."""
    if record.phase == "running":
        return _running(record)
    if record.phase == "person":
        return "person"
    if record.verdict is None:
        return "waiting"
    return _LOOKS[record.verdict]


def _running(record: TaskRecord) -> Look:
    quiet = record.last.quiet if record.last is not None else None
    if quiet is None:
        return "running"
    return "asking" if isinstance(quiet, ev.InputAwaited) else "stalled"


def text_of(record: TaskRecord) -> str:
    """What the window of a task says that is not running; a window whose task has run keeps
    what it shows."""
    if record.phase == "person":
        return f"waits for a person: tmuxplan sign {record.id}"
    if record.verdict == "blocked":
        return f"blocked: {', '.join(record.blocked_by)} did not pass"
    if record.verdict == "halted":
        return f"not started: {record.halted}"
    if record.signed is not None:
        return f"signed by {record.signed.by}"
    if record.skipped is not None:
        return f"skipped by {record.skipped.by}: {record.skipped.reason}"
    if record.awaits is not None and record.phase == "waiting":
        return waits_words(record.awaits.locks, record.awaits.held_by)
    if record.reopened is not None and record.verdict is None:
        return f"waits again: {record.reopened.why}"
    return ""


def quiet_of(record: TaskRecord) -> str:
    """What a running task asks; empty where it asks nothing."""
    quiet = record.last.quiet if record.last is not None else None
    return quiet.prompt if isinstance(quiet, ev.InputAwaited) else ""


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
