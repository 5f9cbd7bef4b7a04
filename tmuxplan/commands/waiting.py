"""`launch --wait`: progress while a run goes on, and its verdict as the exit status."""

from __future__ import annotations

import os
import sys

import click

from tmuxplan.commands.following import draws, follow, in_github
from tmuxplan.commands.interrupts import stop
from tmuxplan.commands.opening import EXIT
from tmuxplan.journal.folder import RunFolder
from tmuxplan.library.collecting import causes_now
from tmuxplan.library.excerpts import excerpts
from tmuxplan.library.runs import open_folder
from tmuxplan.library.stopping import unfinished
from tmuxplan.library.until import only_people
from tmuxplan.plan.model import Frozen
from tmuxplan.run import clock, supervisor
from tmuxplan.schedule.state import RunState
from tmuxplan.ui.ending import ending, table
from tmuxplan.ui.screen import screen

SECOND_S = 2.0
"""So long after a Ctrl-C another one stops the run."""
FINISH_S = 1.0
"""How long a supervisor that has told the verdict is waited for."""
_LEAVING = "Ctrl-C leaves, and the run goes on; twice stops it"
_CLOSED = 141
"""The exit status where nobody reads our output any more, as that of a program ended by SIGPIPE."""


def wait(folder: RunFolder, frozen: Frozen, past: int = 0) -> int:
    """Show the run of this plan until it ends; the exit status by its verdict. The first `past`
    events are history, and not told.

    At a terminal an interrupt leaves the run alone and says how to come back, a second one stops
    it; without one see `interrupts`. Where the output is closed, the run goes on.
    """

    def enough(state: RunState) -> bool:
        return only_people(frozen, state)

    try:
        try:
            state = follow(folder, frozen, _LEAVING, past, enough)
        except KeyboardInterrupt:
            if not _stopped_by_another(folder):
                return 130
            state = follow(folder, frozen, "", sys.maxsize)
        return _told(folder, frozen, state)
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        _let_go_of_output()
        click.echo(f"nobody reads this any more; run {folder.id} goes on", err=True)
        return _CLOSED


def _stopped_by_another(folder: RunFolder) -> bool:
    """Say that the run goes on, unless another interrupt comes now: then it is to stop."""
    click.echo(
        f"\nrun {folder.id} goes on\n"
        "  come back: tmuxplan watch, or tmuxplan attach\n"
        f"  end it:    tmuxplan stop, or Ctrl-C again within {SECOND_S:g} seconds",
        err=True,
    )
    try:
        clock.pause(SECOND_S)
    except KeyboardInterrupt:
        stop(folder, "Ctrl-C twice")
        return True
    return False


def _told(folder: RunFolder, frozen: Frozen, state: RunState) -> int:
    """Say how it ended; the exit status."""
    if state.ended is None and supervisor.alive(folder) and only_people(frozen, state):
        click.echo(
            f"run {folder.id} waits for people, with servers that are up for what follows; "
            "end it: tmuxplan stop",
            err=True,
        )
        return EXIT["PENDING"]
    if state.ended is None:
        click.echo(unfinished(folder), err=True)
        return EXIT[None]
    _let_finish(folder)
    if state.ended.verdict != "NO GO" and not draws():
        return EXIT[state.ended.verdict]  # the last line has said it
    opened = open_folder(folder)
    run = opened.facts
    if draws():
        click.echo(table(run, screen()))
    causes = causes_now(opened) if run.verdict == "NO GO" else ()
    for line in ending(run, causes, excerpts(opened, run), grouped=in_github()):
        click.echo(line)
    return EXIT[state.ended.verdict]


def _let_finish(folder: RunFolder) -> None:
    """Who removes the folder after us must not meet the supervisor as it puts its things away."""
    until = clock.monotonic() + FINISH_S
    while supervisor.alive(folder) and clock.monotonic() < until:
        clock.pause(0.001)


def _let_go_of_output() -> None:
    """Python would complain when it flushes."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
