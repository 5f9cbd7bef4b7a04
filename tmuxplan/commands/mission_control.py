"""The screen of window 0: `watch` that stays when the run has ended."""

from __future__ import annotations

import os
from pathlib import Path

import click

from tmuxplan.commands.screen import show
from tmuxplan.journal.folder import RunFolder


@click.command("mission-control", hidden=True)
@click.argument("folder", type=click.Path(path_type=Path))
def command(folder: Path) -> None:
    """Show the run in FOLDER, from before its first event to after its last."""
    _name_server()
    show(RunFolder(folder), stay=True)


def _name_server() -> None:
    """Ours is the server that this window is on, whatever it was called at the launch: its
    windows do not have the environment of that shell."""
    path, _, rest = os.environ.get("TMUX", "").partition(",")
    if rest:
        socket = Path(path)
        os.environ["TMUXPLAN_SOCKET"] = socket.name
        os.environ["TMUX_TMPDIR"] = str(socket.parent.parent)
