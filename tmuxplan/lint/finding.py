"""What a rule gives: a place, what is wrong there, and what to do about it."""

from __future__ import annotations

import re
from collections.abc import Callable

import msgspec

from tmuxplan.errors import Severity
from tmuxplan.plan.patterns import lazy


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
    """Lines of the plan, for a message: `placed` makes words of it once their files are known."""
    return f"{_MARK}{most} {' '.join(str(line) for line in lines)}{_MARK}"


def line_at(line: int) -> str:
    """One line of the plan, for a message."""
    return numbered((line,))


# Plans with a NUL are refused: it is in no text that a message quotes.
_MARK = "\0"
_NUMBERED = lazy(f"{_MARK}([^{_MARK}]*){_MARK}")


def placed(message: str, where: Callable[[int], tuple[str, int]], here: str) -> str:
    """The message with words for its lines: "line 3", "lines 3, 5 and 2 more", and in a plan of
    several files "b.md:7" for what is not in the file `here`."""

    def words(found: re.Match[str]) -> str:
        most, *lines = (int(number) for number in found[1].split())
        places = [where(line) for line in lines]
        if any(file != here for file, _ in places):
            return listed([f"{file.rpartition('/')[2]}:{line}" for file, line in places], most)
        word = "line" if len(lines) == 1 else "lines"
        return f"{word} {listed([str(line) for _, line in places], most)}"

    return _NUMBERED.sub(words, message)
