"""Windows that are set up before their tasks' turn.

A window with its log takes tmux's server 4 ms, one after the other, and its outer shell as long to
begin. What may start next is set up while others run; when its turn comes, its outer shell is told
so through a pipe of ours, which takes a tenth of that. One that is not told never begins.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections import deque
from functools import partial

import msgspec

from tmuxplan.backends import files
from tmuxplan.backends.ending import Look
from tmuxplan.backends.tmux.pipe import pipe_command
from tmuxplan.backends.tmux.session import Session
from tmuxplan.errors import BackendError
from tmuxplan.run import clock
from tmuxplan.run.backend import Attempt

MOST = 24
"""Each is three processes that wait."""
_AT_ONCE = 4
"""A start that was not foreseen waits for no more of them."""
_BEGINS_S = 30.0
"""How long one that was told may take to begin, on the busiest machine."""


class _Seat(msgspec.Struct, eq=False):
    """An attempt's window that is set up, or asked for: then `pid` is 0. The pipe has no name that
    a task could read or write by chance; its outer shell opens it in /proc, where our end has the
    number `writes`. `told_at`: when it was to begin (monotonic seconds)."""

    attempt: Attempt
    reads: int
    writes: int
    pid: int = 0
    asked: bool = True
    told_at: float = 0.0

    def close(self) -> None:
        os.close(self.reads)
        os.close(self.writes)


class Ahead:
    """Those of one session after the other. `read` looks at one process. Whatever goes wrong, an
    attempt starts as if it had not been foreseen."""

    def __init__(self, linger: str, read: Look) -> None:
        self._session: Session | None = None
        self._linger = linger
        self._read = read
        self._expected: deque[Attempt] = deque()
        self._seats: dict[str, _Seat] = {}
        self._starting: dict[str, _Seat] = {}
        self._leaving: list[_Seat] = []

    def opened(self, session: Session) -> None:
        """What starts does so in this session; what was set up in another one went with that."""
        self._session = None
        self.close()
        self._session = session

    @property
    def most(self) -> int:
        """How many may be expected at once. Where each task has a window from the beginning, it
        says what the task waits for."""
        many = self._session is not None and self._session.many
        return MOST if many and sys.platform == "linux" else 0

    def expect(self, attempt: Attempt) -> None:
        """It may start soon."""
        if self._session is not None and self._session.place(attempt.task) is None:
            self._expected.append(attempt)

    def ask(self) -> None:
        """For the next windows."""
        self._let_go()
        asked = sum(seat.asked for seat in self._seats.values())
        while self._session is not None and self._expected and asked < _AT_ONCE:
            attempt = self._expected.popleft()
            with contextlib.suppress(OSError):  # its start will say so
                self._ask_for(attempt, self._session)
                asked += 1

    def _ask_for(self, attempt: Attempt, session: Session) -> None:
        files.set_up(attempt)
        seat = self._seats[attempt.task] = _Seat(attempt, *os.pipe())
        way = f"/proc/{os.getpid()}/fd/{seat.writes}"
        argv = files.outer_argv(attempt, self._linger, told_by=way)
        pipe = pipe_command(attempt.folder / "log")
        session.set_up(attempt.task, argv, pipe, partial(self._answered, seat, session))

    def _answered(self, seat: _Seat, session: Session, answer: int | BackendError) -> None:
        seat.asked = False
        seat.pid = 0 if isinstance(answer, BackendError) else answer
        if seat in self._leaving:
            session.close(seat.attempt.task)

    def begins(self, attempt: Attempt) -> bool:
        """It starts. Whether its folder is there already."""
        self._not_expected(attempt.task)
        seat = self._seats.get(attempt.task)
        if seat is None or seat.attempt is not attempt:
            self.drop(attempt.task)
            return False
        self._starting[attempt.task] = self._seats.pop(attempt.task)
        return True

    def go(self, task: str) -> int:
        """Let it begin. The pid of its outer shell; 0: none is there that waits."""
        seat = self._starting.get(task)
        if seat is None or seat.told_at:
            return 0
        seat.told_at = clock.monotonic()
        if not seat.pid or self._read(seat.pid) is None:  # a person may have closed its window
            self._close_window(task)
            self.ended(task)
            return 0
        os.write(seat.writes, f"{seat.attempt.nonce}\n".encode())
        return seat.pid

    def late(self) -> list[Attempt]:
        """Those that were told long ago, and never will begin."""
        late = []
        for task, seat in tuple(self._starting.items()):
            if seat.told_at and clock.monotonic() >= seat.told_at + _BEGINS_S:
                self.ended(task)
                late += [seat.attempt] if files.claim(seat.attempt.folder) else []
        return late

    def next_at(self) -> float:
        """When to look for those (monotonic seconds)."""
        times = (seat.told_at + _BEGINS_S for seat in self._starting.values() if seat.told_at)
        return min(times, default=float("inf"))

    def ended(self, task: str) -> None:
        """Its outer shell needs to be told nothing more."""
        seat = self._starting.pop(task, None)
        if seat is not None:
            seat.close()

    def drop(self, task: str) -> None:
        """It is not to start: its window, which showed nothing, is closed."""
        self._not_expected(task)
        seat = self._seats.pop(task, None)
        if seat is not None:
            self._close_window(task)
            self._leaving.append(seat)
            files.take_down(seat.attempt)

    def close(self) -> None:
        """Nothing more will start here."""
        for task in tuple(self._seats):
            self.drop(task)
        for task in tuple(self._starting):
            self.ended(task)
        for seat in self._leaving:
            seat.close()
        self._leaving.clear()
        self._expected.clear()

    def _let_go(self) -> None:
        """Of the pipes whose outer shells are gone: one that came late would take another pipe,
        that has the number by then, for its own."""
        for seat in tuple(self._leaving):
            if not seat.asked and (not seat.pid or self._read(seat.pid) is None):
                self._leaving.remove(seat)
                seat.close()

    def _close_window(self, task: str) -> None:
        """Where it has one by now."""
        if self._session is not None:
            self._session.close(task)

    def _not_expected(self, task: str) -> None:
        self._expected = deque(one for one in self._expected if one.task != task)
