"""The step ledger's records: what the script and the outer shell write into the log.

The bytes are in docs/architecture.md. What is not exactly such a record of this attempt is a
task's own output: shells and prompts print OSC 133 sequences too.
"""

from __future__ import annotations

import re

import msgspec

INTRODUCER = b"\x1b]133;"
LONGEST = 8192
"""Bytes that a record may take: a directory (4,096 at most) and its fields."""

WHOLE = re.compile(rb"\x1b\]133;([^\x07\x1b\n]{0,%d})\x07" % (LONGEST - len(INTRODUCER) - 1))
OPEN = re.compile(rb"\x1b\]133;[^\x07\x1b\n]{0,%d}\Z" % (LONGEST - len(INTRODUCER) - 1))


class Prompt(msgspec.Struct, frozen=True):
    """What follows is a step's command line as people see it, not output."""

    step: int


class Began(msgspec.Struct, frozen=True):
    """A step's output begins. `t` in seconds since the epoch; None where bash does not know."""

    step: int
    t: float | None


class Ended(msgspec.Struct, frozen=True):
    """A step ended. `pipe` are its pipeline's statuses; `back` where the shell was put back."""

    step: int
    status: int
    t: float | None
    pipe: tuple[int, ...] = ()
    back: str = ""
    stop: bool = False


class Finished(msgspec.Struct, frozen=True):
    """The body ended with `status`, and the log is whole."""

    status: int


Record = Prompt | Began | Ended | Finished


def parse(body: bytes, nonce: str) -> Record | None:
    """The record between `ESC ]133;` and BEL; None if it is none of this attempt's."""
    text, found, back = body.decode("utf-8", "replace").partition(";back=")
    letter, *words = text.split(";")
    status = words.pop(0) if letter == "D" and words else ""
    fields = dict(word.partition("=")[::2] for word in words)
    if fields.get("aid") != nonce or not nonce:
        return None
    try:
        return _record(letter, status, fields, back if found else "")
    except (KeyError, ValueError):
        return None


def _record(letter: str, status: str, fields: dict[str, str], back: str) -> Record | None:
    if letter == "D" and fields.get("end") == "1":
        return Finished(_number(status))
    step = _number(fields["step"])
    if letter == "A":
        return Prompt(step)
    if letter == "C":
        return Began(step, _time(fields.get("t", "")))
    if letter != "D":
        return None
    pipe = tuple(_number(word) for word in fields.get("ps", "").split())
    stop = fields.get("stop") == "1"
    return Ended(step, _number(status), _time(fields.get("t", "")), pipe, back, stop)


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise ValueError(text)
    return int(text)


def _time(text: str) -> float | None:
    """`$EPOCHREALTIME` has the decimal sign of the task's locale: 1700000000,25 in German."""
    if not re.fullmatch(r"[0-9]{1,12}(?:[.,][0-9]{1,9})?", text):
        return None
    return float(text.replace(",", "."))
