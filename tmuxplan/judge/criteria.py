"""Criteria that are regular expressions over the output (`~ regex`).

Python's `re` can't be stopped, and a pattern can take exponential time. It is given little text
at once, which bounds what grows with a power of the length (`.*a.*b`) to fractions of a second;
a pattern that doubles its work with each character (`(a+)+$` on a long run of a) can still hold
up a run, and only its author can mend that.
"""

from __future__ import annotations

import re

from tmuxplan.judge import clean

WINDOW = 2048
"""Characters of a line that a plan's regular expression is given at once."""

STRIDE = 1024
"""A longer line (a JSON answer of a server) is searched in windows this far apart, so that
whatever is at most this long is found."""


def compiled(code: str) -> re.Pattern[str] | None:
    """The plan's regular expression; None for what is none: it never counts as met."""
    try:
        return re.compile(code, re.MULTILINE)
    except (re.error, RecursionError, OverflowError):
        return None


def first_line(regex: re.Pattern[str], lines: list[str]) -> int | None:
    """The index of the first line in which it occurs. Line by line: a match across lines
    would depend on how the output happened to arrive."""
    for index, line in enumerate(lines):
        if occurs(regex, line):
            return index
    return None


def occurs(regex: re.Pattern[str], line: str) -> bool:
    """Whether it matches somewhere in the line."""
    if len(line) <= WINDOW:
        return regex.search(line) is not None
    for begin in range(0, len(line), STRIDE):
        end = begin + WINDOW
        match = regex.search(line, begin, end)
        # At a window's end `$` and `\b` are true for a line that goes on: ask with more of it.
        if match and (match.end() < end or regex.match(line, match.start(), end + STRIDE)):
            return True
    return False


def readable(line: bytes) -> str:
    """One line of output as a person reads it; what a carriage return overprinted is a line of
    its own, so that `^` and `$` fit each."""
    parts = clean.decode(line).rstrip("\r\n").split("\r")
    return "\n".join(part for part in map(clean.clean, parts) if part)
