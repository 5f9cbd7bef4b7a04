"""What was looked at, and what came of it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

import msgspec

Result = Literal["ok", "warning", "error"]


class Check(msgspec.Struct, frozen=True):
    """One thing that a run needs. `name` is stable. Error: a launch from here would not start;
    warning: it would, and something of it would not be as it should. `remedy`: what to do."""

    name: str
    result: Result
    said: str
    remedy: str = ""


def ok(name: str, said: str, remedy: str = "") -> Check:
    """As it should be; `remedy` then says how to have more."""
    return Check(name, "ok", said, remedy)


def warning(name: str, said: str, remedy: str) -> Check:
    """A launch starts, and lacks something."""
    return Check(name, "warning", said, remedy)


def error(name: str, said: str, remedy: str) -> Check:
    """No launch starts."""
    return Check(name, "error", said, remedy)


def worst(checks: Iterable[Check]) -> Result:
    """The result of all."""
    found = {check.result for check in checks}
    return "error" if "error" in found else "warning" if "warning" in found else "ok"
