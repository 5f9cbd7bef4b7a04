"""The schema as a tree of shapes: what reading, the JSON Schema and the docs' test walk along."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Literal

import msgspec
from msgspec import inspect

from tmuxplan.config.schema import Settings

Kind = Literal[
    "int", "bool", "str", "text", "duration", "regex", "lines", "choice", "list", "map", "struct"
]


class Shape(msgspec.Struct, frozen=True):
    """One value of the schema. `optional`: `none` may stand in its place; `least` of an int;
    `item` of a list or a map; `fields` and `cls` of a struct; `needed`: has no default."""

    kind: Kind
    help: str = ""
    optional: bool = False
    least: int = 0
    choices: tuple[str, ...] = ()
    item: Shape | None = None
    fields: Mapping[str, Shape] = {}
    cls: Any = None
    needed: bool = False
    default: Any = None


@lru_cache(maxsize=1)
def settings_shape() -> Shape:
    """The whole schema."""
    return _shape(inspect.type_info(Settings))


def _shape(kind: inspect.Type) -> Shape:
    if isinstance(kind, inspect.Metadata):
        return _described(kind)
    if isinstance(kind, inspect.UnionType):
        return _united(kind)
    if isinstance(kind, inspect.StructType):
        fields = {field.name: _field(field) for field in kind.fields}
        return Shape("struct", fields=fields, cls=kind.cls)
    if isinstance(kind, inspect.DictType):
        return Shape("map", item=_shape(kind.value_type))
    if isinstance(kind, inspect.VarTupleType):
        return Shape("list", item=_shape(kind.item_type))
    if isinstance(kind, inspect.LiteralType):
        return Shape("choice", choices=tuple(str(value) for value in kind.values))
    if isinstance(kind, inspect.IntType):
        return Shape("int", least=kind.ge or 0)
    return Shape("bool" if isinstance(kind, inspect.BoolType) else "str")


def _described(kind: inspect.Metadata) -> Shape:
    shape = _shape(kind.type)
    form = (kind.extra or {}).get("form")
    said = (kind.extra_json_schema or {}).get("description", shape.help)
    if form:
        shape = msgspec.structs.replace(shape, kind=form, item=None)
    return msgspec.structs.replace(shape, help=said)


def _united(kind: inspect.UnionType) -> Shape:
    """Of `X | None | UNSET`, X; the schema has no other unions."""
    optional = any(isinstance(one, inspect.NoneType) for one in kind.types)
    (value,) = (one for one in kind.types if not isinstance(one, inspect.NoneType))
    return msgspec.structs.replace(_shape(value), optional=optional)


def _field(field: inspect.Field) -> Shape:
    default = None if field.default is msgspec.NODEFAULT else field.default
    shape = _shape(field.type)
    return msgspec.structs.replace(shape, needed=field.required, default=default)
