"""What a person may do with a task, and when."""

from __future__ import annotations

from tmuxplan.schedule.state import TaskRecord


def why_not_sign(record: TaskRecord) -> str:
    """Why this task can't be signed now; empty where it can."""
    if record.phase == "person":
        return ""
    if record.signed is not None:
        return f"{record.id} is signed already, by {record.signed.by}"
    if record.phase == "ended":
        return f"{record.id} {record.verdict}: a signature can't change that"
    return f"{record.id} does not wait for a signature yet; it is {record.phase}"


def why_not_skip(record: TaskRecord) -> str:
    """Why this task can't be skipped now; empty where it can."""
    if record.phase in ("waiting", "person"):
        return ""
    if record.phase == "running":
        return f"{record.id} is running; stop the run, or let it end"
    return f"{record.id} has ended: {record.verdict}"
