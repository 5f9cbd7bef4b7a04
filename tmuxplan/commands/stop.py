"""`tmuxplan stop`: the end of a run."""

from __future__ import annotations

import click

from tmuxplan import machine
from tmuxplan.commands.opening import acting, run_option
from tmuxplan.errors import ControlError
from tmuxplan.events import Leftover
from tmuxplan.library.persons import end_dead
from tmuxplan.library.until import until_ended
from tmuxplan.run.control import StopRun, ask


@click.command("stop", epilog="\b\nExample:\n  tmuxplan stop --reason 'wrong branch'")
@run_option
@click.option("--reason", default="", help="Why; it stands in the report.")
@click.option("--drain", is_flag=True, help="Let running tasks finish; start nothing new.")
def command(run_id: str | None, reason: str, drain: bool) -> None:
    """End the live run: nothing new starts, and what its tasks started is ended."""
    opened = acting(run_id)
    run, user = opened.folder.id, machine.user()
    why = f"stopped by {user}{f': {reason}' if reason else ''}"
    asked = StopRun(user, why, now=not drain)
    if opened.alive:
        ask(opened.folder.control_socket, asked)
    elif opened.state.ended is None:
        _say_survivors(end_dead(opened, asked))
    else:
        raise ControlError(f"run {run} has ended: nothing to stop", "see `tmuxplan status`")
    if drain:
        click.echo(f"run {run} starts nothing new", err=True)
        return
    until_ended(opened.folder)
    click.echo(f"run {run} is stopped", err=True)


def _say_survivors(survivors: tuple[Leftover, ...]) -> None:
    for process in survivors:
        click.echo(f"process {process.pid} could not be ended: {process.command}", err=True)
