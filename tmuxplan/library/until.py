"""Following a run until it ends."""

from __future__ import annotations

from collections.abc import Callable

from tmuxplan.events import Event
from tmuxplan.journal.folder import RunFolder
from tmuxplan.journal.journal import Tail
from tmuxplan.plan.model import Frozen
from tmuxplan.run import clock, supervisor
from tmuxplan.schedule.decide import waits_for_people
from tmuxplan.schedule.replay import board_of
from tmuxplan.schedule.state import RunState
from tmuxplan.watch.wake import readable

LOOK_S = 0.05
"""Between two looks at the journal; its supervisor's end is noticed at once. Not by inotify: a
run of a thousand quick tasks must not have a reader at every line, and to close it would take the
kernel 6 to 15 ms, for which whoever started us would wait."""

Hear = Callable[[Event, RunState], None]


def until_ended(
    folder: RunFolder,
    hear: Hear | None = None,
    timeout_s: float | None = None,
    enough: Callable[[RunState], bool] | None = None,
    tick: Callable[[RunState, float], None] | None = None,
) -> RunState:
    """Tell `hear` of every event, in order, until the run ended, its supervisor is gone, the
    state is `enough`, or the time is over. The state then. `tick` is called all the while, with
    the time (epoch seconds)."""
    with supervisor.watching(folder) as watched:
        return _followed(folder, watched, hear, timeout_s, enough, tick)


def _followed(
    folder: RunFolder,
    watched: supervisor.Watched,
    hear: Hear | None,
    timeout_s: float | None,
    enough: Callable[[RunState], bool] | None,
    tick: Callable[[RunState, float], None] | None,
) -> RunState:
    tail, state = Tail(folder.events), RunState()
    lives, ends = watched
    deadline = None if timeout_s is None else clock.monotonic() + timeout_s
    while True:
        new, alive = tail.new(), True
        if not new:
            alive = lives()
            new = () if alive else tail.new()  # its last words
        for event in new:
            state.apply(event)
            if hear is not None:
                hear(event, state)
        if tick is not None:
            tick(state, clock.now())
        late = deadline is not None and clock.monotonic() >= deadline
        if state.ended is not None or not alive or late:
            return state
        if new and enough is not None and enough(state):
            return state
        left = LOOK_S if deadline is None else deadline - clock.monotonic()
        if readable(ends, min(LOOK_S, left)):
            ends = ()  # another may have taken over


def only_people(frozen: Frozen, state: RunState) -> bool:
    """Nothing can go on before a person acts, although servers run."""
    running = [task for task in state.tasks.values() if task.phase == "running"]
    asked = any(task.phase == "person" for task in state.tasks.values())
    if (
        not asked
        or state.started is None
        or not all(task.last and task.last.ready for task in running)
    ):
        return False
    board = board_of(frozen.plan, frozenset(state.started.selected), state, 0.0)
    return waits_for_people(board, 0.0)
