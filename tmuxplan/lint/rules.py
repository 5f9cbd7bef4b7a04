"""Plan and facts in, problems out: runs every rule of the table over one view of the plan.

A plan of several files is looked at as a whole, and each finding is put at its file's line.
"""

from __future__ import annotations

from collections.abc import Iterator

from tmuxplan.errors import Problem, Severity
from tmuxplan.lint.facts import Facts
from tmuxplan.lint.finding import Finding, placed
from tmuxplan.lint.table import RULES, Rule
from tmuxplan.lint.view import View, view_of
from tmuxplan.plan.directory import joined
from tmuxplan.plan.model import Plan
from tmuxplan.plan.pages import Pages
from tmuxplan.shell.steps import Shells


def problems(
    plan: Plan, facts: Facts, launching: bool = False, shells: Shells | None = None
) -> tuple[Problem, ...]:
    """What every rule finds, each fault once. `launching`: as a launch judges it."""
    whole, pages = joined(plan) if plan.files else (plan, Pages((0,), (plan.path,)))
    if not whole.source:
        return ()
    view = view_of(whole, facts, launching, shells)
    found = (_problem(view, pages, rule, each) for rule in RULES for each in rule.find(view))
    return tuple(dict.fromkeys(found))


def _problem(view: View, pages: Pages, rule: Rule, found: Finding) -> Problem:
    """The finding at its own file's line."""
    severity: Severity = found.severity or rule.severity
    column, length = place(view.lines, found.line, found.words)
    file, line = pages.locate(found.line) if found.line else (view.plan.path, 0)
    message, remedy = (placed(text, pages.locate, file) for text in (found.message, found.remedy))
    return Problem(rule.code, severity, file, line, message, remedy, column, length)


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
