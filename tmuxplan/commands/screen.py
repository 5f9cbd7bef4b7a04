"""A run on the whole screen, redrawn as it goes."""

from __future__ import annotations

from tmuxplan.journal.folder import RunFolder
from tmuxplan.library.runs import frozen_of
from tmuxplan.run import supervisor
from tmuxplan.ui.live import watch


def show(folder: RunFolder, *, stay: bool) -> None:
    """Redraw until the run ends; `stay` then, for a window that people come back to."""
    watch(folder.events, frozen_of(folder), lambda: supervisor.alive(folder), stay=stay)
