"""Settings that change tasks -> the plan with those tasks."""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import UNSET

from tmuxplan.config.places import Place
from tmuxplan.config.schema import Settings, TaskSettings
from tmuxplan.errors import Problem
from tmuxplan.library.said import METADATA
from tmuxplan.library.settings import Settled
from tmuxplan.plan import readiness
from tmuxplan.plan import settings as metadata
from tmuxplan.plan.locks import name_of
from tmuxplan.plan.metadata import Meta
from tmuxplan.plan.model import Plan, Task, Text
from tmuxplan.plan.problems import Problems
from tmuxplan.plan.tasks import impact_of

_WRITTEN = ("shell", "ready", "gate", "host", "impact")
"""Settings that are written, and understood, as the plan's own metadata is."""

_FIELDS = {
    "timeout": "timeout_s",
    "retries": "retries",
    "locks": "locks",
    "keep": "keep",
    **{name: name for name in _WRITTEN},
}

_changed = msgspec.structs.replace


def with_settings(plan: Plan, settled: Settled) -> Plan:
    """The plan with its tasks as the settings have them, and the settings' problems."""
    changed = [_task(task, settled) for task in plan.tasks]
    wrong = [problem for _, problems in changed for problem in problems]
    return readiness.told(
        _changed(
            plan,
            tasks=tuple(task for task, _ in changed),
            problems=(*plan.problems, *settled.problems, *wrong),
        )
    )


def all_problems(plan: Plan, settled: Settled) -> tuple[Problem, ...]:
    """What is wrong in the texts of settings, and with their values for this plan's tasks."""
    return with_settings(_changed(plan, problems=()), settled).problems


def _task(task: Task, settled: Settled) -> tuple[Task, list[Problem]]:
    own = settled.settings.tasks.get(task.id, TaskSettings())
    values = _plain(task, own, settled.settings)
    problems: list[Problem] = []
    for name in _WRITTEN:
        value, place = getattr(own, name), settled.place("tasks", task.id, name)
        if value is UNSET or place.name == METADATA:
            continue
        wrong = Problems(place.file)
        meta = Meta(name, value, _line(task, place), name)
        if name == "impact":
            values[name] = impact_of((meta,))
        else:
            values[name] = metadata.read((meta,), task.id, wrong).get(name)
        problems += [_changed(problem, line=place.line) for problem in wrong.sorted()]
    values["locks"] = _locks(task, own, settled)
    changed = _changed(task, **values)
    return _changed(changed, overridden=_overridden(task, changed)), problems


def _overridden(before: Task, after: Task) -> tuple[str, ...]:
    """By setting: what no longer tells what the plan's text says."""
    return tuple(
        setting
        for setting, field in _FIELDS.items()
        if setting in before.overridden or getattr(before, field) != getattr(after, field)
    )


def _plain(task: Task, own: TaskSettings, settings: Settings) -> dict[str, Any]:
    values: dict[str, Any] = {"on_error": settings.on_error}
    if own.timeout is not UNSET:
        values["timeout_s"] = own.timeout
    elif task.timeout_s is None:
        values["timeout_s"] = settings.timeout
    if own.retries is not UNSET:
        values["retries"] = own.retries
    if own.no_retry is True:
        values["retries"] = 0
    if own.keep is not UNSET:
        values["keep"] = own.keep
    return values


def with_limits(plan: Plan, settled: Settled) -> Plan:
    """The plan with what its tasks leave to the settings: how often each is tried again, and
    how long a server may take to come up.

    A number of retries that a flag gives is stronger than a task's own, but for a task that
    must not be repeated: one that says 0.
    """
    by_flag = settled.place("retries").kind == "flag"
    tasks = tuple(_limited(task, settled.settings, by_flag) for task in plan.tasks)
    return _changed(plan, tasks=tasks)


def _limited(task: Task, settings: Settings, by_flag: bool) -> Task:
    if task.retries is None or (by_flag and task.retries):
        task = _changed(task, retries=settings.retries or 0)
    ready = task.ready
    if ready is None or ready.within_s is not None:
        return task
    own = settings.tasks.get(task.id, TaskSettings()).ready_timeout
    within = settings.ready_timeout if own is UNSET else own
    return _changed(task, ready=_changed(ready, within_s=within))


def _locks(task: Task, own: TaskSettings, settled: Settled) -> tuple[Text, ...]:
    """The task's own, or those in their place, and those that settings add."""
    locks = task.locks
    place = settled.place("tasks", task.id, "locks")
    if own.locks is not UNSET and place.name != METADATA:
        locks = _texts(own.locks, task, place)
    more = _texts(settled.settings.locks.get(task.id, ()), task, settled.place("locks", task.id))
    there = {lock.text for lock in locks}
    return (*locks, *(lock for lock in more if lock.text not in there))


def _texts(names: Any, task: Task, place: Place) -> tuple[Text, ...]:
    return tuple(Text(name_of(name), _line(task, place)) for name in names)


def _line(task: Task, place: Place) -> int:
    """The line where it is said, in the task's own file; 0: it is said elsewhere."""
    here = place.kind == "plan" and task.file in ("", place.file)
    return place.line if here else 0
