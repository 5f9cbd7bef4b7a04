"""What settings hold and where each was given, as text and as JSON. Secrets stay hidden."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from tmuxplan.config.places import Path, Place
from tmuxplan.config.schema import Answer, Settings
from tmuxplan.config.shape import Shape, settings_shape
from tmuxplan.judge.clean import clean
from tmuxplan.judge.secrets import MASK, secret_names
from tmuxplan.library.settings import Settled

_DEFAULT = (Place("default"),)


class Told(msgspec.Struct, frozen=True):
    """One setting: its path, its value without secrets, and its places, the strongest first."""

    key: str
    value: Any
    places: tuple[Place, ...]
    is_duration: bool = False


def settings_text(settled: Settled) -> str:
    """A line for each: key, value, where it was given, and what it is stronger than."""
    rows = [(one.key, _shown(one), _where(one.places)) for one in _told(settled)]
    wide = [min(40, max(len(row[column]) for row in rows)) for column in (0, 1)]
    return "".join(f"{key:<{wide[0]}}  {value:<{wide[1]}}  {where}\n" for key, value, where in rows)


def settings_json(settled: Settled) -> str:
    """`{"schema": 1, "settings": [{"key", "value", "source", "over"}]}`."""
    rows = [
        {
            "key": one.key,
            "value": one.value,
            "source": _source(one.places[0]),
            "over": [_source(place) for place in one.places[1:]],
        }
        for one in _told(settled)
    ]
    return msgspec.json.encode({"schema": 1, "settings": rows}).decode() + "\n"


def _told(settled: Settled) -> Iterator[Told]:
    names = set(secret_names(_variables(settled), settled.settings.secrets))
    for name in Settings.__struct_fields__:
        paths = [path for path in settled.places if path[0] == name] or [(name,)]
        for path in sorted(paths) if len(paths) > 1 else paths:
            value = _value(settled.settings, path)
            yield Told(
                ".".join(path),
                _hidden(path, value, names),
                settled.places.get(path, _DEFAULT),
                _is_duration(path),
            )


def _is_duration(path: Path) -> bool:
    """Whether the schema has it as a time."""
    shape: Shape | None = settings_shape()
    for name in path:
        shape = shape and (shape.fields.get(name) or shape.item)
    return shape is not None and shape.kind == "duration"


def _variables(settled: Settled) -> list[str]:
    return [path[-1] for path in settled.places if "env" in path[:-1]]


def _value(settings: Settings, path: Path) -> Any:
    found: Any = settings
    for name in path:
        found = found[name] if isinstance(found, Mapping) else getattr(found, name)
    return found


def _hidden(path: Path, value: Any, secrets: set[str]) -> Any:
    if "env" in path[:-1] and path[-1] in secrets:
        return MASK
    if path == ("notify",):  # an address holds its key
        return [_whom(entry) for entry in value]
    if path[-1] == "respond":
        return [{"prompt": one.prompt, "answer": MASK} for one in value if isinstance(one, Answer)]
    return msgspec.to_builtins(value)


def _whom(entry: str) -> str:
    """An address holds its key, and so may a command's words."""
    kind, _, rest = entry.partition(":")
    if kind.strip() == "command":
        return f"command: {rest.split(maxsplit=1)[0] if rest.strip() else ''} {MASK}"
    return f"{kind}://{MASK}"


def _shown(one: Told) -> str:
    value = one.value
    if value in (None, "", [], (), {}):
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (list, tuple)):
        return clean(", ".join(_entry(each) for each in value))
    if isinstance(value, dict):
        return "none" if not any(value.values()) else clean(str(value))
    return f"{value:g} s" if one.is_duration else clean(str(value).strip())


def _entry(value: Any) -> str:
    text = f"{value['prompt']} -> {value['answer']}" if isinstance(value, dict) else str(value)
    return text.strip().replace("\n", "; ")


def _where(places: tuple[Place, ...]) -> str:
    over = f"  (over {', '.join(map(str, places[1:]))})" if places[1:] else ""
    return f"{places[0]}{over}"


def _source(place: Place) -> dict[str, Any]:
    return {
        "kind": place.kind,
        "file": place.file or None,
        "line": place.line or None,
        "flag": place.name if place.kind == "flag" else None,
    }
