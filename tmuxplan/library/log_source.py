"""One attempt's log as it grows, masked by what the journal says of it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec

from tmuxplan.errors import UsageError
from tmuxplan.judge.secrets import secret_values
from tmuxplan.library.keeping import kept_of
from tmuxplan.library.logs import masked
from tmuxplan.library.runs import Opened, open_folder
from tmuxplan.run import clock
from tmuxplan.schedule.state import AttemptRecord

LAG_S = 0.3
"""Bytes younger than this wait: the journal names a secret just after it was printed."""


class Source:
    """One attempt's log, masked by what the journal says when it is read."""

    def __init__(self, opened: Opened, task: str, n: int, path: Path) -> None:
        self._opened = opened
        self._task = task
        self._n = n
        self._path = path

    def so_far(self, begin: int = 0) -> Iterator[bytes]:
        """Everything that the journal has had the time to speak of."""
        yield from self.settled(begin)()

    def settled(self, begin: int = 0) -> Callable[[], Iterator[bytes]]:
        """The same as it is now, to be read as often as one likes."""
        end = size(self._path)
        if self._running():
            clock.pause(LAG_S)
            self._opened = open_folder(self._opened.folder)
        attempt = self._opened.state.task(self._task).attempts[self._n - 1]
        return lambda: masked(self._path, attempt.secrets, begin, end)

    def following(self) -> Iterator[bytes]:
        """Everything, until the attempt has ended or nobody watches it any more."""
        seen = 0
        while True:
            running, end = self._running(), size(self._path)
            yield from self.so_far(seen)
            seen = end
            if not running:
                return

    def _running(self) -> bool:
        attempt = self._opened.state.task(self._task).attempts[self._n - 1]
        return attempt.verdict is None and self._opened.alive


def caught_up(opened: Opened) -> Opened:
    """The run a moment later, when the journal has spoken of all that its logs hold now. At once
    where nothing runs."""
    if opened.log_ends or not opened.alive:
        return opened
    growing = {
        (task, attempt.n): size(opened.folder.attempt(task, attempt.n) / "log")
        for task, record in opened.state.tasks.items()
        for attempt in record.attempts
        if attempt.verdict is None
    }
    if not growing:
        return opened
    clock.pause(LAG_S)
    return msgspec.structs.replace(open_folder(opened.folder), log_ends=growing)


def attempt_of(opened: Opened, task: str, n: int | None) -> AttemptRecord:
    """Attempt `n` of a task, by default the last. UsageError: there is none."""
    attempts = opened.state.task(task).attempts
    if not attempts:
        raise UsageError(f"{task} has not started", f"see `tmuxplan explain {task}`")
    if n is None:
        return attempts[-1]
    if not 0 < n <= len(attempts):
        raise UsageError(f"{task} has no attempt {n}", f"it has {len(attempts)}")
    return attempts[n - 1]


def values_of(opened: Opened) -> tuple[bytes, ...]:
    """This shell's own secrets: what ran while no supervisor watched was never looked at."""
    names = kept_of(opened.folder).secret_names
    return tuple(v.encode("utf-8", "surrogateescape") for v in secret_values(os.environ, names))


def size(path: Path) -> int:
    """Bytes of a file; 0 where there is none."""
    try:
        return path.stat().st_size
    except OSError:
        return 0
