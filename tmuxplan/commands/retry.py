"""`tmuxplan retry`: a person wants a task tried again."""

from __future__ import annotations

import click

from tmuxplan import machine
from tmuxplan.commands.opening import acting, run_option
from tmuxplan.library.edited import edited
from tmuxplan.library.persons import tell
from tmuxplan.library.runs import Opened
from tmuxplan.plan.ids import resolve
from tmuxplan.report.words import one_line
from tmuxplan.run.control import Retry


@click.command("retry", epilog="\b\nExample:\n  tmuxplan retry T004")
@click.argument("task")
@click.option("--by", metavar="NAME", help="Who says so; by default you.")
@run_option
def command(task: str, by: str | None, run_id: str | None) -> None:
    """Try TASK again, which did not pass; what it kept from running follows it.

    A task that was skipped runs after all, and who has not begun waits for it. A retry that is
    planned for later is made now. A run that has ended goes on. What runs is the plan as it was
    launched, or last resumed.
    """
    opened = acting(run_id)
    task_id = resolve(opened.frozen.plan, task)
    tell(opened, Retry(task_id, by or machine.user()))
    click.echo(f"{task_id} is tried again{_as_it_was(opened)}", err=True)


def _as_it_was(opened: Opened) -> str:
    """Where the plan on the disk may say something else by now."""
    what, run = edited(opened), opened.folder.id
    if not what:
        return ""
    how = f"`tmuxplan stop --run {run}`, then `tmuxplan resume {run}`"
    return f" as it was: {one_line(opened.frozen.plan.path)} {what}; to go by it: {how}"
