"""Other runs of the same user, as one run meets them: at the locks that hold across runs."""

from __future__ import annotations

from tmuxplan import events as ev
from tmuxplan.plan.locks import spoken
from tmuxplan.run import clock
from tmuxplan.run.ports import Ports
from tmuxplan.schedule.board import Board
from tmuxplan.schedule.state import RunState

LOOK_S = 1.0
"""How often is looked whether a lock of another run is free, while a task waits for it."""


class Neighbours:
    """What this run holds against other runs, and who of it waits for them.

    `ports` None: this run starts nothing.
    """

    def __init__(self, ports: Ports | None, board: Board, state: RunState) -> None:
        self._ports = ports
        self._board = board
        self._state = state
        self._told = {task.id for task in state.tasks.values() if task.awaits is not None}
        self._look_at = 0.0
        self._broken = ""

    def admits(self, task: str) -> bool:
        """Whether the task may start: it has all locks that hold across runs, from now on."""
        if self._ports is None:
            return True
        outside = self._board.outside
        needed = outside.needed(task, self._board.open)
        if not needed:
            return True
        lacks = self._ports.take(needed, task)
        if lacks and not outside.elsewhere:
            self._look_at = clock.monotonic() + LOOK_S
        outside.elsewhere.update(lacks)
        return not lacks

    def look(self, now: float) -> None:
        """Let go of what nobody needs; and now and then, ask again for what is missing."""
        if self._ports is not None and self._ports.holds_any:
            self._ports.keep(self._board.held_outside())
        if self._board.outside.elsewhere and now >= self._look_at:
            self._board.outside.elsewhere.clear()

    def patience(self, now: float) -> float | None:
        """Seconds until it is worth looking; None: nobody waits."""
        if not self._board.outside.elsewhere:
            return None
        return max(0.0, self._look_at - now)

    def news(self, now: float) -> list[ev.LockAwaited]:
        """Who has begun to wait, for another or for whom else; and who waits no longer."""
        waiting = self._board.kept_out(now)
        found = [self._waits(task, sorted(lacks)) for task, lacks in waiting.items()]
        over = [task for task in self._told - waiting.keys() if self._state.task(task).awaits]
        self._told = set(waiting)
        found += [ev.LockAwaited(at=clock.now(), task=task) for task in over]
        return [event for event in found if self._is_new(event)]

    def _waits(self, task: str, lacks: list[str]) -> ev.LockAwaited:
        holders = dict.fromkeys(self._board.outside.elsewhere[name] for name in lacks)
        held_by = " and ".join(holders)
        return ev.LockAwaited(at=clock.now(), task=task, locks=tuple(lacks), held_by=held_by)

    def _is_new(self, event: ev.LockAwaited) -> bool:
        said = self._state.task(event.task).awaits
        before = (said.locks, said.held_by) if said is not None else ((), "")
        return before != (event.locks, event.held_by)

    def come_back(self) -> list[ev.Notice]:
        """Take again what running tasks hold, in the place of a supervisor that died; what was
        taken meanwhile is said."""
        found = []
        for task in self._board.running if self._ports is not None else ():
            found += self._take_back(task)
        return found

    def _take_back(self, task: str) -> list[ev.Notice]:
        assert self._ports is not None
        outside, found = self._board.outside, []
        for name in sorted(outside.needed(task, self._board.open)):
            taken = self._ports.take((name,), task).get(name)
            if taken and name in outside.own(task):
                text = f"{task} still runs with {spoken(name)}, which {taken} took meanwhile"
                found.append(ev.Notice(at=clock.now(), text=text))
        return found

    def trouble(self) -> str:
        """Why locks hold only within this run, if they do; said once."""
        broken = self._ports.broken if self._ports is not None else ""
        if not broken or self._broken:
            return ""
        self._broken = broken
        return f"locks on ports hold only within this run: {broken}"
