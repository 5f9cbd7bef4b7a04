"""`launch --wait`: progress while a run goes on, and its verdict as the exit status."""

from __future__ import annotations

import itertools
import signal
import sys
from types import FrameType

import click

from tmuxplan import machine
from tmuxplan.commands.opening import EXIT
from tmuxplan.errors import ControlError
from tmuxplan.events import Event
from tmuxplan.journal.folder import RunFolder
from tmuxplan.library.collecting import causes_now
from tmuxplan.library.runs import frozen_of, open_folder
from tmuxplan.library.until import only_people, until_ended
from tmuxplan.report.causes_told import text
from tmuxplan.run import supervisor
from tmuxplan.run.control import StopRun, ask
from tmuxplan.schedule.state import RunState
from tmuxplan.ui.progress import formatted


def wait(folder: RunFolder, past: int = 0) -> int:
    """Print one line per change of state until the run ends; the exit status by its verdict.
    The first `past` events are history, and not told.

    At a terminal an interrupt leaves the run alone and says how to come back; without one
    see `Interrupts`.
    """
    frozen = frozen_of(folder)
    heard = itertools.count()

    def tell(event: Event, state: RunState) -> None:
        line = formatted(event, state, frozen) if next(heard) >= past else None
        if line is not None:
            click.echo(line)

    try:
        state = until_ended(folder, tell, enough=lambda state: only_people(frozen, state))
    except KeyboardInterrupt:
        click.echo(
            f"\nrun {folder.id} goes on; come back: tmuxplan watch or tmuxplan attach, "
            "end it: tmuxplan stop",
            err=True,
        )
        return 130
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
    if state.ended.verdict == "NO GO":
        told = text(causes_now(open_folder(folder)))
        click.echo(f"\nWhy:\n{told}" if told else "", nl=False)
    return EXIT[state.ended.verdict]


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
            _stop(folder, self._came)

    def _heard(self, number: int, _: FrameType | None) -> None:
        self._came = number
        if self._folder is not None:
            _stop(self._folder, number)


def _stop(folder: RunFolder, number: int) -> None:
    why = f"{signal.Signals(number).name} to tmuxplan launch --wait"
    click.echo(f"{why}: stopping the run", err=True)
    try:
        ask(folder.control_socket, StopRun(machine.user(), why))
    except ControlError as error:
        click.echo(f"tmuxplan: {error}", err=True)
