"""A task of several shells is as many tasks here; what has to be in its output may be printed by
any of them, and together they are one."""

from __future__ import annotations

from collections.abc import Iterable

from tmuxplan.plan.model import Task
from tmuxplan.schedule.state import RunState

Others = dict[str, tuple[Task, ...]]


def others_of(tasks: Iterable[Task]) -> Others:
    """By task, for those of several shells: the other shells."""
    found: dict[str, list[Task]] = {}
    for task in tasks:
        found.setdefault(task.shell_of or task.id, []).append(task)
    return {
        task.id: tuple(other for other in shells if other is not task)
        for shells in found.values()
        if len(shells) > 1
        for task in shells
    }


def seen_by(shells: tuple[Task, ...], state: RunState) -> frozenset[int]:
    """The lines of those criteria that occurred in these shells' newest attempts."""
    found = set()
    for shell in shells:
        last = state.task(shell.id).last
        indices = last.criteria_seen if last is not None else ()
        found |= {shell.criteria[i].line for i in indices if i < len(shell.criteria)}
    return frozenset(found)


def go_on(shells: tuple[Task, ...], state: RunState) -> bool:
    """Whether one of these shells may still print something."""
    return any(state.task(shell.id).phase in ("waiting", "running") for shell in shells)
