"""Tasks that settings name, in any spelling -> the plan's ids."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

import msgspec

from tmuxplan.config.places import Layer, Path, Place
from tmuxplan.errors import Problem, UsageError
from tmuxplan.plan.ids import resolve
from tmuxplan.plan.model import Plan

T = TypeVar("T")
_MAPS = ("tasks", "locks")

_changed = msgspec.structs.replace


def named(plan: Plan, layer: Layer) -> tuple[Layer, list[Problem]]:
    """The layer with ids for names, and the names that mean no task, or one named twice.

    A file serves several plans, so that a task that this one doesn't have is a warning there.
    """
    ids, problems = _ids(plan, layer)
    settings = _changed(
        layer.settings,
        tasks=_renamed(layer.settings.tasks, ids["tasks"]),
        locks=_renamed(layer.settings.locks, ids["locks"]),
    )
    given: dict[Path, Place] = {}
    for path, place in layer.given.items():
        if path[0] not in _MAPS:
            given[path] = place
        elif path[1] in ids[path[0]]:
            key = (path[0], ids[path[0]][path[1]], *path[2:])
            given[key] = place
    return _changed(layer, settings=settings, given=given), problems


def _ids(plan: Plan, layer: Layer) -> tuple[dict[str, dict[str, str]], list[Problem]]:
    known = {task.id for task in plan.tasks}
    ids: dict[str, dict[str, str]] = {key: {} for key in _MAPS}
    problems: list[Problem] = []
    for path, place in layer.given.items():
        if path[0] not in _MAPS or len(path) < 2 or path[1] in ids[path[0]]:
            continue
        name = path[1]
        try:
            found = name if name in known else resolve(plan, name)
        except UsageError as error:
            if plan.tasks and not any(p.message == error.what for p in problems):
                problems.append(_unknown(place, path[0], error))
            continue
        if found in ids[path[0]].values():
            problems.append(_twice(place, path[0], name, found))
        else:
            ids[path[0]][name] = found
    return ids, problems


def _renamed(values: Mapping[str, T], ids: Mapping[str, str]) -> dict[str, T]:
    return {ids[name]: value for name, value in values.items() if name in ids}


def _unknown(place: Place, key: str, error: UsageError) -> Problem:
    severity = "error" if place.kind == "plan" else "warning"
    return Problem(
        "unknown-task",
        "error" if severity == "error" else "warning",
        place.file,
        place.line,
        f"{key}: {error.what}",
        error.remedy,
    )


def _twice(place: Place, key: str, name: str, task: str) -> Problem:
    what = f"{key}: {name} means {task}, which is there already"
    return Problem("duplicate-key", "error", place.file, place.line, what, "put them together")
