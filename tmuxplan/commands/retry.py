"""`tmuxplan retry`: a person wants a task tried again."""

from __future__ import annotations

import click

from tmuxplan import machine
from tmuxplan.commands.opening import acting, run_option
from tmuxplan.library.persons import tell
from tmuxplan.plan.ids import resolve
from tmuxplan.run.control import Retry


@click.command("retry", epilog="\b\nExample:\n  tmuxplan retry T004")
@click.argument("task")
@click.option("--by", metavar="NAME", help="Who says so; by default you.")
@run_option
def command(task: str, by: str | None, run_id: str | None) -> None:
    """Try TASK again, which did not pass; what it kept from running follows it.

    A task that was skipped runs after all, and who has not begun waits for it. A retry that is
    planned for later is made now. A run that has ended goes on.
    """
    opened = acting(run_id)
    task_id = resolve(opened.frozen.plan, task)
    tell(opened, Retry(task_id, by or machine.user()))
    click.echo(f"{task_id} is tried again", err=True)
