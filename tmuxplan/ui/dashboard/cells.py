"""Pieces of text with a style, made to fit a screen's columns. Nothing in them is markup. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec
from rich.cells import cell_len, set_cell_size

Style = str
"""In Rich's words, of the terminal's own sixteen colours only: a person chose those to be read."""


class Piece(msgspec.Struct, frozen=True):
    """Some words in one style; `does`: the action of a click on it."""

    text: str
    style: Style = ""
    does: str = ""


Line = tuple[Piece, ...]


def fitted(text: str, width: int, right: bool = False) -> str:
    """Exactly so wide: cut with an ellipsis, or filled with blanks."""
    if width <= 0:
        return ""
    size = cell_len(text)
    if size > width:
        return set_cell_size(text, width - 1) + "…"
    blank = " " * (width - size)
    return blank + text if right else text + blank


def wide(pieces: Iterable[Piece]) -> int:
    """Columns that these take."""
    return sum(cell_len(piece.text) for piece in pieces)


def spread(left: Line, right: Line, width: int) -> Line:
    """The left at the left, the right at the right; where there is no room, the left is cut."""
    room = width - wide(right)
    if room < width // 3:
        return cut(left, width)
    left = cut(left, room - 1)
    return (*left, Piece(" " * (room - wide(left))), *right)


def cut(line: Line, width: int) -> Line:
    """As much of it as fits, with an ellipsis where something was left out."""
    if wide(line) <= width:
        return line
    return tuple(_cut(line, width))


def _cut(line: Line, width: int) -> Iterator[Piece]:
    for piece in line:
        size = cell_len(piece.text)
        if size >= width:
            yield Piece(fitted(piece.text + "…", width), piece.style, piece.does)
            return
        yield piece
        width -= size


def wrapped(line: Line, width: int, most: int = 3) -> list[Line]:
    """On several lines, broken at blanks between words; the last one is cut."""
    lines: list[Line] = []
    now: list[Piece] = []
    used = 0
    for piece in line:
        for word in _words(piece.text):
            size = cell_len(word)
            if used and used + len(word.rstrip()) > width and len(lines) < most - 1:
                lines.append(_ended(now))
                now, used, word = [], 0, word.lstrip()  # noqa: PLW2901
                size = cell_len(word)
            now.append(Piece(word, piece.style, piece.does))
            used += size
    return [*lines, cut(_ended(now), width)]


def _ended(pieces: list[Piece]) -> Line:
    """Without the blanks at its end."""
    while pieces and not pieces[-1].text.strip():
        pieces = pieces[:-1]
    return tuple(pieces)


def _words(text: str) -> Iterator[str]:
    """Each with the blanks before it."""
    start = 0
    for n in range(1, len(text)):
        if text[n] == " " and text[n - 1] != " ":
            yield text[start:n]
            start = n
    yield text[start:]
