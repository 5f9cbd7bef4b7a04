"""Which statements of a block the comments beside them expect to fail (grammar E4)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from tmuxplan.plan import remarks
from tmuxplan.plan.model import Expects
from tmuxplan.plan.patterns import lazy

# What looks at its commands' status itself ends otherwise than they do.
_LOOKS_ITSELF = lazy(r"\s*(?:!|if|while|until|for|case|select|\{|\(|function)(?![\w-])|.*&\s*$")


class Placed(Protocol):
    """A statement; `line` counts the block's lines from 0."""

    @property
    def line(self) -> int: ...
    @property
    def text(self) -> str: ...


def expected(text: str, statements: Sequence[Placed]) -> dict[int, Expects]:
    """By index of the statement what is said of it; `text` is the block's.

    A comment behind a command is about it, one on a line of its own about the command right below
    it, and `# → 404` or `# Expected: …` about the one right above it.
    """
    if not remarks.any_in(text):
        return {}
    lines = text.split("\n")
    starts = {each.line: n for n, each in reversed(list(enumerate(statements)))}
    ends = {each.line + each.text.count("\n"): n for n, each in enumerate(statements)}
    inside = {row for each in statements for row in _rows(each)}
    found: dict[int, Expects] = {}
    for row, line in enumerate(lines):
        at = _about(row, lines, starts, ends, inside)
        comment = _behind(line, statements[at]) if at is not None and row in ends else line.strip()
        if at is None or _handles(statements[at].text):
            continue
        says = remarks.says(comment, statements[at].text) if comment.startswith("#") else ""
        if says:
            found[at] = says
    return found


def _rows(statement: Placed) -> range:
    return range(statement.line, statement.line + statement.text.count("\n") + 1)


def _about(
    row: int, lines: list[str], starts: dict[int, int], ends: dict[int, int], inside: set[int]
) -> int | None:
    """The statement that a comment in this row is about."""
    if row in ends:
        return ends[row]
    line = lines[row].lstrip()
    if row in inside or not line.startswith("#"):
        return None
    above, below = row - 1, row + 1
    while above >= 0 and above not in inside and lines[above].lstrip().startswith("#"):
        above -= 1
    while below < len(lines) and below not in inside and lines[below].lstrip().startswith("#"):
        below += 1
    if remarks.points_back(line) and above in ends:
        return ends[above]
    return starts.get(below)


def _behind(line: str, statement: Placed) -> str:
    """What stands in a statement's last line after it."""
    last = statement.text.rpartition("\n")[2]
    return line[line.rfind(last) + len(last) :].lstrip(" \t;") if last in line else ""


def _handles(text: str) -> bool:
    return "||" in text or _LOOKS_ITSELF.match(text) is not None
