"""Plan and facts in, problems out: runs every rule of the table over one view of the plan."""

from __future__ import annotations

from collections.abc import Iterator

from tmuxplan.errors import Problem, Severity
from tmuxplan.lint.facts import Facts
from tmuxplan.lint.finding import Finding
from tmuxplan.lint.table import RULES, Rule
from tmuxplan.lint.view import View, view_of
from tmuxplan.plan.model import Plan


def problems(plan: Plan, facts: Facts, launching: bool = False) -> tuple[Problem, ...]:
    """What every rule finds, each fault once. `launching`: as a launch judges it."""
    if not plan.source:
        return ()
    view = view_of(plan, facts, launching)
    found = (_problem(view, rule, each) for rule in RULES for each in rule.find(view))
    return tuple(dict.fromkeys(found))


def _problem(view: View, rule: Rule, found: Finding) -> Problem:
    severity: Severity = found.severity or rule.severity
    column, length = place(view.lines, found.line, found.words)
    return Problem(
        rule.code,
        severity,
        view.plan.path,
        found.line,
        found.message,
        found.remedy,
        column,
        length,
    )


def place(lines: tuple[str, ...], number: int, words: str) -> tuple[int, int]:
    """Column (from 1) and length of the words in a line; 0 and 0 where they are not in it.

    They need not be: the commands may have been rewritten with --root.
    """
    if not words or not 0 < number <= len(lines):
        return 0, 0
    at = lines[number - 1].find(words)
    return (at + 1, len(words)) if at >= 0 else (0, 0)


def by_code() -> Iterator[tuple[str, Severity]]:
    """Every code of this room with its severity."""
    yield from dict.fromkeys((rule.code, rule.severity) for rule in RULES)
