"""`launch --wait`: progress while a run goes on, and its verdict as the exit status."""

from __future__ import annotations

import os
import signal
import sys
from types import FrameType

import click

from tmuxplan import machine
from tmuxplan.commands.following import draws, follow, in_github
from tmuxplan.commands.opening import EXIT
from tmuxplan.errors import ControlError
from tmuxplan.journal.folder import RunFolder
from tmuxplan.library.collecting import causes_now
from tmuxplan.library.excerpts import excerpts
from tmuxplan.library.runs import frozen_of, open_folder
from tmuxplan.library.until import only_people
from tmuxplan.plan.model import Frozen
from tmuxplan.run import clock, supervisor
from tmuxplan.run.control import StopRun, ask
from tmuxplan.schedule.state import RunState
from tmuxplan.ui.ending import ending, table
from tmuxplan.ui.screen import screen

SECOND_S = 2.0
"""So long after a Ctrl-C another one stops the run."""
_LEAVING = "Ctrl-C leaves, and the run goes on; twice stops it"
_CLOSED = 141
"""The exit status where nobody reads our output any more, as that of a program ended by SIGPIPE."""


def wait(folder: RunFolder, past: int = 0) -> int:
    """Show the run until it ends; the exit status by its verdict. The first `past` events are
    history, and not told.

    At a terminal an interrupt leaves the run alone and says how to come back, a second one stops
    it; without one see `Interrupts`. Where the output is closed, the run goes on.
    """
    frozen = frozen_of(folder)
    try:
        try:
            state = follow(folder, frozen, _LEAVING, past)
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
        f"\nrun {folder.id} goes on; come back: tmuxplan watch or tmuxplan attach, "
        "end it: tmuxplan stop, or Ctrl-C again now",
        err=True,
    )
    try:
        clock.pause(SECOND_S)
    except KeyboardInterrupt:
        _stop(folder, "Ctrl-C twice")
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
        click.echo(
            f"run {folder.id} has lost its supervisor; go on: tmuxplan resume {folder.id} "
            f"(see {folder.supervisor_log})",
            err=True,
        )
        return 3
    opened = open_folder(folder)
    run = opened.facts
    if draws():
        click.echo(table(run, screen()))
    causes = causes_now(opened) if run.verdict == "NO GO" else ()
    for line in ending(run, causes, excerpts(opened, run), grouped=in_github()):
        click.echo(line)
    return EXIT[state.ended.verdict]


def _let_go_of_output() -> None:
    """Python would complain when it flushes."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


class Interrupts:
    """INT and TERM to a launch that waits without a terminal (CI cancels a job): they stop the
    run, one that came while it was being launched as well."""

    def __init__(self) -> None:
        self._folder: RunFolder | None = None
        self._came = 0

    def listen(self) -> None:
        """From now on."""
        if not sys.stdin.isatty():
            for number in (signal.SIGINT, signal.SIGTERM):
                signal.signal(number, self._heard)

    def launched(self, folder: RunFolder) -> None:
        """This is the run to stop."""
        self._folder = folder
        if self._came:
            _stop(folder, _signal(self._came))

    def _heard(self, number: int, _: FrameType | None) -> None:
        self._came = number
        if self._folder is not None:
            _stop(self._folder, _signal(number))


def _signal(number: int) -> str:
    return f"{signal.Signals(number).name} to tmuxplan launch --wait"


def _stop(folder: RunFolder, why: str) -> None:
    click.echo(f"{why}: stopping the run", err=True)
    try:
        ask(folder.control_socket, StopRun(machine.user(), why))
    except ControlError as error:
        click.echo(f"tmuxplan: {error}", err=True)
