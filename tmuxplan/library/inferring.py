"""Locks that a launch takes: those that were written down, and those that were inferred."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from tmuxplan.plan import locks
from tmuxplan.plan.model import Plan, Task, Text

_changed = msgspec.structs.replace


def with_inferred_locks(
    plan: Plan, inferred: Mapping[str, tuple[Text, ...]], roots: Mapping[str, str], cwd: str
) -> Plan:
    """The plan with each task's locks, paths as this launch sees them, so that two names of one
    place are one lock. What is inferred and was written down too counts as written down."""
    tasks = (_task(task, inferred.get(task.id, ()), roots, cwd) for task in plan.tasks)
    return _changed(plan, tasks=tuple(tasks))


def _task(task: Task, inferred: tuple[Text, ...], roots: Mapping[str, str], cwd: str) -> Task:
    if not task.locks and not inferred:
        return task
    declared = (_placed(lock, roots, cwd) for lock in task.locks)
    found = {lock.text: lock for lock in declared}
    written = frozenset(found)
    for lock in (_placed(lock, {}, cwd) for lock in inferred):  # its commands were rewritten
        found.setdefault(lock.text, lock)
    more = tuple(name for name in found if name not in written)
    return _changed(task, locks=tuple(found.values()), inferred=more)


def _placed(lock: Text, roots: Mapping[str, str], cwd: str) -> Text:
    return _changed(lock, text=locks.placed(lock.text, roots, cwd))
