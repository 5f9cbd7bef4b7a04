"""What the longest chain of tasks rests on, in words. Pure."""

from __future__ import annotations

from tmuxplan.report.facts import RunFacts
from tmuxplan.report.words import counted


def basis(run: RunFacts) -> str:
    """ "critical path by the plan's estimates"; where nobody knows how long anything takes, it is
    no such path."""
    tasks = [task for task in run.tasks if task.has_commands]
    unknown = sum(task.expected_s is None for task in tasks)
    if unknown == len(tasks):
        return "longest chain of tasks; how long they take is not known"
    by = "what tasks took in earlier runs"
    if all(task.learned is None for task in tasks):
        by = "the plan's estimates"
    elif any(task.learned is None and task.estimate is not None for task in tasks):
        by = f"{by}, and the plan's estimates where there are none"
    without = f"; nothing is known of {counted(unknown, 'task')}" if unknown else ""
    return f"critical path by {by}{without}"
