"""`tmuxplan sign`: a person's signature under a task."""

from __future__ import annotations

import click

from tmuxplan import machine
from tmuxplan.commands.opening import acting, run_option
from tmuxplan.library.persons import tell
from tmuxplan.plan.ids import resolve
from tmuxplan.run.control import Sign


@click.command(
    "sign", epilog="\b\nExample:\n  tmuxplan sign T010 --by 'Ann Lee' --note 'seen on staging'"
)
@click.argument("task")
@click.option("--by", metavar="NAME", help="Who signs; by default you.")
@click.option("--note", default="", help="What was looked at.")
@run_option
def command(task: str, by: str | None, note: str, run_id: str | None) -> None:
    """Sign TASK, which waits for a person. A run that waited for it goes on."""
    opened = acting(run_id)
    task_id = resolve(opened.frozen.plan, task)
    who = by or machine.user()
    tell(opened, Sign(task_id, who, note))
    click.echo(f"{task_id} is signed by {who}", err=True)
