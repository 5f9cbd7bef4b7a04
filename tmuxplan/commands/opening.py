"""Options and look-ups that several verbs share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from tmuxplan.errors import UsageError
from tmuxplan.library.runs import Opened, open_run

F = TypeVar("F", bound=Callable[..., Any])

EXIT = {"GO": 0, "NO GO": 1, "PENDING": 4, None: 3}
"""Exit status by the run's verdict; None: unfinished."""


def run_option(function: F) -> F:
    """`--run ID`: the beginning or the end of a run's id."""
    return click.option(
        "--run", "run_id", metavar="ID", help="The run; by default the newest one here."
    )(function)


def pairs(values: tuple[str, ...], option: str) -> dict[str, str]:
    """`NAME=VALUE` options as a mapping. UsageError: one has no `=`."""
    found = {}
    for value in values:
        name, sign, rest = value.partition("=")
        if not sign or not name:
            form = "OLD=NEW" if option == "--root" else "NAME=VALUE"
            raise UsageError(f"{option} {value}: no '='", f"write {option} {form}")
        found[name] = rest
    return found


def how_to_look(backend: str) -> str:
    """Where to look at a run that is on. Only tmux has windows to attach to."""
    window = "tmuxplan attach, " if backend == "tmux" else ""
    return f"look: {window}tmuxplan watch, tmuxplan status; report: tmuxplan collect"


def acting(run_id: str | None) -> Opened:
    """The run to act on: named, or the one that is live here. UsageError: several are."""
    return open_run(run_id, acting=True)
