"""`tmuxplan attach`: look over a run's shoulder, and type into its windows."""

from __future__ import annotations

import click

from tmuxplan.commands.attaching import attach_to
from tmuxplan.commands.opening import acting, run_option
from tmuxplan.plan.ids import resolve


@click.command("attach", epilog="\b\nExamples:\n  tmuxplan attach\n  tmuxplan attach T004")
@click.argument("task", required=False)
@run_option
def command(task: str | None, run_id: str | None) -> None:
    """Show the run's session, at TASK's window, else at mission control.

    Leave it with the prefix key (ctrl-b) and then d; nothing is ended by that.
    """
    opened = acting(run_id)
    attach_to(opened.folder, resolve(opened.frozen.plan, task) if task else None)
