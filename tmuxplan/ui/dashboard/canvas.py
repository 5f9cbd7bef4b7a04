"""A grid of characters that lines are drawn into; where they meet, the right corner comes out.

Pure. Cells hold the directions in which lines leave them; a word that is written covers them.
"""

from __future__ import annotations

from itertools import groupby

from rich.cells import cell_len

from tmuxplan.ui.dashboard.cells import Line, Piece, Style

_UP, _RIGHT, _DOWN, _LEFT = 1, 2, 4, 8
_SIGNS = " │─╰││╭├─╯─┴╮┤┬┼"
_STRONG = 16


class Canvas:
    """`height` lines of `width` columns."""

    def __init__(self, width: int, height: int) -> None:
        self._width = width
        self._cells = [[0] * width for _ in range(height)]
        self._words: dict[tuple[int, int], tuple[str, Style, str]] = {}

    def across(self, x1: int, x2: int, y: int, *, strong: bool = False) -> None:
        """A line from column x1 to x2."""
        for x in range(min(x1, x2), max(x1, x2)):
            self._put(x, y, _RIGHT, strong)
            self._put(x + 1, y, _LEFT, strong)

    def down(self, y1: int, y2: int, x: int, *, strong: bool = False) -> None:
        """A line from row y1 to y2."""
        for y in range(min(y1, y2), max(y1, y2)):
            self._put(x, y, _DOWN, strong)
            self._put(x, y + 1, _UP, strong)

    def write(self, x: int, y: int, text: str, style: Style = "", does: str = "") -> None:
        """Words over whatever is there."""
        self._words[x, y] = (text, style, does)

    def _put(self, x: int, y: int, way: int, strong: bool) -> None:
        if 0 <= y < len(self._cells) and 0 <= x < self._width:
            self._cells[y][x] |= way | (_STRONG if strong else 0)

    def lines(self) -> list[Line]:
        """What was drawn: lines dim, those that are strong in yellow."""
        return [self._line(y) for y in range(len(self._cells))]

    def _line(self, y: int) -> Line:
        pieces: list[Piece] = []
        x = 0
        for at, (text, style, does) in sorted(
            (column, word) for (column, row), word in self._words.items() if row == y
        ):
            pieces += self._drawn(y, x, at)
            pieces.append(Piece(text, style, does))
            x = at + cell_len(text)
        pieces += self._drawn(y, x, self._width)
        return tuple(pieces)

    def _drawn(self, y: int, start: int, end: int) -> list[Piece]:
        cells = self._cells[y][start:end]
        return [
            Piece("".join(_SIGNS[cell & 15] for cell in some), "yellow" if strong else "dim")
            for strong, some in groupby(cells, key=lambda cell: bool(cell & _STRONG))
        ]
