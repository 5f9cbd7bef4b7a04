"""`tmuxplan unpause`: let a paused run go on."""

from __future__ import annotations

import click

from tmuxplan import machine
from tmuxplan.commands.opening import acting, run_option
from tmuxplan.library.persons import tell_live
from tmuxplan.run.control import Unpause


@click.command("unpause", epilog="\b\nExample:\n  tmuxplan unpause")
@click.option("--by", metavar="NAME", help="Who says so; by default you.")
@run_option
def command(by: str | None, run_id: str | None) -> None:
    """Let the run that `tmuxplan pause` paused start tasks again."""
    opened = acting(run_id)
    tell_live(opened, Unpause(by or machine.user()))
    click.echo(f"run {opened.folder.id} goes on", err=True)
