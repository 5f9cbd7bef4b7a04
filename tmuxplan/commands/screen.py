"""A run on the whole screen, redrawn as it goes."""

from __future__ import annotations

from tmuxplan.journal.folder import RunFolder
from tmuxplan.journal.journal import Tail
from tmuxplan.library.runs import frozen_of
from tmuxplan.run import clock, supervisor
from tmuxplan.ui.live import View, watch


def show(folder: RunFolder, *, stay: bool) -> None:
    """Redraw until the run ends; `stay` then, for a window that people come back to."""
    watch(
        View(
            tail=Tail(folder.events),
            frozen=frozen_of(folder),
            alive=lambda: supervisor.alive(folder),
            now=clock.now,
            stay=stay,
        )
    )
