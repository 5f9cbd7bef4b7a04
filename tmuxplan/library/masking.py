"""A plan without the secrets that were filled into it: what may stand on the disk."""

from __future__ import annotations

from functools import cache
from typing import Literal, TypeVar, get_origin

import msgspec

from tmuxplan.judge.secrets import mask

Value = TypeVar("Value")

# What the schedule goes by: a password that is `T001` must not make another plan of this one.
_KEPT = frozenset({"id", "aliases", "task", "on", "path", "file", "sha256", "language"})


def masked(value: Value, secrets: tuple[str, ...]) -> Value:
    """The same value, its texts with every one of `secrets` as `***`.

    By value, not in its JSON: there a secret like `line` would be a field's name, and one with
    a quote would stand in another spelling.
    """
    if not secrets:
        return value
    if isinstance(value, str):
        return mask(value, secrets)  # type: ignore[return-value]
    if isinstance(value, tuple):
        return tuple(masked(each, secrets) for each in value)  # type: ignore[return-value]
    if isinstance(value, dict):
        return {key: masked(each, secrets) for key, each in value.items()}  # type: ignore[return-value]
    if isinstance(value, msgspec.Struct):
        texts = {name: masked(getattr(value, name), secrets) for name in _texts(type(value))}
        return msgspec.structs.replace(value, **texts)
    return value


@cache
def _texts(kind: type[msgspec.Struct]) -> tuple[str, ...]:
    return tuple(
        field.name
        for field in msgspec.structs.fields(kind)
        if field.name not in _KEPT and get_origin(field.type) is not Literal
    )
