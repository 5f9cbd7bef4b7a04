"""What a plan says outside its front matter and that settings may say too, as a layer.

It is weaker than front matter, which says the same more plainly, and stronger than a file.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from tmuxplan.config.places import Layer, Path, Place
from tmuxplan.config.schema import Settings, TaskSettings
from tmuxplan.plan.model import Plan, Task, Text


def said(plan: Plan, files: Sequence[Layer]) -> Layer:
    """The failure protocol, and of the tasks' metadata what a file would say otherwise."""
    given: dict[Path, Place] = {}
    protocol = plan.protocol
    first = protocol.lines[0] if protocol.lines else Text("", 0)
    settings = Settings(
        retries=protocol.retries,
        max_failures=protocol.max_failures,
        issues_dir=protocol.issues_dir or "",
    )
    for name in ("retries", "max_failures", "issues_dir"):
        if getattr(settings, name) not in (None, ""):
            given[name,] = Place("plan", first.file or plan.path, first.line, PROSE)
    tasks = {task.id: task for task in plan.tasks}
    own: dict[str, dict[str, Any]] = {}
    for path in (path for layer in files for path in layer.given if path[0] == "tasks"):
        task, name = tasks[path[1]], path[2]
        value = _own(task).get(name)
        if value not in (None, False, ()) and name not in task.overridden:
            own.setdefault(task.id, {})[name] = value
            given[path[:3]] = Place("plan", plan.file_of(task), task.line, METADATA)
    found = {task: TaskSettings(**values) for task, values in own.items()}
    return Layer(msgspec.structs.replace(settings, tasks=found), given)


METADATA = "metadata"
"""The name of a place that is a task's own metadata: the task has the value already."""

PROSE = "prose"
"""The name of a place in the plan's failure protocol."""


def _own(task: Task) -> dict[str, Any]:
    """By setting; empty and None where the plan does not say."""
    return {
        "timeout": task.timeout_s,
        "retries": task.retries,
        "locks": tuple(lock.text for lock in task.locks),
        "shell": task.shell and task.shell.text,
        "keep": task.keep,
        "ready": task.ready and f"{task.ready.kind}:{task.ready.value}",
        "gate": task.gate and task.gate.text,
        "impact": task.impact and task.impact.text,
        "host": task.host and task.host.text,
    }
