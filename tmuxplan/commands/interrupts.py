"""Signals to a `launch --wait`, heard before the run is on: as little is imported as can be."""

from __future__ import annotations

import signal
import sys
from types import FrameType

import click

from tmuxplan import machine
from tmuxplan.errors import ControlError
from tmuxplan.journal.folder import RunFolder
from tmuxplan.run.control import StopRun, ask


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
            stop(folder, _said(self._came))

    def _heard(self, number: int, _: FrameType | None) -> None:
        self._came = number
        if self._folder is not None:
            stop(self._folder, _said(number))


def _said(number: int) -> str:
    return f"{signal.Signals(number).name} to tmuxplan launch --wait"


def stop(folder: RunFolder, why: str) -> None:
    """End the run; what keeps it from that is told."""
    click.echo(f"{why}: stopping the run", err=True)
    try:
        ask(folder.control_socket, StopRun(machine.user(), why))
    except ControlError as error:
        click.echo(f"tmuxplan: {error}", err=True)
