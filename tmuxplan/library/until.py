"""Following a run until it ends."""

from __future__ import annotations

from collections.abc import Callable

from tmuxplan.events import Event
from tmuxplan.journal.folder import RunFolder
from tmuxplan.journal.journal import Tail
from tmuxplan.run import clock, supervisor
from tmuxplan.schedule.state import RunState

TICK_S = 0.05

Hear = Callable[[Event, RunState], None]


def until_ended(
    folder: RunFolder, hear: Hear | None = None, timeout_s: float | None = None
) -> RunState:
    """Tell `hear` of every event, in order, until the run ended, its supervisor is gone, or
    the time is over. The state then."""
    tail, state = Tail(folder.events), RunState()
    deadline = None if timeout_s is None else clock.monotonic() + timeout_s
    while True:
        alive = supervisor.alive(folder)  # before reading: its last words are then read too
        for event in tail.new():
            state.apply(event)
            if hear is not None:
                hear(event, state)
        late = deadline is not None and clock.monotonic() >= deadline
        if state.ended is not None or not alive or late:
            return state
        clock.pause(TICK_S)
