"""One row of the table: a work, its measure, what everybody took, and what was wanted."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

from benches.measure import Series, ratio


class Row(NamedTuple):
    """`measure` says what the figures are; `others` are peers and limits, as far as they were
    measured; `missing` names the rest. `slug` is the row's anchor in docs/performance.md."""

    slug: str
    work: str
    measure: str
    ours: Series
    others: tuple[Series, ...] = ()
    missing: tuple[str, ...] = ()
    wanted: tuple[Goal, ...] = ()
    aim: tuple[Goal, ...] = ()
    notes: tuple[str, ...] = ()


class Goal(NamedTuple):
    """What is to be reached, in words, and whether a row reaches it; None: not measured."""

    text: str
    reached: Callable[[Row], bool | None]


def at_most(limit: float, unit: str = "") -> Goal:
    """Our own figure."""
    return Goal(f"≤ {limit:g}{unit}", lambda row: row.ours.median <= limit)


def ratio_at_most(limit: float, name: str) -> Goal:
    """Our figure over another's, where less is better."""
    return Goal(f"≤ {limit:g} × {name}", _over(name, lambda found: found <= limit))


def ratio_at_least(limit: float, name: str) -> Goal:
    """Our figure over another's, where more is better."""
    return Goal(f"≥ {limit:g} × {name}", _over(name, lambda found: found >= limit))


def ahead_of(*names: str) -> Goal:
    """Less than each of these."""
    each = [_over(name, lambda found: found < 1) for name in names]
    return Goal(f"ahead of {' and '.join(names)}", lambda row: every(goal(row) for goal in each))


def every(answers: Iterable[bool | None]) -> bool | None:
    """False where one is, else unknown where one is."""
    known = list(answers)
    if False in known:
        return False
    return None if None in known else True


def _over(name: str, holds: Callable[[float], bool]) -> Callable[[Row], bool | None]:
    def reached(row: Row) -> bool | None:
        other = next((one for one in row.others if one.name == name), None)
        return None if other is None else holds(ratio(row.ours, other))

    return reached
