"""`tmuxplan skip`: a person decides that a task is not needed."""

from __future__ import annotations

import click

from tmuxplan import machine
from tmuxplan.commands.opening import acting, run_option
from tmuxplan.library.persons import tell
from tmuxplan.plan.ids import resolve
from tmuxplan.run.control import Skip


@click.command(
    "skip", epilog="\b\nExample:\n  tmuxplan skip T004 --reason 'no schema change in this release'"
)
@click.argument("task")
@click.option("--reason", required=True, help="Why; the report names it.")
@click.option("--by", metavar="NAME", help="Who says so; by default you.")
@run_option
def command(task: str, reason: str, by: str | None, run_id: str | None) -> None:
    """Skip TASK, which has not started or did not pass: its dependents may start.

    The report says who did, and how it failed before.
    """
    opened = acting(run_id)
    task_id = resolve(opened.frozen.plan, task)
    who = by or machine.user()
    tell(opened, Skip(task_id, who, reason))
    click.echo(f"{task_id} is skipped by {who}: {reason}", err=True)
    if opened.frozen.plan.task(task_id).blocks_the_run:
        click.echo(f"{task_id} blocks: without it the run can't be GO", err=True)
