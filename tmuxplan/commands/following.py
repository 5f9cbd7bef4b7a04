"""Showing a run that goes on, for `--wait` and `status --watch`."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable

import click

from tmuxplan.journal.folder import RunFolder
from tmuxplan.library.until import until_ended
from tmuxplan.plan.model import Frozen
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
    with _live(frozen, past, leaving) if draws() else Lines(frozen, past, _echo) as shown:
        return until_ended(folder, shown.hear, enough=enough, tick=shown.tick)


def _live(frozen: Frozen, past: int, leaving: str) -> Shown:
    from tmuxplan.ui.waiting import LiveTable  # noqa: PLC0415 (Rich: terminals alone draw)

    return LiveTable(frozen, past, leaving)


def _echo(line: str) -> None:
    click.echo(harmless(line) if in_github() else line)
