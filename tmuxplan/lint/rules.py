"""Plan and facts in, problems out: runs every rule of the table over one view of the plan.

A plan of several files is looked at as a whole, and each finding is put at its file's line.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from tmuxplan.errors import Problem, Severity
from tmuxplan.lint.facts import Facts
from tmuxplan.lint.finding import Finding, placed
from tmuxplan.lint.locking import inferred
from tmuxplan.lint.refusing import RULES as REFUSING
from tmuxplan.lint.refusing import Rule
from tmuxplan.lint.view import View, view_of
from tmuxplan.plan.directory import joined
from tmuxplan.plan.model import Plan, Text
from tmuxplan.plan.pages import Pages
from tmuxplan.shell.steps import Shells

_LONGEST_LINE = 20_000


class Look(msgspec.Struct, frozen=True):
    """What one look at a plan found: problems, and by task the locks that nobody wrote down,
    each with its line in the task's own file."""

    problems: tuple[Problem, ...] = ()
    locks: Mapping[str, tuple[Text, ...]] = {}


def look(
    plan: Plan,
    facts: Facts,
    launching: bool = False,
    shells: Shells | None = None,
    infers: bool = True,
    only_refusing: bool = False,
) -> Look:
    """What every rule finds, each fault once, and the locks. `launching`: as a launch judges it.
    `infers`: the launch will take the locks. `only_refusing`: by the rules alone for which a launch
    can be refused."""
    whole, pages = joined(plan) if plan.files else (plan, Pages((0,), (plan.path,)))
    if not whole.source:
        return Look()
    view = view_of(whole, facts, launching, shells, infers)
    rules = REFUSING if only_refusing else _all()
    found = (_problem(view, pages, rule, each) for rule in rules for each in rule.find(view))
    locks = {
        task: tuple(Text(lock.text, pages.locate(lock.line)[1]) for lock in own)
        for task, own in inferred(view).items()
    }
    return Look(tuple(dict.fromkeys(found)), locks)


def _all() -> tuple[Rule, ...]:
    from tmuxplan.lint.table import RULES  # noqa: PLC0415 (a launch needs a third of them)

    return RULES


def problems(
    plan: Plan, facts: Facts, launching: bool = False, shells: Shells | None = None
) -> tuple[Problem, ...]:
    """The problems alone."""
    return look(plan, facts, launching, shells).problems


def _problem(view: View, pages: Pages, rule: Rule, found: Finding) -> Problem:
    """The finding at its own file's line."""
    severity: Severity = found.severity or rule.severity
    column, length = place(view.lines, found.line, found.words)
    file, line = pages.locate(found.line) if found.line else (view.plan.path, 0)
    message, remedy = (placed(text, pages.locate, file) for text in (found.message, found.remedy))
    return Problem(rule.code, severity, file, line, message, remedy, column, length)


def place(lines: tuple[str, ...], number: int, words: str) -> tuple[int, int]:
    """Column (from 1) and length of the words in a line; 0 and 0 where they are not in it.

    They need not be: the commands may have been rewritten with --root. Nor are they looked for in
    a line that nobody can look at, which may hold thousands of findings.
    """
    if not words or not 0 < number <= len(lines) or len(lines[number - 1]) > _LONGEST_LINE:
        return 0, 0
    at = lines[number - 1].find(words)
    return (at + 1, len(words)) if at >= 0 else (0, 0)
