"""Values measured in alternation, and what is said of them."""

from __future__ import annotations

import statistics
import sys
from collections.abc import Callable, Collection, Mapping
from typing import NamedTuple

from benches.place import WrongRun

OURS = "tmuxplan"


class Series(NamedTuple):
    """What one contestant took, round by round, in the row's unit."""

    name: str
    values: tuple[float, ...]

    @property
    def median(self) -> float:
        return statistics.median(self.values)


def alternate(
    rounds: int,
    contestants: Mapping[str, Callable[[], float]],
    unit: float = 1.0,
    peers: Collection[str] = (),
) -> dict[str, Series]:
    """Each contestant once a round, one after the other: what disturbs the machine disturbs all.

    Values are in units of `unit`. One in `peers` whose run was wrong is told, and left out: it is
    not ours to mend. WrongRun of anybody else is raised.
    """
    values: dict[str, list[float]] = {name: [] for name in contestants}
    for _ in range(rounds):
        for name, run in contestants.items():
            if name not in values:
                continue
            try:
                values[name].append(run() / unit)
            except WrongRun as error:
                if name not in peers:
                    raise
                print(f"not measured: {error}", file=sys.stderr)
                del values[name]
    return {name: Series(name, tuple(found)) for name, found in values.items()}


def ratio(one: Series, other: Series) -> float:
    """The median of the rounds' own ratios: a round's two values met the same machine."""
    if len(one.values) != len(other.values):
        return one.median / other.median
    return statistics.median(a / b for a, b in zip(one.values, other.values, strict=True))
