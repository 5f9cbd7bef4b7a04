"""What only a shell can say of a plan: syntax that it refuses."""

from __future__ import annotations

from collections.abc import Callable

from tmuxplan.errors import Problem
from tmuxplan.lint.placeholders import filled
from tmuxplan.plan.model import Plan
from tmuxplan.shell.script import shell_name
from tmuxplan.shell.steps import Shells, suspects

SaysOfSyntax = Callable[[str, str], str]
"""Text of a block, and the shell that is to read it -> its first complaint, or nothing."""


def syntax_errors(
    plan: Plan, complaint: SaysOfSyntax, shells: Shells | None = None, told: bool = False
) -> tuple[Problem, ...]:
    """Blocks that neither the parser nor the shell itself can read. `told`: placeholders are
    faults of their own; what is wrong only because of them is left out."""
    found = []
    for task in plan.tasks:
        # What is written for bash is asked of bash, whatever the plan calls it.
        shell = "zsh" if shell_name(task) == "zsh" else "bash"
        for block in suspects(task, shells):
            said = complaint("\n" * (block.line - 1) + block.text, shell)
            if said and told and block in task.blocks:  # of checks no placeholder is told
                said = complaint("\n" * (block.line - 1) + filled(block), shell)
            if said:
                found.append(_syntax_error(plan, task.id, block.line, said, shell))
    return tuple(found)


def _syntax_error(plan: Plan, task: str, line: int, said: str, shell: str) -> Problem:
    place, words = _split(said, line)
    return Problem(
        "syntax-error",
        "error",
        plan.path,
        place,
        f"{task} can't be run: {words}",
        f"mend the commands; `{shell} -n` shows the same",
    )


def _split(said: str, line: int) -> tuple[int, str]:
    """`bash: line 12: syntax error …` -> 12 and the words."""
    for piece in said.split(": "):
        digits = piece.removeprefix("line ")
        if digits.isdigit():
            return int(digits), said.split(f"{piece}: ", 1)[-1]
    return line, said
