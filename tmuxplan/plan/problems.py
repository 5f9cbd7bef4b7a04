"""Collects what is wrong with one plan while it is read; nothing is raised for a plan's faults."""

from __future__ import annotations

from tmuxplan.errors import Problem, Severity


class Problems:
    """The problems of one file, in the order they were found; `sorted` gives them by line."""

    def __init__(self, path: str) -> None:
        self.path = path
        self._found: dict[Problem, None] = {}

    def error(self, code: str, line: int, message: str, remedy: str) -> None:
        self._add("error", code, line, message, remedy)

    def warning(self, code: str, line: int, message: str, remedy: str) -> None:
        self._add("warning", code, line, message, remedy)

    def _add(self, severity: Severity, code: str, line: int, message: str, remedy: str) -> None:
        self._found[Problem(code, severity, self.path, line, message, remedy)] = None

    def sorted(self) -> tuple[Problem, ...]:
        """By line, errors before warnings of the same line; each said once."""
        return tuple(sorted(self._found, key=lambda p: (p.line, p.severity, p.code, p.message)))
