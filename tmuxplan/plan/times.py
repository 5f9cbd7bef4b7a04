"""Durations as people write them -> seconds."""

from __future__ import annotations

import re

from tmuxplan.plan.model import Estimate
from tmuxplan.plan.patterns import lazy

_UNITS = (
    (1.0, r"s|secs?|seconds?|sek(?:unden)?|секунд[аы]?|сек|秒"),
    (60.0, r"m|mins?|minutes?|minuten?|minutos?|минут[аы]?|мин|分钟|分鐘|分"),
    (3600.0, r"h|hrs?|hours?|std|stunden?|horas?|heures?|час(?:а|ов)?|小時|小时|時間"),
    (86400.0, r"d|days?|tage?|días?|jours?|дн(?:я|ей)|день|日|天"),
)
_UNIT = "|".join(unit for _, unit in _UNITS)
# The digits are bounded: float("9" * 400) is infinite, and no plan takes longer than 7 digits.
_NUMBER = r"\d{1,7}(?:[.,]\d{1,3})?"
_RANGE = lazy(
    rf"(?<![\w.,])(?P<low>{_NUMBER})\s*(?P<unit1>{_UNIT})?\s*(?:-|–|—|‑|~|〜|～|to|bis|до)\s*"
    rf"(?P<high>{_NUMBER})[\s-]*(?P<unit2>{_UNIT})(?![^\W_])",
    re.IGNORECASE,
)
_SINGLE = lazy(
    rf"(?<![\w.,])(?P<n>{_NUMBER})[ \t-]*(?P<unit>{_UNIT})(?:(?![^\W_])|(?=\d))", re.IGNORECASE
)
_MORE = lazy(rf"(?:\s|,|and)*(?P<n>{_NUMBER})[ \t-]*(?P<unit>{_UNIT})(?![^\W_])", re.IGNORECASE)


def seconds(text: str) -> tuple[float, float] | None:
    """The first duration in `text` as (low, high) in seconds; None where there is none.

    "15-20 minutes", "~30m", "1h 30m", "2.5h", "20分"; not "58.6ms", "Small", "2 points".
    """
    span = _RANGE.search(text)
    one = _SINGLE.search(text)
    if span and (one is None or span.start() <= one.start()):
        high_unit = _factor(span["unit2"])
        low_unit = _factor(span["unit1"]) if span["unit1"] else high_unit
        low, high = _number(span["low"]) * low_unit, _number(span["high"]) * high_unit
        return (low, high) if low <= high else (high, low)
    if one is None:
        return None
    total = _number(one["n"]) * _factor(one["unit"])
    end, smallest = one.end(), _factor(one["unit"])
    while (more := _MORE.match(text, end)) and _factor(more["unit"]) < smallest:
        smallest = _factor(more["unit"])
        total, end = total + _number(more["n"]) * smallest, more.end()
    return total, total


def estimate(text: str, line: int) -> Estimate | None:
    """The estimate that `text` states, or None where it states no duration."""
    found = seconds(text)
    return Estimate(found[0], found[1], text, line) if found else None


def _number(text: str) -> float:
    return float(text.replace(",", "."))


def _factor(unit: str) -> float:
    for factor, pattern in _UNITS:
        if re.fullmatch(pattern, unit, re.IGNORECASE):
            return factor
    raise KeyError(unit)
