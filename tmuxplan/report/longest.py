"""What the longest chain of tasks is called, and what it rests on, in words. Pure."""

from __future__ import annotations

from tmuxplan.report.facts import RunFacts, TaskFacts
from tmuxplan.report.words import counted


def name(run: RunFacts) -> str:
    """Where nobody knows how long anything takes, it is no critical path."""
    known = any(task.expected_s is not None for task in _timed(run))
    return "critical path" if known else "longest chain of tasks"


def basis(run: RunFacts) -> str:
    """What follows its name: " by the plan's estimates; nothing is known of 2 tasks"."""
    tasks = _timed(run)
    unknown = sum(task.expected_s is None for task in tasks)
    if unknown == len(tasks):
        return "; how long they take is not known"
    by = "what tasks took in earlier runs"
    if all(task.learned is None for task in tasks):
        by = "the plan's estimates"
    elif any(task.learned is None and task.estimate is not None for task in tasks):
        by = f"{by}, and the plan's estimates where there are none"
    without = f"; nothing is known of {counted(unknown, 'task')}" if unknown else ""
    return f" by {by}{without}"


def _timed(run: RunFacts) -> list[TaskFacts]:
    """How long a person takes, nobody asks."""
    return [task for task in run.tasks if task.has_commands]
