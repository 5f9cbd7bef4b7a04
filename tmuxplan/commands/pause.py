"""`tmuxplan pause`: start nothing new for now."""

from __future__ import annotations

import click

from tmuxplan import machine
from tmuxplan.commands.opening import acting, run_option
from tmuxplan.library.persons import tell_live
from tmuxplan.run.control import Pause


@click.command("pause", epilog="\b\nExample:\n  tmuxplan pause --by 'Ann Lee'")
@click.option("--by", metavar="NAME", help="Who says so; by default you.")
@run_option
def command(by: str | None, run_id: str | None) -> None:
    """Let the live run start nothing new, no retry either; what runs goes on."""
    opened = acting(run_id)
    tell_live(opened, Pause(by or machine.user()))
    click.echo(f"run {opened.folder.id} is paused; go on: tmuxplan unpause", err=True)
