"""Long texts for a screen: sections of a title and its lines, of which Rich sees few."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from rich.cells import cell_len
from rich.padding import Padding
from rich.text import Text

from tmuxplan.ui.screen import Screen, rendered

_AT_ONCE = 100
"""Lines of one piece for Rich, whose time grows with their square."""


def section(title: str, lines: Sequence[str], on: Screen) -> Iterator[str]:
    """A blank line, the title, and its lines under it, indented; nothing where there are none.

    Only lines that must wrap go through Rich: a plan of thousands of tasks has tens of
    thousands of lines.
    """
    if not lines:
        return
    yield ""
    yield rendered(Text(title, "bold"), on)
    room = on.width - 2
    for fits, some in groupby(lines, key=lambda line: _fits(line, room)):
        if fits:
            yield from (f"  {line}" for line in some)
        else:
            yield from _wrapped(list(some), on)


def _fits(line: str, room: int) -> bool:
    # A character takes two columns at most.
    return len(line) * 2 <= room or cell_len(line) <= room


def _wrapped(lines: list[str], on: Screen) -> Iterator[str]:
    """Padding, so that a line that wraps stays under its title."""
    for at in range(0, len(lines), _AT_ONCE):
        piece = "\n".join(lines[at : at + _AT_ONCE])
        yield rendered(Padding(Text(piece), (0, 0, 0, 2)), on)


def finished(text: str, on: Screen) -> str:
    """As `rendered` leaves it: in the screen's encoding, no trailing blanks where it is plain."""
    if not on.colour:
        text = "\n".join(line.rstrip() for line in text.splitlines())
    return text.encode(on.encoding, "replace").decode(on.encoding).rstrip("\n")
