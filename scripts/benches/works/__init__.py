"""One module per measured work. Each says its rows; `WORKS` is the order of the table."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from benches.place import Place
from benches.row import Row


class Bench(NamedTuple):
    """Where to measure; `full`: at the size that docs/performance.md shows, else a small one."""

    place: Place
    full: bool

    def sized(self, quick: int, full: int) -> int:
        return full if self.full else quick


Work = Callable[[Bench], Iterator[Row]]
