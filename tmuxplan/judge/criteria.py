"""Criteria that are regular expressions over the output (`~ regex`).

A pattern can take exponential time, and Python's own `re` can't be stopped: `regex` can. A
pattern that ran out of time is never asked again, and its task can't pass.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tmuxplan.expressions import refusal
from tmuxplan.judge import clean
from tmuxplan.later import Later

if TYPE_CHECKING:
    import regex

    Pattern = regex.Pattern[str]
else:
    regex = Later("regex")

WINDOW = 2048
"""Characters of a line that a plan's regular expression is given at once."""

STRIDE = 1024
"""A longer line (a JSON answer of a server) is searched in windows this far apart, so that
whatever is at most this long is found."""

PATIENCE_S = 0.25
"""How long one search may take; a thousand times what a reasonable pattern needs."""


def compiled(code: str) -> Pattern | None:
    """The plan's regular expression; None for what is none: it never counts as met."""
    return None if refusal(code) else regex.compile(code, regex.MULTILINE)


def first_line(pattern: Pattern, lines: list[str]) -> int | None:
    """The index of the first line in which it occurs. Line by line: a match across lines
    would depend on how the output happened to arrive. TimeoutError: it takes too long."""
    for index, line in enumerate(lines):
        if occurs(pattern, line):
            return index
    return None


def occurs(pattern: Pattern, line: str) -> bool:
    """Whether it matches somewhere in the line. TimeoutError: it takes too long."""
    if len(line) <= WINDOW:
        return pattern.search(line, timeout=PATIENCE_S) is not None
    for begin in range(0, len(line), STRIDE):
        end = begin + WINDOW
        match = pattern.search(line, begin, end, timeout=PATIENCE_S)
        # At a window's end `$` and `\b` are true for a line that goes on: ask with more of it.
        if match and (match.end() < end or _goes_on(pattern, line, match.start(), end)):
            return True
    return False


def _goes_on(pattern: Pattern, line: str, start: int, end: int) -> bool:
    return pattern.match(line, start, end + STRIDE, timeout=PATIENCE_S) is not None


def readable(line: bytes) -> str:
    """One line of output as a person reads it; what a carriage return overprinted is a line of
    its own, so that `^` and `$` fit each."""
    parts = clean.decode(line).rstrip("\r\n").split("\r")
    return "\n".join(part for part in map(clean.clean, parts) if part)
