"""Criteria that are regular expressions over the output (`~ regex`)."""

from __future__ import annotations

import re

from tmuxplan.judge import clean

LONGEST = 4096
"""Characters of a line that a plan's regular expression is given."""


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
        if regex.search(line):
            return index
    return None


def readable(line: bytes) -> str:
    """One line of output as a person reads it, cut where it is too long; what a carriage
    return overprinted is a line of its own, so that `^` and `$` fit each."""
    parts = clean.decode(line[: 4 * LONGEST]).rstrip("\r\n").split("\r")
    return "\n".join(part for part in map(clean.clean, parts) if part)[:LONGEST]
