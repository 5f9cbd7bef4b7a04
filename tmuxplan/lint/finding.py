"""What a rule gives: a place, what is wrong there, and what to do about it."""

from __future__ import annotations

import msgspec

from tmuxplan.errors import Severity


class Finding(msgspec.Struct, frozen=True):
    """One fault. `words` are what is meant in that line, for the caret; they may be cut.

    `severity` only where it is not the rule's own.
    """

    line: int
    message: str
    remedy: str
    words: str = ""
    severity: Severity | None = None


def listed(names: tuple[str, ...] | list[str], most: int = 6) -> str:
    """Names with commas; a long list ends in how many more there are."""
    rest = len(names) - most
    return ", ".join(names[:most]) + (f" and {rest} more" if rest > 0 else "")


def numbered(lines: tuple[int, ...] | list[int], most: int = 6) -> str:
    """ "line 3", "lines 3, 5 and 2 more"."""
    word = "line" if len(lines) == 1 else "lines"
    return f"{word} {listed([str(line) for line in lines], most)}"
