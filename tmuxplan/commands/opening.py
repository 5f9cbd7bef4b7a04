"""Options and look-ups that several verbs share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from tmuxplan.library.runs import Opened, open_run

F = TypeVar("F", bound=Callable[..., Any])

EXIT = {"GO": 0, "NO GO": 1, "PENDING": 4, None: 3}
"""Exit status by the run's verdict; None: unfinished."""


def run_option(function: F) -> F:
    """`--run ID`: the beginning or the end of a run's id."""
    return click.option(
        "--run", "run_id", metavar="ID", help="The run; by default the newest one here."
    )(function)


def how_to_look(backend: str) -> str:
    """Where to look at a run that is on. Only tmux has windows to attach to."""
    window = "tmuxplan attach, " if backend == "tmux" else ""
    return f"look: {window}tmuxplan watch, tmuxplan status; report: tmuxplan collect"


def acting(run_id: str | None) -> Opened:
    """The run to act on: named, or the one that is live here. UsageError: several are."""
    return open_run(run_id, acting=True)
