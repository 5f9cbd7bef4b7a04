"""The screen of a task that waits for a person: signed or skipped there, with a key."""

from __future__ import annotations

import json
import os
from pathlib import Path

import click

from tmuxplan import machine
from tmuxplan.journal.folder import RunFolder
from tmuxplan.library.persons import tell
from tmuxplan.library.runs import open_folder
from tmuxplan.run.control import Sign, Skip
from tmuxplan.ui.checklist import Asked, ask


@click.command("person", hidden=True)
@click.argument("folder", type=click.Path(path_type=Path))
@click.argument("task")
@click.argument("environment", type=click.Path(path_type=Path))
def command(folder: Path, task: str, environment: Path) -> None:
    """Ask about TASK of the run in FOLDER, as one who has the ENVIRONMENT of its launch."""
    given = _taken(environment)
    run = RunFolder(folder)

    def act(request: Sign | Skip) -> None:
        # A run that had ended goes on with it: not with that of tmux's server.
        os.environ.clear()
        os.environ.update(given)
        tell(open_folder(run), request)

    ask(Asked(task, lambda: open_folder(run).facts, act, given.get("USER") or machine.user()))


def _taken(path: Path) -> dict[str, str]:
    """The environment, which holds secrets: nobody finds it twice."""
    try:
        found: dict[str, str] = json.loads(path.read_bytes())
    finally:
        path.unlink(missing_ok=True)
    return found
