"""The question before a plan's first launch: what will run, the dangerous first."""

from __future__ import annotations

import click

from tmuxplan.commands.questions import says_yes
from tmuxplan.config.schema import Settings
from tmuxplan.errors import UsageError
from tmuxplan.library.agreed import agree, is_agreed, mark_of, what_runs
from tmuxplan.library.launchable import ToRun


def confirm(to_run: ToRun, settings: Settings) -> None:
    """Show what will run and ask, once for each content. UsageError: the answer was no."""
    mark = mark_of(to_run.frozen, settings)
    if is_agreed(mark):
        return
    click.echo("Nobody has agreed to this plan here yet. It will run (--dry-run shows it whole):")
    for line in what_runs(to_run.frozen, to_run.selection, settings):
        click.echo(line)
    if not says_yes("Start it?"):
        raise UsageError("nothing was started", "answer y, or use --yes")
    agree(mark)


def refuse_other(to_run: ToRun, settings: Settings, mark: str) -> None:
    """UsageError: it is not what was shown to whoever agreed to this mark."""
    if mark_of(to_run.frozen, settings) != mark:
        raise UsageError(
            "the plan, or its settings, changed after somebody agreed to it: nothing was started",
            "look at it again, and ask again",
        )
