"""The pty backend: the embedded one, for CI and for machines without tmux.

If this process dies, its terminals hang up and the running attempts are lost.
"""

from __future__ import annotations

import math
import os
import socket
import sys
from collections.abc import Collection, Iterator
from pathlib import Path

import msgspec

from tmuxplan.backends import files
from tmuxplan.backends.live import Live
from tmuxplan.backends.pty.spawner import Order, Spawner
from tmuxplan.backends.pty.terminal import Terminal
from tmuxplan.backends.remains import adopted, never_began, remains
from tmuxplan.backends.roster import HUNG_UP_DEADLINE_S, Key, Roster, not_started
from tmuxplan.errors import BackendError
from tmuxplan.events import AttemptStarted, Event
from tmuxplan.run import clock
from tmuxplan.run.backend import Attempt, Look, RunInfo, Window
from tmuxplan.shell.environment import environment
from tmuxplan.watch.wake import readable

_MAY_LEAD_AGAIN = sys.platform == "linux"
"""Measured there: a terminal that everybody let go of leaves its session, which may get another."""
_ANSWER_S = 30.0
"""How long it may take, on the busiest machine, until it is known who runs an attempt."""
_STOPPED_S = 1.0
"""The same once it is to be stopped, beyond the grace."""
_LET_GO_S = 0.5
"""How long who is alone in its session may take to let go of the terminal."""


class _Begun(msgspec.Struct):
    """An attempt that was ordered, until it is known who runs it. `grace_s`: stop it then.
    `late_at`: by then (monotonic seconds) it should be."""

    attempt: Attempt
    terminal: Terminal
    late_at: float
    grace_s: float | None = None


class _Over(msgspec.Struct):
    """The terminal of an attempt that is over, until nobody holds it or `until` (monotonic
    seconds). `again`: its leader may have another attempt then."""

    terminal: Terminal
    until: float
    again: bool

    def read(self) -> None:
        """Into the log alone. Who prints after the end is nobody whose end was seen."""
        if self.terminal.read():
            self.again = False


class PtyBackend:
    """Attempts on pseudo-terminals. See `run.backend.Backend`."""

    name = "pty"
    ahead = 0

    def __init__(self) -> None:
        self._host = socket.gethostname()
        self._roster = Roster("its outer shell ended")
        self._spawner = Spawner()
        self._begun: dict[int, _Begun] = {}
        self._tickets = 0
        self._terminals: dict[Key, Terminal] = {}
        self._over: dict[int, _Over] = {}
        self._facts: list[Event] = []

    def get_ready(self) -> None:
        """Let the process that starts tasks begin: it takes as long as the first one's files."""
        self._spawner.open()

    def open(self, run: RunInfo, windows: tuple[Window, ...]) -> None:  # noqa: ARG002
        """Nothing is shown anywhere."""
        self.get_ready()

    def expect(self, attempt: Attempt) -> None:
        """A start takes less than to foresee it would."""

    def start(self, attempt: Attempt) -> None:
        """Write the attempt's files and have it started; who runs it is heard later."""
        try:
            files.write_folder(attempt)
            with files.in_words(attempt.folder):
                terminal = Terminal(attempt.folder / "log")
        except (OSError, BackendError) as error:
            self._refuse(attempt, error)
            return
        self._tickets += 1
        try:
            pid = self._spawner.order(_order(attempt, self._tickets), terminal.other)
        except BackendError as error:
            terminal.close()
            self._refuse(attempt, error)
            return
        terminal.hand_over()
        self._roster.census.strangers = {os.getpid(), self._spawner.pid} - {1}
        begun = _Begun(attempt, terminal, clock.monotonic() + _ANSWER_S)
        if pid:
            self._follow(begun, pid, again=True)
        else:
            self._begun[self._tickets] = begun

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
            self._hear()
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
        for begun in self._begun.values():
            if (begun.attempt.task, begun.attempt.n) == (task, n):
                begun.grace_s = grace_s
                begun.late_at = min(begun.late_at, clock.monotonic() + grace_s + _STOPPED_S)

    def show(self, task: str, look: Look, text: str) -> None:
        """There is no window."""

    def attach_command(self, task: str | None) -> tuple[str, ...] | None:  # noqa: ARG002
        """Nothing can be attached."""
        return None

    def close(self) -> None:
        """Hang up what still runs."""
        begun = [each.terminal for each in self._begun.values()]
        over = [each.terminal for each in self._over.values()]
        for terminal in (*self._terminals.values(), *over, *begun):
            terminal.close()
        self._terminals.clear()
        self._over.clear()
        self._begun.clear()
        self._spawner.close()
        self._roster.close()

    def _refuse(self, attempt: Attempt, why: object) -> None:
        self._facts.append(not_started(attempt, f"it could not be started: {why}"))

    def _hear(self) -> None:
        """Who runs the attempts that were ordered."""
        if any(begun.late_at <= clock.monotonic() for begun in self._begun.values()):
            self._spawner.give_up()  # somebody stopped it
        for ticket, pid in self._spawner.answers():
            begun = self._begun.pop(ticket)
            if pid > 0:
                self._follow(begun, pid)
            else:
                begun.terminal.close()
                self._refuse(begun.attempt, os.strerror(-pid))
        for ticket in self._spawner.lost():
            begun = self._begun.pop(ticket)
            if files.claim(begun.attempt.folder):
                begun.terminal.close()
                self._refuse(begun.attempt, "what starts tasks died")
            else:  # it did its work, and could not say so
                self._follow(begun, files.read_began(begun.attempt.folder) or 0)

    def _follow(self, begun: _Begun, pid: int, *, again: bool = False) -> None:
        """`again`: it has led before, and its body began after all that was looked at."""
        attempt, terminal = begun.attempt, begun.terminal
        self._terminals[attempt.task, attempt.n] = terminal
        live = Live(attempt, pid, self._roster.census, known=pid > 0, again=again)
        live.types = terminal.type
        self._roster.add(live)
        task, n = attempt.task, attempt.n
        self._facts.append(AttemptStarted(at=clock.now(), task=task, n=n, host=self._host, pid=pid))
        if pid <= 0:
            live.gone("nobody knows who ran it")
        if begun.grace_s is not None:
            live.stop(begun.grace_s)

    def _wait(self, until: float, wake: Collection[int]) -> set[int]:
        """The descriptors that can be read, as soon as something may have happened."""
        late_at = min((begun.late_at for begun in self._begun.values()), default=until)
        over_at = min((over.until for over in self._over.values()), default=until)
        next_at = min(until, late_at, over_at, self._roster.next_at())
        next_at = clock.monotonic() if self._facts else next_at
        masters = [terminal.fd for terminal in self._terminals.values() if terminal.fd >= 0]
        masters += [over.terminal.fd for over in self._over.values()]
        orders = [self._spawner.fileno()] if self._begun else []
        fds = {*masters, *orders, *self._roster.fds(), *wake}
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
        for over in self._over.values():
            if over.terminal.fd in ready:
                over.read()

    def _step(self) -> None:
        events, ended = self._roster.step()
        self._facts += events
        for live in ended:
            terminal = self._terminals.pop((live.attempt.task, live.attempt.n), None)
            if terminal is not None:
                self._over[live.pid] = _over(live, terminal)
        if self._over:
            self._part()

    def _part(self) -> None:
        """Close the terminals that nobody needs any more. The kernel says when nobody has one:
        nobody can print on it then, and who led there may lead on another."""
        now = clock.monotonic()
        for pid, over in [*self._over.items()]:
            nobody = over.terminal.fd < 0
            if not nobody and now < over.until:
                continue
            del self._over[pid]
            over.terminal.close()
            if nobody and over.again:
                self._spawner.again(pid)
            else:
                self._spawner.let_go(pid)


def _over(live: Live, terminal: Terminal) -> _Over:
    """What it left running may go on printing, and its terminal must go on listening."""
    keeps = live.attempt.keep
    again = live.alone and not keeps and _MAY_LEAD_AGAIN
    waits_s = math.inf if keeps else _LET_GO_S if again else 0.0
    over = _Over(terminal, clock.monotonic() + waits_s, again)
    over.read()
    return over


def _order(attempt: Attempt, ticket: int) -> Order:
    script = attempt.folder / "script.sh"
    given = {"TERM": "xterm-256color", "PWD": str(attempt.cwd)}
    return Order(
        ticket=ticket,
        folder=_utf8(attempt.folder),
        nonce=attempt.nonce,
        cwd=_utf8(attempt.cwd),
        argv=[*attempt.shell, _utf8(script)],
        env={**environment(attempt.env), **given},
        empty=attempt.stdin_empty,
        stays=attempt.keep or attempt.serves,
    )


def _utf8(path: Path) -> str:
    """A path's bytes as the other process reads them, whatever the language here."""
    return os.fsencode(path).decode("utf-8", "surrogateescape")


def _logged(folder: Path) -> Iterator[bytes]:
    """All that an attempt has logged by now."""
    from tmuxplan.watch.follow import Follower  # noqa: PLC0415 (pexpect: 20 ms, for this alone)

    log = Follower(folder / "log")
    try:
        yield from log.drain()
    finally:
        log.close()
