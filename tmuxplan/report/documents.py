"""What all JSON documents have in common: their version, their layout, values of fields. Pure."""

from __future__ import annotations

from typing import Any

import msgspec

from tmuxplan.plan.model import Estimate, Learned

SCHEMA = 1

Json = dict[str, Any]


def document(value: Json) -> str:
    """The text of a document: one line at its end, two blanks a level."""
    return msgspec.json.format(msgspec.json.encode(value), indent=2).decode() + "\n"


def picked(value: msgspec.Struct, *names: str) -> Json:
    """These fields of a value, as they are."""
    return {name: getattr(value, name) for name in names}


def estimate(found: Estimate | None) -> Json | None:
    return picked(found, "low_s", "high_s") if found else None


def learned(found: Learned | None) -> Json | None:
    """What earlier runs say; None: nothing."""
    return {"seconds": seconds(found.seconds), "runs": found.runs} if found else None


def seconds(value: float | None) -> float | None:
    """To the millisecond; None stays None."""
    return None if value is None else round(value, 3)
