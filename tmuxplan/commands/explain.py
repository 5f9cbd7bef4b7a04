"""`tmuxplan explain`: why a task is as it is."""

from __future__ import annotations

import click

from tmuxplan.commands.opening import run_option
from tmuxplan.errors import UsageError
from tmuxplan.library.collecting import causes_now
from tmuxplan.library.excerpts import excerpts
from tmuxplan.library.log_source import caught_up
from tmuxplan.library.runs import open_run
from tmuxplan.plan.ids import resolve
from tmuxplan.report.explain import explain


@click.command("explain", epilog="\b\nExample:\n  tmuxplan explain T002")
@click.argument("task")
@run_option
def command(task: str, run_id: str | None) -> None:
    """Say why TASK failed, is blocked or waits: step, plan line, evidence, and what to do."""
    opened = caught_up(open_run(run_id))
    task_id = resolve(opened.frozen.plan, task)
    facts = opened.facts
    found = facts.task(task_id)
    if found is None:
        raise UsageError(f"{task_id} is no task of run {facts.id}", "see `tmuxplan status`")
    lines = excerpts(opened, facts, only=task_id)
    click.echo(explain(facts, found, lines.get(task_id), causes_now(opened)), nl=False)
