"""What may start next is told to a backend that can do some of a start before its turn."""

from __future__ import annotations

import os
from collections.abc import Callable

from tmuxplan.run.backend import Attempt, Backend
from tmuxplan.schedule.board import Board

Prepare = Callable[[str, int, str], Attempt]
"""(task, attempt number, nonce) -> what the backend needs to run it."""


class Ahead:
    """Attempts that are made and have not begun."""

    def __init__(self, backend: Backend, board: Board, prepare: Prepare) -> None:
        self._backend = backend
        self._board = board
        self._prepare = prepare
        self._expected: dict[str, Attempt] = {}

    def look(self, attempts_of: Callable[[str], int]) -> None:
        """Tell the backend of those that are new. `attempts_of` a task: how many it has had."""
        room = self._backend.ahead - len(self._expected)
        if room <= 0 or self._board.paused or self._board.stopped_by is not None:
            return
        for task in self._board.soon(self._backend.ahead):
            if room > 0 and task not in self._expected:
                attempt = self._made(task, attempts_of(task) + 1)
                self._expected[task] = attempt
                self._backend.expect(attempt)
                room -= 1

    def attempt(self, task: str, n: int) -> Attempt:
        """The one that begins now."""
        expected = self._expected.pop(task, None)
        return expected if expected is not None and expected.n == n else self._made(task, n)

    def forget(self, task: str) -> None:
        """It is not to start any more."""
        self._expected.pop(task, None)

    def _made(self, task: str, n: int) -> Attempt:
        return self._prepare(task, n, os.urandom(8).hex())
