"""A table of any number of rows: its columns laid out by Rich, its rows written without it.

Rich takes a millisecond for a row. How wide a column is depends only on its widest cell.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

import msgspec
from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderableType
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

from tmuxplan.ui.dashboard.cells import fitted
from tmuxplan.ui.screen import Screen, rendered

_GAP = "  "


class Column(msgspec.Struct, frozen=True):
    """As `rich.table.Column` has it; no cell ever wraps. `ratio`: its part of what is left."""

    name: str
    justify: Literal["left", "right"] = "left"
    narrowest: int | None = None
    widest: int | None = None
    ratio: int | None = None


class _Heading:
    """A column's name that is as wide as the column's widest cell, and hears how wide it gets."""

    def __init__(self, name: str, cells: Iterator[str]) -> None:
        self.width = 0
        self._name = name
        self._widest = max((cell_len(cell) for cell in cells), default=0)

    def __rich_measure__(self, console: Console, options: ConsoleOptions) -> Measurement:
        widest = max(self._widest, cell_len(self._name))
        return Measurement(widest, widest)

    def __rich_console__(
        self, console: Console, options: ConsoleOptions
    ) -> Iterator[RenderableType]:
        self.width = options.max_width
        yield Text(self._name)


def columns(shape: Sequence[Column], rows: Sequence[Sequence[str]], on: Screen) -> list[str]:
    """The lines of the table, its names first."""
    table = Table(box=None, padding=(0, 1), pad_edge=False, expand=True, header_style="bold")
    headings = []
    for at, column in enumerate(shape):
        heading = _Heading(column.name, (row[at] for row in rows))
        headings.append(heading)
        table.add_column(
            heading,
            no_wrap=True,
            justify=column.justify,
            min_width=column.narrowest,
            max_width=column.widest,
            ratio=column.ratio,
        )
    first = rendered(table, on)
    if not all(heading.width for heading in headings):  # too narrow to show every column
        for row in rows:
            table.add_row(*map(Text, row))
        return [rendered(table, on)]
    places = [(each, heading.width) for each, heading in zip(shape, headings, strict=True)]
    return [first, *(_line(row, places) for row in rows)]


def _line(row: Sequence[str], places: Sequence[tuple[Column, int]]) -> str:
    return _GAP.join(
        fitted(text, width, right=column.justify == "right")
        for text, (column, width) in zip(row, places, strict=True)
    )
