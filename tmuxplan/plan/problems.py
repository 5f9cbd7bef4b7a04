"""Collects what is wrong with one plan while it is read; nothing is raised for a plan's faults."""

from __future__ import annotations

from collections.abc import Sequence

from tmuxplan.errors import Problem, Severity
from tmuxplan.plan.pages import Pages


class Problems:
    """The problems of one plan, in the order they were found; `sorted` gives them by line.

    In a plan of several files `pages` knows which line is whose.
    """

    def __init__(self, path: str, pages: Pages | None = None) -> None:
        self.path = path
        self._pages = pages
        self._found: dict[Problem, None] = {}

    def error(self, code: str, line: int, message: str, remedy: str) -> None:
        self._add("error", code, line, message, remedy)

    def warning(self, code: str, line: int, message: str, remedy: str) -> None:
        self._add("warning", code, line, message, remedy)

    def _add(self, severity: Severity, code: str, line: int, message: str, remedy: str) -> None:
        file, line = self._pages.locate(line) if self._pages and line else (self.path, line)
        self._found[Problem(code, severity, file, line, message, remedy)] = None

    def add(self, problems: Sequence[Problem]) -> None:
        """Problems that have their places already."""
        self._found |= dict.fromkeys(problems)

    def has(self, code: str) -> bool:
        """Whether a problem of this code was found so far."""
        return any(problem.code == code for problem in self._found)

    def places(self, lines: Sequence[int]) -> str:
        """`line 3`, `lines 3, 5`; in a plan of several files with their names."""
        more = " …" if lines[5:] else ""
        if self._pages is None:
            shown = ", ".join(str(line) for line in lines[:5])
            return (f"line {shown}" if len(lines) == 1 else f"lines {shown}") + more
        found = (self._pages.locate(line) for line in lines[:5])
        return ", ".join(f"{path.rpartition('/')[2]}:{line}" for path, line in found) + more

    def sorted(self) -> tuple[Problem, ...]:
        """By file and line, errors before warnings of the same line; each said once."""
        return tuple(
            sorted(self._found, key=lambda p: (p.file, p.line, p.severity, p.code, p.message))
        )
