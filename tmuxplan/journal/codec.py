"""Events to lines of JSON and back. One event is one line; the tag field is "event"."""

from __future__ import annotations

from typing import Any, get_args

import msgspec

from tmuxplan.errors import JournalError
from tmuxplan.events import Event


class Unknown(msgspec.Struct, frozen=True):
    """A line of an event type that this version does not know: a newer tmuxplan wrote it."""

    event: str


_decoder: msgspec.json.Decoder[Event] = msgspec.json.Decoder(Event)
_tag_decoder = msgspec.json.Decoder(Unknown)


def encode(event: Event) -> bytes:
    """The event as one line, newline included. Never fails: what UTF-8 can't hold
    (a path's undecodable bytes) becomes "?"."""
    try:
        return msgspec.json.encode(event) + b"\n"
    except UnicodeEncodeError:
        return msgspec.json.encode(_printable(msgspec.to_builtins(event))) + b"\n"


def decode(line: bytes) -> Event | Unknown:
    """The event of one line. Fields of a newer version are ignored.

    JournalError: the line is no event (torn, edited, or not JSON).
    """
    try:
        return _decoder.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as broken:
        newer = _newer(line)
        if newer is not None:
            return newer
        raise JournalError(str(broken)) from broken


def _newer(line: bytes) -> Unknown | None:
    try:
        unknown = _tag_decoder.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    return None if unknown.event in _known else unknown


_known = {kind.__struct_config__.tag for kind in get_args(Event)}


def _printable(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, dict):
        return {key: _printable(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_printable(item) for item in value]
    return value
