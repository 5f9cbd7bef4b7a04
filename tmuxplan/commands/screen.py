"""A run on the whole screen, redrawn as it goes."""

from __future__ import annotations

import os
import sys

import click

from tmuxplan.journal.folder import RunFolder
from tmuxplan.journal.journal import Tail
from tmuxplan.library.runs import frozen_of
from tmuxplan.report.decision import headline, tally
from tmuxplan.run import clock, supervisor

_FROM_THE_LEFT = "\r\x1b[K"
_CANT_DRAW = frozenset({"", "dumb", "unknown"})
_NO_COLOURS = ("vt1", "vt2", "vt52", "ansi-m", "-m")
"""Beginnings of the names of terminals that have none; `linux-m` and `xterm-mono` end so."""


def show(folder: RunFolder, *, stay: bool) -> None:
    """Mission control, where the terminal can show it; else the table, redrawn until the run
    ends. `stay` then, for a window that people come back to."""
    if can_draw():
        dashboard(folder, stay=stay)
        return
    from tmuxplan.ui.live import View, watch  # noqa: PLC0415 (Rich, which the other has not)

    watch(
        View(
            tail=Tail(folder.events),
            frozen=frozen_of(folder),
            alive=lambda: supervisor.alive(folder),
            now=clock.now,
            stay=stay,
        )
    )


def can_draw() -> bool:
    """Whether there is a terminal on both sides that can address its cursor."""
    if os.environ.get("TERM", "") in _CANT_DRAW:
        return False
    return sys.stdin.isatty() and sys.stdout.isatty()


def no_colours(term: str) -> bool:
    """Whether terminals of this name have no colours."""
    return term.startswith(_NO_COLOURS) or term.endswith(("-m", "-mono"))


def dashboard(folder: RunFolder, *, stay: bool) -> None:
    """Mission control, until somebody leaves it; or what it became, as tmux at a task's window.
    `stay`: in window 0, where leaving is leaving tmux."""
    click.echo(f"run {folder.id} ...", nl=False)  # seen at once, until all that is imported
    from tmuxplan.commands.visiting import leave_tmux, visit  # noqa: PLC0415 (libtmux)
    from tmuxplan.library.watching import Place, source_of  # noqa: PLC0415 (slow to import)
    from tmuxplan.ui.dashboard.app import Dashboard  # noqa: PLC0415 (Textual: 0.2 s)

    place = Place(lambda task: visit(folder, task), leave_tmux if stay else lambda: False, stay)
    for name in ("COLUMNS", "LINES"):  # Textual would believe them, also when the window changed
        os.environ.pop(name, None)
    app = Dashboard(source_of(folder, place), plain=no_colours(os.environ.get("TERM", "")))
    argv = app.run()
    if argv:
        os.environ.pop("TMUX", None)
        os.execvp(argv[0], argv)
    run = app.facts
    click.echo(f"{_FROM_THE_LEFT}{run.plan_title}: {headline(run)}; {tally(run)}")
