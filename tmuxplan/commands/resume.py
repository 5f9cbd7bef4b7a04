"""`tmuxplan resume`: go on with a run that ended or died."""

from __future__ import annotations

import sys

import click

from tmuxplan.commands.opening import acting
from tmuxplan.commands.waiting import wait
from tmuxplan.library.resuming import resume


@click.command("resume", epilog="\b\nExample:\n  tmuxplan resume --wait")
@click.argument("run_id", metavar="[RUN]", required=False)
@click.option("--wait", "waits", is_flag=True, help="Stream progress; exit by the verdict.")
def command(run_id: str | None, waits: bool) -> None:
    """Go on with RUN, which ended or lost its supervisor; by default the newest run here.

    What still runs is watched again, what passed is kept, and everything else runs.
    """
    opened = acting(run_id)
    resume(opened)
    click.echo(f"run {opened.folder.id} goes on", err=True)
    if waits:
        sys.exit(wait(opened.folder))
    click.echo("look: tmuxplan attach, tmuxplan status; report: tmuxplan collect", err=True)
