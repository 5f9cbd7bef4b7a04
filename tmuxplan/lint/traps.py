"""Traps that hide which command failed."""

from __future__ import annotations

from collections.abc import Iterator

from tmuxplan.lint.finding import Finding
from tmuxplan.lint.view import View
from tmuxplan.shell.joins import NOISY_TRAPS


def noisy(view: View) -> Iterator[Finding]:
    """Traps that run between every two commands, those of the step ledger included."""
    for script in view.scripts:
        if "trap" not in script.names:
            continue
        for command in script.commands:
            caught = NOISY_TRAPS.intersection(command.words) if command.name == "trap" else ()
            for name in sorted(caught):
                yield Finding(
                    command.line,
                    f"after a trap on {name} nobody can tell which commands failed, "
                    "and the task could never pass",
                    "leave the trap out; to see commands as they run, use `set -x`",
                    name,
                )
