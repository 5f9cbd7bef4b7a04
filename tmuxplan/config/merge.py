"""Layers -> the settings that hold, and where each comes from. The stronger layer comes first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from tmuxplan.config.places import Layer, Path, Place
from tmuxplan.config.schema import Markers, Settings, TaskSettings

_JOINED = frozenset({"allow", "secrets", "respond", "notify"})


class Merged(msgspec.Struct, frozen=True):
    """`places` are where each value was given, by path, the place that counts first."""

    settings: Settings = Settings()
    places: Mapping[Path, tuple[Place, ...]] = {}


def merged(layers: Sequence[Layer]) -> Merged:
    """Single values are the strongest layer's; mappings are merged entry by entry, lists joined
    without repeats; markers stop at a layer that says `replace`."""
    settings = Settings()
    for layer in reversed(layers):
        settings = _over(settings, layer)
    places: dict[Path, tuple[Place, ...]] = {}
    for layer in layers:
        for path, place in layer.given.items():
            places[path] = (*places.get(path, ()), place)
    return Merged(settings, places)


def _over(weaker: Settings, layer: Layer) -> Settings:
    names = {path[0] for path in layer.given}
    values = {
        name: _field(name, getattr(weaker, name), getattr(layer.settings, name)) for name in names
    }
    return msgspec.structs.replace(weaker, **values)


def _field(name: str, weaker: Any, stronger: Any) -> Any:
    if name in _JOINED:
        return tuple(dict.fromkeys((*stronger, *weaker)))
    if isinstance(stronger, Markers):
        return _markers(weaker, stronger)
    if name == "tasks":
        old = {task: weaker.get(task, TaskSettings()) for task in stronger}
        return {**weaker, **{task: _task(old[task], stronger[task]) for task in stronger}}
    return {**weaker, **stronger} if isinstance(stronger, Mapping) else stronger


def _task(weaker: TaskSettings, stronger: TaskSettings) -> TaskSettings:
    given = {
        name: value
        for name in TaskSettings.__struct_fields__
        if (value := getattr(stronger, name)) is not msgspec.UNSET
    }
    given["env"] = {**weaker.env, **stronger.env}
    given["respond"] = tuple(dict.fromkeys((*stronger.respond, *weaker.respond)))
    if isinstance(stronger.markers, Markers) and isinstance(weaker.markers, Markers):
        given["markers"] = _markers(weaker.markers, stronger.markers)
    return msgspec.structs.replace(weaker, **given)


def _markers(weaker: Markers, stronger: Markers) -> Markers:
    if stronger.replace:
        return stronger
    return Markers(
        failure=(*stronger.failure, *weaker.failure),
        warning=(*stronger.warning, *weaker.warning),
        ignore=(*stronger.ignore, *weaker.ignore),
        replace=weaker.replace,
    )
