"""Durations in settings -> seconds."""

from __future__ import annotations

import re

WRITTEN = (
    r"(?:\d{1,7}(?:\.\d{1,3})?\s*"
    r"(?:s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?|d|days?)\s*)+"
)
"""As a regular expression: `30s`, `10 min`, `1h 30m`."""

_PART = re.compile(r"(\d{1,7}(?:\.\d{1,3})?)\s*([smhd])[a-z]*\s*")
_WHOLE = re.compile(WRITTEN)
_SECONDS = {"s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}


def seconds(text: str) -> float | None:
    """The duration; None where the text is none. A number alone is no duration here."""
    if not _WHOLE.fullmatch(text.strip()):
        return None
    return sum(float(number) * _SECONDS[unit] for number, unit in _PART.findall(text))
