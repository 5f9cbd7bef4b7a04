"""What a person looks at before signing a task: its criteria that no machine checks."""

from __future__ import annotations

from tmuxplan.plan.model import Criterion, Task


def checklist(task: Task) -> tuple[Criterion, ...]:
    """Its items, numbered from 1 in this order; empty where the plan names none."""
    return tuple(criterion for criterion in task.criteria if criterion.kind == "person")
