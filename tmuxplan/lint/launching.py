"""What only this machine can say of a plan: syntax that bash refuses, directories not here."""

from __future__ import annotations

from collections.abc import Callable

from tmuxplan.errors import Problem, Severity
from tmuxplan.lint import directories
from tmuxplan.lint.facts import Facts
from tmuxplan.lint.view import view_of
from tmuxplan.plan.model import Plan
from tmuxplan.shell.steps import suspects

SaysOfSyntax = Callable[[str], str]
"""Text of a block -> the shell's first complaint, or nothing."""

IsDirectory = Callable[[str], bool]


def syntax_errors(plan: Plan, complaint: SaysOfSyntax) -> tuple[Problem, ...]:
    """Blocks that neither the parser nor the shell itself can read."""
    found = []
    for task in plan.tasks:
        for block in suspects(task):
            said = complaint("\n" * (block.line - 1) + block.text)
            if said:
                found.append(_syntax_error(plan, task.id, block.line, said))
    return tuple(found)


def _syntax_error(plan: Plan, task: str, line: int, said: str) -> Problem:
    place, words = _split(said, line)
    return Problem(
        "syntax-error",
        "error",
        plan.path,
        place,
        f"{task} can't be run: {words}",
        "mend the commands; `bash -n` shows the same",
    )


def _split(said: str, line: int) -> tuple[int, str]:
    """`bash: line 12: syntax error …` -> 12 and the words."""
    for piece in said.split(": "):
        digits = piece.removeprefix("line ")
        if digits.isdigit():
            return int(digits), said.split(f"{piece}: ", 1)[-1]
    return line, said


def missing_directories(
    plan: Plan, is_directory: IsDirectory, severity: Severity
) -> tuple[Problem, ...]:
    """`cd` to a literal absolute directory that is not here, and that no earlier step may make."""
    view = view_of(plan, Facts(is_directory=is_directory))
    return tuple(
        Problem("missing-directory", severity, plan.path, each.line, each.message, each.remedy)
        for each in directories.missing(view)
    )
