"""How a run stopped that has no verdict, in words."""

from __future__ import annotations

from tmuxplan.backends.files import disk_is_full
from tmuxplan.journal.folder import RunFolder
from tmuxplan.run import supervisor


def unfinished(folder: RunFolder) -> str:
    """Why nobody works on this run any more although it has no verdict, and the remedy."""
    run = folder.id
    why = supervisor.gave_up(folder)
    if why:
        return f"run {run} is unfinished: {why}"
    if not folder.events.exists():
        return (
            f"run {run} is gone: somebody deleted or moved {_missing(folder)}, and nobody can "
            "know how it ended; launch the plan again"
        )
    lost = f"run {run} has lost its supervisor"
    if disk_is_full(folder.path):
        return f"{lost}: the disk is full; make room, and go on: tmuxplan resume {run}"
    return f"{lost}; go on: tmuxplan resume {run} (see {folder.supervisor_log})"


def _missing(folder: RunFolder) -> str:
    return f"its folder, {folder.path}" if not folder.path.exists() else str(folder.events)
