"""The live table: mission control in window 0, and `watch`."""

from __future__ import annotations

import contextlib
import os
import select
import sys
import termios
import tty
from collections.abc import Callable, Iterator

import msgspec
from rich.console import Console, Group
from rich.live import Live
from rich.text import Text

from tmuxplan.journal.journal import Tail
from tmuxplan.plan.model import Frozen
from tmuxplan.report.facts import RunFacts
from tmuxplan.report.gathering import facts
from tmuxplan.schedule.state import RunState
from tmuxplan.ui.screen import Screen
from tmuxplan.ui.tables import status_table, status_view

INTERVAL_S = 0.5
"""How often a run that goes on is looked at and drawn: its times tick."""
AT_REST_S = 2.0
"""How often one that has ended is looked at: somebody may go on with it. It is drawn again only
where it, or the size of the terminal, changed: finished runs' windows stay open for days."""


class View(msgspec.Struct, frozen=True):
    """What the live table looks at. `alive`: does the supervisor live; `now`: epoch seconds.

    `leaving` are the words for how to leave; `stay`: also after the end, until a key or Ctrl-C.
    """

    frozen: Frozen
    tail: Tail
    alive: Callable[[], bool]
    now: Callable[[], float]
    leaving: str = "q or Ctrl-C leaves this view; the run goes on"
    stay: bool = False


def watch(view: View) -> RunFacts:
    """Redraw until the run ended (or for good, with `stay`), a key, or Ctrl-C; what was seen last.

    Stopping to look never stops the run.
    """
    state = RunState()
    console = Console(highlight=False, markup=False, emoji=False)
    run = _look(view, state)
    drawn: tuple[object, ...] = ()
    canvas = Live(console=console, screen=console.is_terminal, auto_refresh=False)
    with contextlib.suppress(KeyboardInterrupt), keys() as keyboard, canvas as live:
        while True:
            seen = (run.state, state.last_at, console.size)
            if console.is_terminal and (not _over(run) or seen != drawn):
                live.update(_picture(run, view, console), refresh=True)
            drawn = seen
            if (_over(run) and not view.stay) or _left(keyboard, _patience(run)):
                break
            run = _look(view, state)
    console.print(Text.from_ansi(status_table(run)), soft_wrap=True)
    return run


def _look(view: View, state: RunState) -> RunFacts:
    alive = view.alive()  # before the journal: its last words are then in it
    for event in view.tail.new():
        state.apply(event)
    return facts(view.frozen, state, view.now(), alive)


def _over(run: RunFacts) -> bool:
    return run.state != "running"


def _picture(run: RunFacts, view: View, console: Console) -> Group:
    size = Screen(width=console.width, height=console.height, colour=True)
    words = view.leaving
    if _over(run):
        words = f"{words}; report: tmuxplan collect --run {run.id}"
    return Group(status_view(run, size), Text(words, "dim", no_wrap=True, overflow="ellipsis"))


def _patience(run: RunFacts) -> float:
    return AT_REST_S if _over(run) else INTERVAL_S


def _left(keyboard: int | None, patience_s: float) -> bool:
    """Wait for the next picture's time, or a key; True for the keys that leave."""
    watched = [] if keyboard is None else [keyboard]
    ready, _, _ = select.select(watched, [], [], patience_s)
    if not ready or keyboard is None:
        return False
    pressed = os.read(keyboard, 64)
    # Nothing to read although it is ready: the terminal is gone.
    return not pressed or pressed[:1] in (b"q", b"Q", b"\x03", b"\x04")


@contextlib.contextmanager
def keys() -> Iterator[int | None]:
    """The keyboard, key by key, unechoed; None where stdin is no terminal."""
    if not sys.stdin.isatty():
        yield None
        return
    keyboard = sys.stdin.fileno()
    before = termios.tcgetattr(keyboard)
    tty.setcbreak(keyboard)
    try:
        yield keyboard
    finally:
        termios.tcsetattr(keyboard, termios.TCSADRAIN, before)
