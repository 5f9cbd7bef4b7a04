"""`tmuxplan stop`: the end of a run."""

from __future__ import annotations

import click

from tmuxplan import machine
from tmuxplan.commands.opening import acting, run_option
from tmuxplan.errors import ControlError
from tmuxplan.library.until import until_ended
from tmuxplan.run.control import StopRun, ask


@click.command("stop", epilog="\b\nExample:\n  tmuxplan stop --reason 'wrong branch'")
@run_option
@click.option("--reason", default="", help="Why; it stands in the report.")
@click.option("--drain", is_flag=True, help="Let running tasks finish; start nothing new.")
def command(run_id: str | None, reason: str, drain: bool) -> None:
    """End the live run: nothing new starts, and what its tasks started is ended."""
    opened = acting(run_id)
    if not opened.alive:
        raise ControlError(
            f"run {opened.folder.id} is not running: nothing to stop", "see `tmuxplan status`"
        )
    user = machine.user()
    why = f"stopped by {user}{f': {reason}' if reason else ''}"
    ask(opened.folder.control_socket, StopRun(user, why, now=not drain))
    if drain:
        click.echo(f"run {opened.folder.id} starts nothing new", err=True)
        return
    until_ended(opened.folder)
    click.echo(f"run {opened.folder.id} is stopped", err=True)
