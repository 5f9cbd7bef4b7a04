"""The schema as JSON Schema, for editors and for programs that write settings."""

from __future__ import annotations

import json
from typing import Any

import msgspec

from tmuxplan.config import durations
from tmuxplan.config.shape import Shape, settings_shape

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_NONE = ({"const": "none"}, {"type": "null"})
_SIMPLE: dict[str, dict[str, Any]] = {
    "bool": {"type": "boolean"},
    "str": {"type": "string"},
    "text": {"type": ["string", "number", "boolean"]},
    "regex": {"type": "string", "format": "regex"},
}


def json_schema() -> str:
    """The text of tmuxplan.schema.json."""
    schema = {
        "$schema": _DIALECT,
        "title": "tmuxplan.yaml",
        "description": "Settings of tmuxplan, in tmuxplan.yaml or in a plan's front matter.",
        **_schema(settings_shape()),
    }
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def _schema(shape: Shape) -> dict[str, Any]:
    schema = _value(shape)
    if shape.optional:
        schema = {"anyOf": [schema, *_NONE]}
    if shape.help:
        schema = {"description": shape.help, **schema}
    if shape.default not in (None, (), "", msgspec.UNSET) and shape.kind != "struct":
        schema["default"] = shape.default
    return schema


def _value(shape: Shape) -> dict[str, Any]:
    if shape.kind == "struct":
        return _object(shape)
    if shape.kind == "map" and shape.item:
        return {"type": "object", "additionalProperties": _schema(shape.item)}
    if shape.kind == "list" and shape.item:
        return {"type": "array", "items": _schema(shape.item)}
    if shape.kind == "lines":
        return {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}
    if shape.kind == "choice":
        return {"enum": list(shape.choices)}
    if shape.kind == "int":
        return {"type": "integer", "minimum": shape.least}
    if shape.kind == "duration":
        text = {"type": "string", "pattern": rf"^\s*{durations.WRITTEN}$"}
        return {"anyOf": [text, {"type": "number", "exclusiveMinimum": 0}]}
    return dict(_SIMPLE[shape.kind])


def _object(shape: Shape) -> dict[str, Any]:
    needed = [name for name, field in shape.fields.items() if field.needed]
    return {
        "type": "object",
        "properties": {name: _schema(field) for name, field in shape.fields.items()},
        "additionalProperties": False,
        **({"required": needed} if needed else {}),
    }
