"""`tmuxplan sign`: a person's signature under a task."""

from __future__ import annotations

from collections.abc import Iterator

import click

from tmuxplan import machine
from tmuxplan.commands.opening import acting, run_option
from tmuxplan.library.persons import tell
from tmuxplan.library.runs import Opened
from tmuxplan.plan.checklist import checklist
from tmuxplan.plan.ids import resolve
from tmuxplan.report.words import counted
from tmuxplan.run.control import Sign


@click.command(
    "sign", epilog="\b\nExample:\n  tmuxplan sign T010 --by 'Ann Lee' --note 'seen on staging'"
)
@click.argument("task")
@click.option("--by", metavar="NAME", help="Who signs; by default you.")
@click.option("--item", type=int, default=0, help="Only this item of its checklist, from 1.")
@click.option("--note", default="", help="What was looked at.")
@run_option
def command(task: str, by: str | None, item: int, note: str, run_id: str | None) -> None:
    """Sign TASK, which waits for a person, or an item of its checklist. A run that waited for the
    task goes on once the task itself is signed."""
    opened = acting(run_id)
    task_id = resolve(opened.frozen.plan, task)
    who = by or machine.user()
    tell(opened, Sign(task_id, who, note, item))
    if item:
        click.echo(_of_item(opened, task_id, item, who), err=True)
        return
    click.echo(f"{task_id} is signed by {who}", err=True)
    for line in _unticked(opened, task_id):
        click.echo(line, err=True)


def _unticked(opened: Opened, task: str) -> Iterator[str]:
    """What nobody ticked of the checklist; `opened` is as it was before."""
    facts = opened.facts.task(task)
    left = facts.unticked if facts else ()
    if facts and left:
        of = f"{len(left)} of {counted(len(facts.checklist), 'item')} of its checklist"
        verbs = ("is", "counts") if len(left) == 1 else ("are", "count")
        yield f"{of} {verbs[0]} not ticked, and {verbs[1]} as met nowhere:"
        yield from (f"  {item.n}. [ ] {item.text}" for item in left)


def _of_item(opened: Opened, task: str, item: int, who: str) -> str:
    """`opened` is as it was before."""
    said = f"item {item} of {task} is signed by {who}"
    signed = {item, *(one.item for one in opened.state.task(task).items)}
    items = checklist(opened.frozen.plan.task(task))
    left = [str(n) for n in range(1, len(items) + 1) if n not in signed]
    if left:
        return f"{said}; left: {', '.join(left)}"
    return f"{said}; all {len(items)} are. Sign the task: tmuxplan sign {task}"
