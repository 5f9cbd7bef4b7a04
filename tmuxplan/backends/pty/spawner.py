"""The supervisor's end of the small process that forks for it (`stage.py`)."""

from __future__ import annotations

import contextlib
import marshal
import os
import socket
import struct
import subprocess
import sys
from pathlib import Path
from typing import TypedDict

from tmuxplan.backends.minimal import minimal_environment
from tmuxplan.errors import BackendError
from tmuxplan.run import clock
from tmuxplan.watch.wake import readable

_STAGE = Path(__file__).with_name("stage.py")
_RUN = "import sys; sys.path += [sys.argv[1]]; import stage; stage.main(int(sys.argv[2]))"
"""Imported, not run as a file: that would be compiled each time, which takes 3 ms."""
_ANSWER = struct.Struct("!Ii")
_SEND_S = 5
"""How long it may take an order."""
_MOST_IDLE = 64
"""Leaders that wait for another order; each is a descriptor."""
_PATIENCE_S = 1.0
"""How long the process may take to see that nobody is there any more."""


class Order(TypedDict):
    """One attempt, as `stage.py` reads it. `argv` runs the body; `stays`: the outer shell keeps
    the terminal after its end; `empty`: nobody can type."""

    ticket: int
    folder: str
    nonce: str
    cwd: str
    argv: list[str]
    env: dict[str, str]
    empty: bool
    stays: bool


class Spawner:
    """Hand it an order and a terminal, and hear the pid of who leads the session there.

    The process is there from the first order on; when it died, the next order starts another.
    Who has led one attempt, and is alone in its session, may lead the next (`again`) for a moment:
    that is a sixth of what a fork costs.
    """

    def __init__(self) -> None:
        self._socket: socket.socket | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._open: dict[int, socket.socket] = {}
        self._seats: dict[int, socket.socket] = {}
        self._idle: list[tuple[int, socket.socket]] = []
        self._unnamed: list[socket.socket] = []
        self._lost: list[int] = []
        self._heard: list[tuple[int, int]] = []
        self._rest = b""

    def fileno(self) -> int:
        """Can be read when there is an answer; -1 while there is no process."""
        return self._socket.fileno() if self._socket is not None else -1

    @property
    def pid(self) -> int:
        """The process's; 1, which is nobody's, while there is none."""
        return self._process.pid if self._process is not None else 1

    def open(self) -> None:
        """Start the process, unless it is there. BackendError: it can't be."""
        if self._socket is not None:
            return
        ours, theirs = _pair()
        try:
            self._process = subprocess.Popen(
                stage_argv(theirs.fileno()),
                pass_fds=(theirs.fileno(),),
                env=minimal_environment(),
                cwd="/",
                stdin=subprocess.DEVNULL,
                stderr=subprocess.PIPE,  # ours may be nowhere yet (`detaching.stand_by`)
            )
        except OSError as error:
            ours.close()
            raise BackendError(f"no process could be started: {error.strerror}") from error
        finally:
            theirs.close()
        self._socket = ours

    def order(self, order: Order, terminal: int) -> int:
        """Have the attempt begun on this terminal (a descriptor, which stays ours to close).
        Who leads it; 0: that is heard later."""
        while self._idle:
            pid, seat = self._idle.pop()
            try:
                _send(seat, order, terminal)
            except OSError:  # it had waited long enough, or somebody stopped it
                seat.close()
            else:
                self._seats[pid] = seat
                return pid
        self._open[order["ticket"]] = self._fork(order, terminal)
        return 0

    def again(self, pid: int) -> None:
        """This leader may have the next order: nothing is in its session but itself, and nobody
        holds its terminal."""
        seat = self._seats.pop(pid, None)
        if seat is None:
            return
        self._idle.append((pid, seat))
        if len(self._idle) > _MOST_IDLE:
            self._idle.pop(0)[1].close()

    def let_go(self, pid: int) -> None:
        """Let this leader end, once its attempt has."""
        if pid in self._seats:
            self._seats.pop(pid).close()

    def answers(self) -> list[tuple[int, int]]:
        """Tickets with their pids, or minus an errno; each once. Never waits."""
        if self._socket is not None and not self._listen():
            self._let_go()
        heard, self._heard = self._heard, []
        for ticket, pid in heard:
            seat = self._open.pop(ticket)
            if pid > 0:
                self._seats[pid] = seat
            else:
                seat.close()
        return heard

    def lost(self) -> list[int]:
        """Tickets of which nothing will be heard any more; each once. After `answers`."""
        lost, self._lost = self._lost, []
        return lost

    def give_up(self) -> None:
        """It does not answer: end it. What it had not answered is `lost`."""
        if self._process is not None:
            self._process.kill()
            self._let_go()

    def close(self) -> None:
        """Let the process end. Outer shells with a body live as long as their terminals."""
        if self._socket is not None:
            self._let_go()
        for seat in (*self._seats.values(), *self._unnamed, *(seat for _, seat in self._idle)):
            seat.close()
        self._seats.clear()
        self._unnamed.clear()
        self._idle.clear()

    def _fork(self, order: Order, terminal: int) -> socket.socket:
        """Have the process fork for it; our end of the seat of who leads it then."""
        seat, theirs = _pair()
        try:
            self._ask(order, terminal, theirs.fileno())
        except BaseException:
            seat.close()
            raise
        finally:
            theirs.close()
        return seat

    def _ask(self, order: Order, terminal: int, seat: int) -> None:
        self.open()
        assert self._socket is not None
        try:
            _send(self._socket, order, terminal, seat)
        except OSError:  # it died, and nobody has looked since
            self._let_go()
            self.open()
            try:
                _send(self._socket, order, terminal, seat)
            except OSError as error:
                raise BackendError(f"what starts tasks died: {error.strerror}") from error

    def _listen(self) -> bool:
        """Hear what was said by now; whether more can come."""
        assert self._socket is not None
        while True:
            try:
                part = self._socket.recv(1 << 12, socket.MSG_DONTWAIT)
            except BlockingIOError:
                return True
            except OSError:
                return False
            if not part:
                return False
            text = self._rest + part
            whole = len(text) - len(text) % _ANSWER.size
            self._rest = text[whole:]
            self._heard += _ANSWER.iter_unpack(text[:whole])

    def _let_go(self) -> None:
        """Of the process, with what it said before its end."""
        assert self._socket is not None
        assert self._process is not None
        until = clock.monotonic() + _PATIENCE_S
        with contextlib.suppress(OSError):  # it has gone
            self._socket.shutdown(socket.SHUT_WR)
        while self._listen() and (left_s := until - clock.monotonic()) > 0:
            readable([self._socket.fileno()], left_s)
        self._socket.close()
        try:
            self._process.wait(max(0.0, until - clock.monotonic()))
        except subprocess.TimeoutExpired:  # somebody stopped it
            self._process.kill()
            self._process.wait()
        _pass_on(self._process)
        lost = self._open.keys() - {ticket for ticket, _ in self._heard}
        self._lost += sorted(lost)
        self._unnamed += [self._open.pop(ticket) for ticket in lost]  # some may have been obeyed
        self._socket, self._process, self._rest = None, None, b""


def _pass_on(process: subprocess.Popen[bytes]) -> None:
    """What it said of why it ended."""
    assert process.stderr is not None
    with process.stderr as pipe, contextlib.suppress(OSError):
        os.set_blocking(pipe.fileno(), False)  # who it forked may hold the other end
        sys.stderr.write((pipe.read() or b"").decode(errors="replace"))
        sys.stderr.flush()


def stage_argv(descriptor: int) -> list[str]:
    """Runs the process, which takes its orders there."""
    python = [sys.executable, "-I", "-S", "-X", "utf8"]
    return [*python, "-c", _RUN, str(_STAGE.parent), str(descriptor)]


def _send(to: socket.socket, order: Order, *descriptors: int) -> None:
    text = marshal.dumps(dict(order))
    message = struct.pack("!I", len(text)) + text
    sent = socket.send_fds(to, [message], descriptors)
    to.sendall(message[sent:])


def _pair() -> tuple[socket.socket, socket.socket]:
    """Our end and another's. One who was stopped takes no orders, and must not keep us from all
    other work."""
    try:
        ours, theirs = socket.socketpair()
    except OSError as error:
        raise BackendError(f"there is no socket for it: {error.strerror}") from error
    ours.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, struct.pack("ll", _SEND_S, 0))
    return ours, theirs
