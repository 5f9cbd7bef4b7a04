"""Every attempt that runs: one look at the process table, one place that notices deaths."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator

from tmuxplan.backends import files
from tmuxplan.backends.live import Live
from tmuxplan.backends.processes import Census
from tmuxplan.events import AttemptEnded, Event
from tmuxplan.run import clock
from tmuxplan.run.backend import Attempt
from tmuxplan.watch.wake import readable

Key = tuple[str, int]

_LOOK_S = 0.1
"""How often a shell's death is looked for where the kernel can't tell of it (macOS)."""
_HANG_UP_S = 1.0
"""How often a closed window is looked for: the outer shell outlives its terminal."""
HUNG_UP_DEADLINE_S = 0.5
"""How long the log of a closed window may still grow."""


class Roster:
    """Attempts by task and number, and a descriptor for each that is readable at its death.

    `died`: what to say of one whose outer shell is gone.
    """

    def __init__(self, died: str) -> None:
        self._died = died
        self.census = Census()
        self._lives: dict[Key, Live] = {}
        self._pidfds: dict[int, Live] = {}
        self._blind = False
        self._looked_at = clock.monotonic()

    def __iter__(self) -> Iterator[Live]:
        return iter(self._lives.values())

    def __len__(self) -> int:
        return len(self._lives)

    def get(self, task: str, n: int) -> Live | None:
        """The attempt, while it runs."""
        return self._lives.get((task, n))

    def add(self, live: Live) -> None:
        """Take an attempt that was just started, or that an earlier supervisor started."""
        self._lives[live.attempt.task, live.attempt.n] = live
        if not live.known:
            return
        if not hasattr(os, "pidfd_open"):
            self._blind = True
            return
        try:
            self._pidfds[os.pidfd_open(live.pid)] = live
        except ProcessLookupError:
            live.gone(self._died)
        except OSError:
            self._blind = True  # too many open files, or an old kernel

    def fds(self) -> Collection[int]:
        """Readable when a shell has died."""
        return self._pidfds.keys()

    def next_at(self) -> float:
        """When `step` has something to do without news (monotonic seconds)."""
        now = clock.monotonic()
        times = [live.next_at(now) for live in self._lives.values()]
        if times:
            times.append(now + _LOOK_S if self._blind else self._looked_at + _HANG_UP_S)
        return min(times, default=float("inf"))

    def step(self) -> tuple[list[Event], list[Live]]:
        """What happened, and the attempts that ended by it."""
        self._notice_deaths()
        now, events = clock.monotonic(), list[Event]()
        due = [live for live in self._lives.values() if live.next_at(now) <= now]
        for live in due:
            events += live.settle()
        if any(live.looks for live in due):
            self.census.look()
        for live in due:
            events += live.step()
        over = [live for live in due if live.ended]
        for live in over:
            self._drop(live)
        return events, over

    def close(self) -> None:
        """Let go of the descriptors; the attempts go on."""
        for fd in self._pidfds:
            os.close(fd)
        self._pidfds.clear()
        self._lives.clear()

    def _notice_deaths(self) -> None:
        for fd in readable(self._pidfds):
            self._pidfds.pop(fd).gone(self._died)
            os.close(fd)
        now = clock.monotonic()
        if not self._blind and now < self._looked_at + _HANG_UP_S:
            return
        self._looked_at = now
        for live in self._lives.values():
            shell = live.shell()
            if shell is None:
                live.gone(self._died)
            elif not shell.terminal and now > live.since + _HANG_UP_S:  # one just forked has none
                live.gone("its window was closed", HUNG_UP_DEADLINE_S)

    def _drop(self, live: Live) -> None:
        del self._lives[live.attempt.task, live.attempt.n]
        self.census.forget(live.marker)
        for fd in [fd for fd, one in self._pidfds.items() if one is live]:
            del self._pidfds[fd]
            os.close(fd)
        files.remove_secrets(live.attempt.folder)


def not_started(attempt: Attempt, why: str) -> AttemptEnded:
    """The end of an attempt that could not be started."""
    files.remove_secrets(attempt.folder)
    now = clock.now()
    return AttemptEnded(at=now, task=attempt.task, n=attempt.n, status=None, lost=why)
