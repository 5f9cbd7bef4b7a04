"""`tmuxplan runs`: the runs here."""

from __future__ import annotations

from pathlib import Path

import click

from tmuxplan.errors import TmuxplanError
from tmuxplan.journal.folder import find_root, runs
from tmuxplan.library.runs import open_folder
from tmuxplan.report.words import iso, one_line


@click.command("runs", epilog="\b\nExamples:\n  tmuxplan runs\n  tmuxplan runs | grep 'NO GO'")
def command() -> None:
    """List this directory's runs, newest first: id, state, verdict, when, plan.

    They are in .tmuxplan/, here or in the nearest directory above that has one.
    """
    root = find_root(Path.cwd())
    known = runs(root) if root else ()
    if not known:
        click.echo("no runs here yet; start one: tmuxplan launch PLAN", err=True)
    for folder in known:
        try:
            facts = open_folder(folder).facts
        except TmuxplanError as error:
            click.echo(f"{folder.id}  unreadable: {error}")
            continue
        when = iso(facts.started) if facts.started else ""
        verdict = facts.verdict or "-"
        click.echo(f"{folder.id}  {facts.state:8}{verdict:9}{when}  {one_line(facts.plan_path)}")
