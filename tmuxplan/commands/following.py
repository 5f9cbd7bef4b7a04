"""Showing a run that goes on, for `--wait` and `status --watch`."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable

import click

from tmuxplan.events import Event
from tmuxplan.journal.folder import RunFolder
from tmuxplan.library.until import TICK_S, until_ended
from tmuxplan.plan.model import Frozen
from tmuxplan.run import clock, supervisor
from tmuxplan.schedule.state import RunState
from tmuxplan.ui.ending import harmless
from tmuxplan.ui.lines import Lines, Shown


def draws() -> bool:
    """Whether standard output is a terminal that can draw a line again."""
    return sys.stdout.isatty() and os.environ.get("TERM", "dumb") not in ("", "dumb", "unknown")


def in_github() -> bool:
    """Whether GitHub's runner reads what we print."""
    return os.environ.get("GITHUB_ACTIONS") == "true"


def follow(
    folder: RunFolder,
    frozen: Frozen,
    leaving: str,
    past: int = 0,
    enough: Callable[[RunState], bool] | None = None,
) -> RunState:
    """Show the run until it ended, or is `enough`, or its supervisor is gone. The first `past`
    events are history, and not told; `leaving` says how to leave."""
    with (
        supervisor.watching(folder) as lives,
        _live(frozen, past, leaving) if draws() else Lines(frozen, past, _echo) as shown,
    ):
        once = _Once(shown)
        while True:
            once.again()
            state = until_ended(folder, once.hear, enough=enough, tick=shown.tick)
            over = state.ended is not None or (enough is not None and enough(state))
            if over or not lives():
                return state
            _until_back(folder, lives)


class _Once:
    """Tells each event once, though the journal is read from its beginning again."""

    def __init__(self, shown: Shown) -> None:
        self._shown = shown
        self._told = self._at = 0

    def again(self) -> None:
        """What comes now begins with the first event."""
        self._at = 0

    def hear(self, event: Event, state: RunState) -> None:
        """Tell it, if it is a new one."""
        self._at += 1
        if self._at > self._told:
            self._told = self._at
            self._shown.hear(event, state)


def _until_back(folder: RunFolder, lives: Callable[[], bool]) -> None:
    """While somebody works on the run, and its folder has another name, or none."""
    while lives() and not folder.supervisor_json.exists():
        clock.pause(TICK_S)


def _live(frozen: Frozen, past: int, leaving: str) -> Shown:
    from tmuxplan.ui.waiting import LiveTable  # noqa: PLC0415 (Rich: terminals alone draw)

    return LiveTable(frozen, past, leaving)


def _echo(line: str) -> None:
    click.echo(harmless(line) if in_github() else line)
