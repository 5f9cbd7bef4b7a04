"""The pty backend: the embedded one, for CI and for machines without tmux.

If this process dies, its terminals hang up and the running attempts are lost.
"""

from __future__ import annotations

import socket
from collections.abc import Collection, Iterator
from pathlib import Path

from tmuxplan.backends import files
from tmuxplan.backends.live import Live
from tmuxplan.backends.pty.terminal import Terminal
from tmuxplan.backends.remains import adopted, never_began, remains
from tmuxplan.backends.roster import HUNG_UP_DEADLINE_S, Key, Roster, not_started, readable
from tmuxplan.errors import BackendError
from tmuxplan.events import AttemptStarted, Event
from tmuxplan.run import clock
from tmuxplan.run.backend import Attempt, Look, RunInfo, Window
from tmuxplan.watch.follow import Follower

LINGER = "2"
"""Seconds that the outer shell stays after its last byte, or until its terminal is closed. Its end
hangs up what is left in the background before anyone could name it."""


class PtyBackend:
    """Attempts on pseudo-terminals. See `run.backend.Backend`."""

    name = "pty"

    def __init__(self) -> None:
        self._roster = Roster()
        self._terminals: dict[Key, Terminal] = {}
        self._kept: list[Terminal] = []
        self._closing: list[Terminal] = []
        self._facts: list[Event] = []

    def open(self, run: RunInfo, windows: tuple[Window, ...]) -> None:
        """Nothing to prepare."""

    def start(self, attempt: Attempt) -> None:
        """Write the attempt's files and start it."""
        try:
            files.write_attempt(attempt)
            terminal = Terminal(files.outer_argv(attempt, LINGER), attempt.folder / "log")
        except (OSError, BackendError) as error:
            self._facts.append(not_started(attempt, f"it could not be started: {error}"))
            return
        self._terminals[attempt.task, attempt.n] = terminal
        live = Live(attempt, terminal.pid, self._roster.census)
        live.types = terminal.type
        self._roster.add(live)
        host, now = socket.gethostname(), clock.now()
        task, n = attempt.task, attempt.n
        self._facts.append(AttemptStarted(at=now, task=task, n=n, host=host, pid=terminal.pid))

    def adopt(self, attempt: Attempt, pid: int, window: str) -> bool:  # noqa: ARG002
        """Its terminal went with its supervisor, and it with that: only its end is left to tell."""
        self._facts.append(adopted(attempt))
        found = remains(attempt, pid, self._roster.census.read)
        if not found.pid:
            self._facts.append(never_began(attempt))
            return False
        live = Live(attempt, found.pid, self._roster.census, known=found.lives)
        for data in _logged(attempt.folder):
            self._facts += live.feed(data)
        live.gone("its terminal went with its supervisor", HUNG_UP_DEADLINE_S)
        self._roster.add(live)
        return False

    def poll(self, timeout_s: float, wake: Collection[int]) -> tuple[Event, ...]:
        """Facts since the last call; see `Backend.poll`."""
        until = clock.monotonic() + timeout_s
        while True:
            ready = self._wait(until, wake)
            self._read(ready)
            self._step()
            if self._facts or not ready.isdisjoint(wake) or clock.monotonic() >= until:
                facts, self._facts = tuple(self._facts), []
                return facts

    def stop(self, task: str, n: int, grace_s: float) -> None:
        """Begin to end the attempt; one that has ended is left alone."""
        live = self._roster.get(task, n)
        if live is not None:
            live.stop(grace_s)

    def show(self, task: str, look: Look, text: str) -> None:
        """There is no window."""

    def attach_command(self, task: str | None) -> tuple[str, ...] | None:  # noqa: ARG002
        """Nothing can be attached."""
        return None

    def close(self) -> None:
        """Hang up what still runs."""
        for terminal in self._terminals.values():
            terminal.hang_up()
        for terminal in (*self._kept, *self._closing):
            terminal.close()
            terminal.reap()
        self._terminals.clear()
        self._kept.clear()
        self._closing.clear()
        self._roster.close()

    def _wait(self, until: float, wake: Collection[int]) -> set[int]:
        """The descriptors that can be read, as soon as something may have happened."""
        next_at = clock.monotonic() if self._facts else min(until, self._roster.next_at())
        masters = [t.fd for t in (*self._terminals.values(), *self._kept) if t.fd >= 0]
        fds = {*masters, *self._roster.fds(), *wake}
        return set(readable(fds, next_at - clock.monotonic()))

    def _read(self, ready: set[int]) -> None:
        for live in self._roster:
            terminal = self._terminals.get((live.attempt.task, live.attempt.n))
            if terminal is None:
                continue  # adopted
            data = terminal.read() if terminal.fd in ready else b""
            live.broken = terminal.broken
            if data:
                self._facts += live.feed(data)
        for terminal in self._kept:
            if terminal.fd in ready:
                terminal.read()

    def _step(self) -> None:
        events, over = self._roster.step()
        self._facts += events
        for live in over:
            terminal = self._terminals.pop((live.attempt.task, live.attempt.n), None)
            if terminal is None:
                continue
            # What is kept may go on printing, and its terminal must go on listening.
            (self._kept if live.attempt.keep else self._closing).append(terminal)
        self._close_ended()

    def _close_ended(self) -> None:
        self._closing += [terminal for terminal in self._kept if terminal.fd < 0]
        self._kept = [terminal for terminal in self._kept if terminal.fd >= 0]
        for terminal in self._closing:
            terminal.close()
        self._closing = [terminal for terminal in self._closing if not terminal.reap()]


def _logged(folder: Path) -> Iterator[bytes]:
    """All that an attempt has logged by now."""
    log = Follower(folder / "log")
    try:
        yield from log.drain()
    finally:
        log.close()
