"""The screen of window 0: `watch` that stays when the run has ended."""

from __future__ import annotations

from pathlib import Path

import click

from tmuxplan.commands.screen import show
from tmuxplan.journal.folder import RunFolder


@click.command("mission-control", hidden=True)
@click.argument("folder", type=click.Path(path_type=Path))
def command(folder: Path) -> None:
    """Show the run in FOLDER, from before its first event to after its last."""
    show(RunFolder(folder), stay=True)
