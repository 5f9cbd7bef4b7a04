"""A line of a log with its colours: SGR sequences -> pieces of text with classes. Pure.

Nothing else that steers a terminal is left.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from tmuxplan.judge.clean import clean

SGR = re.compile(r"\x1b\[([0-9;:]*)m")
_NUMBER = re.compile(r"\d+")
_STYLES = {1: "b", 2: "dim", 3: "i", 4: "u", 7: "inv", 9: "s"}
_OFF = {22: ("b", "dim"), 23: ("i",), 24: ("u",), 27: ("inv",), 29: ("s",)}
_LEVELS = (0, 95, 135, 175, 215, 255)


class Piece(msgspec.Struct, frozen=True):
    """Some text and its CSS classes, in a fixed order: `fg1` to `fg15`, `bg1`, `b`, `u`."""

    text: str
    classes: str = ""


class Colours:
    """The state of a terminal's colours, which lines hand on to those after them."""

    def __init__(self) -> None:
        self._fg = ""
        self._bg = ""
        self._on: set[str] = set()

    def pieces(self, line: str) -> Iterator[Piece]:
        """The line's text, cut where its look changes."""
        at = 0
        for found in SGR.finditer(line):
            if found.start() > at:
                yield Piece(clean(line[at : found.start()]), self._classes())
            self._apply(found[1])
            at = found.end()
        if at < len(line):
            yield Piece(clean(line[at:]), self._classes())

    def _classes(self) -> str:
        return " ".join(filter(None, (self._fg, self._bg, *sorted(self._on))))

    def _apply(self, text: str) -> None:
        codes = [int(n) for n in _NUMBER.findall(text[:200])] or [0]
        while codes:
            code = codes.pop(0)
            if code in (38, 48):
                self._extended(code, codes)
            else:
                self._simple(code)

    def _simple(self, code: int) -> None:
        if code == 0:
            self._fg, self._bg, self._on = "", "", set()
        elif code in _STYLES:
            self._on.add(_STYLES[code])
        elif code in _OFF:
            self._on -= set(_OFF[code])
        elif 30 <= code <= 37 or 90 <= code <= 97:
            self._fg = f"fg{code - 30 if code < 90 else code - 82}"
        elif 40 <= code <= 47 or 100 <= code <= 107:
            self._bg = f"bg{code - 40 if code < 100 else code - 92}"
        elif code == 39:
            self._fg = ""
        elif code == 49:
            self._bg = ""

    def _extended(self, code: int, rest: list[int]) -> None:
        """256 and true colours, as the nearest of sixteen: each theme has one palette."""
        kind = rest.pop(0) if rest else 0
        nearest = 0
        if kind == 5 and rest:
            nearest = _of_256(rest.pop(0))
        elif kind == 2 and len(rest) >= 3:
            nearest = _of_rgb(rest.pop(0), rest.pop(0), rest.pop(0))
        else:
            rest.clear()
            return
        if code == 38:
            self._fg = f"fg{nearest}"
        else:
            self._bg = f"bg{nearest}"


def plain(line: str) -> str:
    """The line without its colours."""
    return SGR.sub("", line)


def _of_256(n: int) -> int:
    if n < 16:
        return n
    if n > 231:
        return _of_rgb(*(8 + 10 * min(n - 232, 23),) * 3)
    n -= 16
    return _of_rgb(_LEVELS[n // 36], _LEVELS[n // 6 % 6], _LEVELS[n % 6])


def _of_rgb(red: int, green: int, blue: int) -> int:
    high = max(red, green, blue)
    if high < 64:
        return 0
    if high - min(red, green, blue) < 40:
        return 15 if high > 210 else 7 if high > 140 else 8
    bits = sum(1 << n for n, part in enumerate((red, green, blue)) if part > high * 0.6)
    return bits + (8 if high > 200 else 0)
