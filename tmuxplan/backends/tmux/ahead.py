"""Windows that are set up before their tasks' turn.

A window with its log takes tmux's server 4 ms, one after the other, and its outer shell as long to
begin. What may start next is set up while others run; when its turn comes, its outer shell is told
so through a FIFO, which takes a tenth of that. One that is not told never begins.
"""

from __future__ import annotations

import contextlib
import os
from collections import deque
from functools import partial

import msgspec

from tmuxplan.backends import files
from tmuxplan.backends.ending import Look
from tmuxplan.backends.tmux.pipe import pipe_command
from tmuxplan.backends.tmux.session import Session
from tmuxplan.errors import BackendError
from tmuxplan.run.backend import Attempt

MOST = 24
"""Each is three processes that wait."""
_AT_ONCE = 4
"""A start that was not foreseen waits for no more of them."""


class _Seat(msgspec.Struct):
    """An attempt's window that is set up, or asked for: then `pid` is 0. Our end of its FIFO is
    open as long as it may be read: its outer shell may come late."""

    attempt: Attempt
    fifo: int
    pid: int = 0


class Ahead:
    """Those of one session after the other. `read` looks at one process. Whatever goes wrong, an
    attempt starts as if it had not been foreseen."""

    def __init__(self, linger: str, read: Look) -> None:
        self._session: Session | None = None
        self._linger = linger
        self._read = read
        self._expected: deque[Attempt] = deque()
        self._seats: dict[str, _Seat] = {}
        self._asked: set[str] = set()
        self._told: dict[str, _Seat] = {}

    def opened(self, session: Session) -> None:
        """What starts does so in this session; what was set up in another one went with that."""
        self._session = None
        self.close()
        self._session = session

    @property
    def most(self) -> int:
        """How many may be expected at once. Where each task has a window from the beginning, it
        says what the task waits for."""
        return MOST if self._session is not None and self._session.many else 0

    def expect(self, attempt: Attempt) -> None:
        """It may start soon."""
        if self._session is not None and self._session.place(attempt.task) is None:
            self._expected.append(attempt)

    def ask(self) -> None:
        """For the next windows, while nobody waits for anything else."""
        while self._session is not None and self._expected and len(self._asked) < _AT_ONCE:
            attempt = self._expected.popleft()
            with contextlib.suppress(OSError):  # its start will say so
                self._ask_for(_Seat(attempt, files.set_up(attempt)), self._session)

    def _ask_for(self, seat: _Seat, session: Session) -> None:
        attempt = seat.attempt
        self._seats[attempt.task] = seat
        self._asked.add(attempt.task)
        argv = files.outer_argv(attempt, self._linger, waits=True)
        pipe = pipe_command(attempt.folder / "log")
        session.set_up(attempt.task, argv, pipe, partial(self._answered, seat, session))

    def _answered(self, seat: _Seat, session: Session, answer: int | BackendError) -> None:
        task = seat.attempt.task
        self._asked.discard(task)
        if seat is not self._seats.get(task):  # it is not to start any more
            session.close(task)
        elif not isinstance(answer, BackendError):
            seat.pid = answer

    def begins(self, attempt: Attempt) -> bool:
        """It starts. Whether its folder is there already."""
        self._not_expected(attempt.task)
        return attempt.task in self._seats

    def go(self, task: str) -> int:
        """Let it begin. The pid of its outer shell; 0: none is there that waits."""
        seat = self._seats.pop(task, None)
        if seat is None:
            return 0
        self._told[task] = seat
        if not seat.pid or self._read(seat.pid) is None:  # a person may have closed its window
            self._close(task)
            return 0
        os.write(seat.fifo, b"go\n")
        return seat.pid

    def ended(self, task: str) -> None:
        """Its outer shell has been told, and is over."""
        seat = self._told.pop(task, None)
        if seat is not None:
            os.close(seat.fifo)

    def drop(self, task: str) -> None:
        """It is not to start: its window, which showed nothing, is closed."""
        self._not_expected(task)
        seat = self._seats.pop(task, None)
        if seat is None:
            return
        self._close(task)
        os.close(seat.fifo)
        files.take_down(seat.attempt)

    def _close(self, task: str) -> None:
        """Its window, where it has one by now."""
        if self._session is not None:
            self._session.close(task)

    def _not_expected(self, task: str) -> None:
        self._expected = deque(one for one in self._expected if one.task != task)

    def close(self) -> None:
        """Nothing more will start here."""
        for task in tuple(self._seats):
            self.drop(task)
        for task in tuple(self._told):
            self.ended(task)
        self._expected.clear()
        self._asked.clear()
