"""`tmuxplan watch`: a run in a live table."""

from __future__ import annotations

import click

from tmuxplan.commands.opening import run_option
from tmuxplan.commands.screen import show
from tmuxplan.library.runs import open_run


@click.command("watch")
@run_option
def command(run_id: str | None) -> None:
    """Watch a run in a live table until it ends. Leaving it (Ctrl-C) changes nothing."""
    show(open_run(run_id).folder, stay=False)
