"""A plan's graph as mermaid, which GitHub and others draw. Titles are text, whatever they hold."""

from __future__ import annotations

from collections.abc import Iterator

from tmuxplan.plan.model import Plan
from tmuxplan.report.words import one_line
from tmuxplan.schedule.graph import critical_path

_ARROWS = {"hard": "-->", "soft": "-.->|soft|", "ready": "-->|ready|"}
_LONGEST = 60


def mermaid(plan: Plan) -> str:
    """One node a task, one arrow a dependency (dotted: soft); the critical path is marked."""
    return "\n".join(_lines(plan)) + "\n"


def _lines(plan: Plan) -> Iterator[str]:
    # Ids of our own: a task's may be a word of mermaid's (`end`), or hold what it can't.
    names = {task.id: f"n{number}" for number, task in enumerate(plan.tasks, 1)}
    yield "graph TD"
    for task in plan.tasks:
        label = _escaped(one_line(f"{task.id}: {task.title}", _LONGEST))
        yield f'    {names[task.id]}["{label}"]'
    for edge in plan.edges:
        yield f"    {names[edge.on]} {_ARROWS[edge.kind]} {names[edge.task]}"
    path = critical_path(plan).tasks
    if len(path) > 1:
        yield "    classDef critical stroke-width:4px"
        yield f"    class {','.join(names[task] for task in path)} critical"


def _escaped(text: str) -> str:
    """By mermaid's own entity codes: nothing in a title may end the label or be drawn as HTML."""
    return "".join(c if c.isalnum() or c in " .,:-_/()+=!?" else f"#{ord(c)};" for c in text)
