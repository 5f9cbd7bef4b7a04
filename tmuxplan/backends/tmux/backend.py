"""The tmux backend. Tasks go on in their windows when this process dies.

Windows show and carry bytes; that a task ended, and how, comes from its log, its status file
and its process. tmux's own exit codes are late or empty (tmux/tmux PR #4841).
"""

from __future__ import annotations

import contextlib
import os
import socket
from collections.abc import Collection
from functools import partial

import msgspec

from tmuxplan.backends import files
from tmuxplan.backends.live import Live
from tmuxplan.backends.remains import adopted, never_began, remains
from tmuxplan.backends.roster import HUNG_UP_DEADLINE_S, Key, Roster, not_started
from tmuxplan.backends.tmux import attach
from tmuxplan.backends.tmux.ahead import Ahead
from tmuxplan.backends.tmux.client import Client, require_tmux
from tmuxplan.backends.tmux.held_up import HeldUp
from tmuxplan.backends.tmux.pipe import pipe_command
from tmuxplan.backends.tmux.sending import LostError
from tmuxplan.backends.tmux.session import Session, is_gone
from tmuxplan.backends.tmux.shows import Shows
from tmuxplan.errors import BackendError
from tmuxplan.events import AttemptStarted, Event
from tmuxplan.run import clock
from tmuxplan.run.backend import Attempt, Look, RunInfo, Window
from tmuxplan.watch.follow import Follower
from tmuxplan.watch.wake import Waker, readable

LINGER = "0.5"
"""Seconds that the outer shell stays after its last byte. A pipe loses the end of a task that
prints and ends at once in 0.2 to 0.5 % of runs; 20 ms were enough in 3,600, on an idle machine."""
SERVER_DEADLINE_S = 1.0
"""How long a dead server's pipes may still bring a log's end."""
_SERVER_LOOK_S = 0.5
"""How often the server is looked for where the kernel can't tell of its death (macOS)."""
_ANSWER_S = 30.0
"""How long tmux may be silent until a start is given up."""
_STOPPED_S = 1.0
"""The same once it is to be stopped, beyond the grace."""
_NO_ANSWER = "tmux did not answer; where its server's process is stopped, let it go on (kill -CONT)"
_CLOSED = "its window was closed"
_DIED = f"{_CLOSED}, or its outer shell was killed"
_NEVER_STARTS: tuple[Look, ...] = ("blocked", "halted", "skipped", "person")
_LEAVE_S = 5.0
"""How long a server that is silent keeps us when we leave."""


class _Begun(msgspec.Struct):
    """An attempt that tmux was asked to start at `asked_at` (monotonic seconds), until it is known
    who runs it. `grace_s`: stop it then. `late_at`: by then it should be. `anew`: it was to have
    another session already."""

    attempt: Attempt
    asked_at: float
    late_at: float = float("inf")
    grace_s: float | None = None
    anew: bool = False


class TmuxBackend:
    """Attempts in tmux windows. See `run.backend.Backend`."""

    name = "tmux"

    def __init__(self, socket_name: str | None = None) -> None:
        require_tmux()
        self._client = Client(socket_name, sends=True)
        self._host = socket.gethostname()
        self._begins: dict[Key, _Begun] = {}
        self._homeless: list[tuple[_Begun, Session, int | BackendError]] = []
        self._session: Session | None = None
        self._open_args: tuple[RunInfo, tuple[Window, ...]] | None = None
        self._server_fd = -1
        self._server_died = False
        self._roster = Roster(_DIED)
        self._waker = Waker()
        self._followers: dict[Key, Follower] = {}
        self._shows = Shows(self._client)
        self._ahead = Ahead(LINGER, self._roster.census.read)
        self._facts: list[Event] = []

    def get_ready(self) -> None:
        """Nothing can be begun before the session has a name."""

    def open(self, run: RunInfo, windows: tuple[Window, ...]) -> None:
        """Make the session and its windows."""
        session = Session(self._client, run, windows)
        session.open()
        self._client.be_ready()
        self._session, self._open_args = session, (run, windows)
        self._shows.opened(session, run, windows)
        self._ahead.opened(session)
        self._roster.census.strangers = {os.getpid(), session.server_pid} - {1}
        self._forget_server()
        with contextlib.suppress(OSError, AttributeError):
            self._server_fd = os.pidfd_open(session.server_pid)

    @property
    def ahead(self) -> int:
        """How many attempts may be expected at once."""
        return self._ahead.most

    def expect(self, attempt: Attempt) -> None:
        """Set its window up while others run, if there is time."""
        self._ahead.expect(attempt)

    def start(self, attempt: Attempt) -> None:
        """Write the attempt's files and start it in its task's window."""
        self._begin_anew()
        try:
            files.write_attempt(attempt, is_set_up=self._ahead.begins(attempt))
        except OSError as error:
            self._facts.append(not_started(attempt, f"it could not be started: {error}"))
            return
        begun = self._begins[attempt.task, attempt.n] = _Begun(attempt, clock.monotonic())
        self._ask_for(begun)

    def _ask_for(self, begun: _Begun) -> None:
        attempt, session = begun.attempt, self._opened()
        argv, pipe = files.outer_argv(attempt, LINGER), pipe_command(attempt.folder / "log")
        self._shows.begins(attempt)
        answered = partial(self._answered, begun, session)
        session.start(attempt.task, argv, pipe, answered, self._ahead.go)

    def _answered(self, begun: _Begun, session: Session, answer: int | BackendError) -> None:
        """tmux says who runs it, or why nobody does; where its session is gone, it is asked again
        in another, once."""
        if is_gone(answer) and not begun.anew:
            begun.anew = True
            self._homeless.append((begun, session, answer))
        else:
            self._started(begun, answer)

    def _rehouse(self) -> None:
        """Not as soon as it is heard of: opening a session hears of others that have none."""
        while self._homeless:
            begun, session, answer = self._homeless.pop(0)
            if (begun.attempt.task, begun.attempt.n) not in self._begins:
                continue  # given up meanwhile
            if session is not self._session or self._open_anew():
                self._ask_for(begun)
            else:
                self._started(begun, answer)

    def _started(self, begun: _Begun, answer: int | BackendError) -> None:
        """It is known who runs it, or that nobody is heard of."""
        attempt, grace_s = begun.attempt, begun.grace_s
        if self._begins.pop((attempt.task, attempt.n), None) is None:
            return  # it was given up
        if isinstance(answer, BackendError):
            if not isinstance(answer, LostError) or files.claim(attempt.folder):
                self._facts.append(not_started(attempt, f"it could not be started: {answer}"))
                return
            answer = files.read_began(attempt.folder) or 0  # it was, and nobody could say so
        self._shows.runs(attempt)
        live = Live(attempt, answer, self._roster.census, known=answer > 0)
        self._follow(live)
        self._facts.append(self._started_fact(attempt, answer))
        if answer <= 0:
            live.gone("nobody knows who runs it")
        if grace_s is not None:
            live.stop(grace_s)

    def adopt(self, attempt: Attempt, pid: int, window: str) -> bool:  # noqa: ARG002
        """Its window was found again by its task's id, if it is there."""
        self._facts.append(adopted(attempt))
        found = remains(attempt, pid, self._roster.census.read)
        if not found.pid:
            self._facts.append(never_began(attempt))
            return False
        self._shows.begins(attempt)
        self._shows.runs(attempt)
        live = Live(attempt, found.pid, self._roster.census, known=found.lives)
        self._follow(live)
        if pid <= 0 < found.pid:
            self._facts.append(self._started_fact(attempt, found.pid))
        if found.hung_up:
            live.gone(_CLOSED, HUNG_UP_DEADLINE_S)
        elif not found.lives:
            live.gone(_DIED, HUNG_UP_DEADLINE_S)
        return found.lives and not found.hung_up

    def poll(self, timeout_s: float, wake: Collection[int]) -> tuple[Event, ...]:
        """Facts since the last call; see `Backend.poll`."""
        until = clock.monotonic() + timeout_s
        self._shows.heard()
        while True:
            self._shows.flush(silent=self._server_died)
            if not self._server_died:
                self._ahead.ask()
            self._client.send()
            self._client.be_ready()
            self._wait(until, wake)
            self._client.hear()
            self._give_up_late()
            self._give_up_untold()
            self._rehouse()
            self._watch_server()
            self._read()
            self._step()
            if self._facts or clock.monotonic() >= until or readable(wake):
                facts, self._facts = tuple(self._facts), []
                return facts

    def stop(self, task: str, n: int, grace_s: float) -> None:
        """Begin to end the attempt; one that has ended is left alone."""
        live = self._roster.get(task, n)
        if live is not None:
            live.stop(grace_s)
        begun = self._begins.get((task, n))
        if begun is not None:  # as soon as it is known who runs it
            begun.grace_s = grace_s
            begun.late_at = min(begun.late_at, clock.monotonic() + grace_s + _STOPPED_S)

    def show(self, task: str, look: Look, text: str) -> None:
        """Show a task's state at the next poll, many in one command list."""
        if look in _NEVER_STARTS:
            self._ahead.drop(task)
        self._shows.show(task, look, text)

    def attach_command(self, task: str | None) -> tuple[str, ...] | None:
        """argv that attaches at the task's window, or at mission control where it has none."""
        session = self._opened()
        self._shows.finish(silent=self._server_died)
        place = session.place(task) if task else None
        if place is None:
            return attach.attach_command(self._client.socket, session.name)
        target = f"={session.name}:{place.window}"
        return ("tmux", "-u", "-L", self._client.socket, "attach-session", "-t", target)

    def close(self) -> None:
        """Let go of files and descriptors; windows and tasks stay."""
        self._ahead.close()
        self._shows.heard()
        self._shows.finish(_LEAVE_S, last=True, silent=self._server_died)
        for follower in self._followers.values():
            follower.close()
        self._client.close()
        self._followers.clear()
        self._roster.close()
        self._waker.close()
        self._forget_server()

    def _opened(self) -> Session:
        if self._session is None:
            raise BackendError("the session is not open")
        return self._session

    def _begin_anew(self) -> None:
        """In another session where the server died."""
        if self._server_died:
            self._open_anew()

    def _open_anew(self) -> bool:
        """Another session: what ran in the old one was lost with it. False: there can be none,
        and what was to start there can't be started, and says so."""
        if self._open_args is None:
            return False
        with contextlib.suppress(BackendError):
            self._shows.anew()
            self.open(*self._open_args)
            self._server_died = False
            self._shows.again()
            return True
        return False

    def _late_at(self, begun: _Begun) -> float:
        """Others may be before it: only a silent tmux is late by itself."""
        return min(begun.late_at, max(begun.asked_at, self._client.spoke_at) + _ANSWER_S)

    def _give_up_late(self) -> None:
        """What tmux did not start in time never begins, or has begun and is followed."""
        now = clock.monotonic()
        late = [begun for begun in self._begins.values() if self._late_at(begun) <= now]
        if late and self._client.spoke_at + _ANSWER_S <= now:
            self._client.give_up()  # somebody stopped it, perhaps, and not the server
        for begun in late:
            self._started(begun, LostError(_NO_ANSWER))

    def _give_up_untold(self) -> None:
        """Its outer shell was told to begin, and did not hear of it."""
        for attempt in self._ahead.late():
            live = self._roster.get(attempt.task, attempt.n)
            if live is not None:
                live.gone("its outer shell did not begin")

    def _started_fact(self, attempt: Attempt, pid: int) -> AttemptStarted:
        place = self._opened().place(attempt.task)
        return AttemptStarted(
            at=clock.now(),
            task=attempt.task,
            n=attempt.n,
            host=self._host,
            pid=pid,
            window=place.window if place else "",
        )

    def _follow(self, live: Live) -> None:
        key, log = (live.attempt.task, live.attempt.n), live.attempt.folder / "log"
        live.types = partial(self._type, live.attempt)
        live.held_up = HeldUp(self._client)
        self._followers[key] = Follower(log)
        self._waker.watch(log)
        self._roster.add(live)

    def _type(self, attempt: Attempt, keys: str) -> bool:
        try:
            with files.kept_private(attempt.folder / "keys", keys) as path:
                return self._opened().type(attempt.task, path)
        except (OSError, BackendError):
            return False  # it goes on waiting, and a person sees it

    def _wait(self, until: float, wake: Collection[int]) -> None:
        now = clock.monotonic()
        next_at = now if self._facts else min(until, self._roster.next_at(), self._shows.next_at)
        next_at = min([next_at, self._ahead.next_at(), *map(self._late_at, self._begins.values())])
        if self._server_fd < 0 and not self._server_died and self._roster:
            next_at = min(next_at, now + _SERVER_LOOK_S)
        server = [self._server_fd] if self._server_fd >= 0 else []
        fds = [*server, *self._roster.fds(), *self._client.fds(), *wake]
        self._waker.wait(max(0.0, next_at - now), fds)

    def _watch_server(self) -> None:
        """A dead server takes every terminal with it; who ignores the hang-up is ended."""
        if not self._server_died and self._server_is_dead():
            self._server_died = True
            self._forget_server()
        for live in self._roster if self._server_died else ():
            live.gone("the tmux server died", SERVER_DEADLINE_S)

    def _forget_server(self) -> None:
        if self._server_fd >= 0:
            os.close(self._server_fd)
        self._server_fd = -1

    def _server_is_dead(self) -> bool:
        if self._server_fd >= 0:
            return bool(readable([self._server_fd]))
        return self._session is not None and not self._roster.census.read(self._session.server_pid)

    def _read(self) -> None:
        for live in self._roster:
            for data in self._followers[live.attempt.task, live.attempt.n].drain():
                self._facts += live.feed(data)

    def _step(self) -> None:
        events, over = self._roster.step()
        self._facts += events
        for live in over:
            self._waker.forget(live.attempt.folder / "log")
            self._followers.pop((live.attempt.task, live.attempt.n)).close()
            self._ahead.ended(live.attempt.task)
