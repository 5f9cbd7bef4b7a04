"""How other processes speak to the supervisor of a run: one line of JSON each way.

The socket is private to the user (0600 in a 0700 folder); there is no network listener.
"""

from __future__ import annotations

import contextlib
import socket
from pathlib import Path
from typing import Union

import msgspec

from tmuxplan.errors import ControlError, DeclinedError, UnheardError

_LIMIT = 1 << 20
_REMEDY = "see `tmuxplan status`"
_PATIENCE_S = 5.0
_UNHEARD = (FileNotFoundError, ConnectionRefusedError, ConnectionResetError, BrokenPipeError)


class StopRun(msgspec.Struct, frozen=True, tag_field="ask", tag="stop"):
    """End the run: nothing new starts, and running tasks are ended too where `now`.

    `grace_s`: from INT to KILL, where it is not to be the run's own; 0: killed at once.
    """

    by: str
    why: str
    now: bool = True
    grace_s: float | None = None


class Sign(msgspec.Struct, frozen=True, tag_field="ask", tag="sign"):
    """A person signs a task that waits for one; or only item `item` of its checklist, from 1."""

    task: str
    by: str
    note: str = ""
    item: int = 0


class Skip(msgspec.Struct, frozen=True, tag_field="ask", tag="skip"):
    """A person skips a task that has not started."""

    task: str
    by: str
    reason: str


class Retry(msgspec.Struct, frozen=True, tag_field="ask", tag="retry"):
    """A person wants a task that did not pass tried again, now."""

    task: str
    by: str


class Pause(msgspec.Struct, frozen=True, tag_field="ask", tag="pause"):
    """Start nothing new; what runs goes on."""

    by: str


class Unpause(msgspec.Struct, frozen=True, tag_field="ask", tag="unpause"):
    """Go on."""

    by: str


class AwaitEnd(msgspec.Struct, frozen=True, tag_field="ask", tag="await end"):
    """Nothing is answered: the line is closed once the run has ended."""


OfTask = Union[Sign, Skip, Retry]
"""What a person does with one task: also in a run that has ended, which it makes go on."""

Request = Union[StopRun, Pause, Unpause, OfTask]
_Asked = Union[Request, AwaitEnd]


class Reply(msgspec.Struct, frozen=True):
    """`refused` is empty where the supervisor did what was asked."""

    refused: str = ""
    remedy: str = ""


class Control:
    """The supervisor's end. `fileno` becomes readable when somebody asks."""

    def __init__(self, path: Path) -> None:
        self._path = path
        with contextlib.suppress(FileNotFoundError):
            path.unlink()
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._socket.bind(str(path))
        path.chmod(0o600)
        self._socket.listen(16)
        self._socket.setblocking(False)
        self._waiting: list[socket.socket] = []

    def fileno(self) -> int:
        """The descriptor to wait on."""
        return self._socket.fileno()

    def requests(self) -> list[tuple[Request, socket.socket]]:
        """What was asked since the last call; answer each with `answer`."""
        asked: list[tuple[Request, socket.socket]] = []
        while True:
            try:
                peer, _ = self._socket.accept()
            except (BlockingIOError, InterruptedError):
                return asked
            except OSError:  # no descriptors left: the peer waits, and the run goes on
                return asked
            request = _heard(peer)
            if isinstance(request, AwaitEnd):
                self._keep(peer)
            elif request is not None:
                asked.append((request, peer))

    def _keep(self, peer: socket.socket) -> None:
        """Until the end. Those who have hung up meanwhile are let go of."""
        for gone in [waiting for waiting in self._waiting if _hung_up(waiting)]:
            self._waiting.remove(gone)
            gone.close()
        self._waiting.append(peer)

    def tell_end(self) -> None:
        """To those who wait for it."""
        for peer in self._waiting:
            peer.close()
        self._waiting = []

    def close(self) -> None:
        """Nobody can ask any more."""
        self.tell_end()
        self._socket.close()
        with contextlib.suppress(OSError):
            self._path.unlink()


def answer(peer: socket.socket, reply: Reply) -> None:
    """Send the reply; a peer that went away has lost interest."""
    with contextlib.suppress(OSError), peer:
        peer.sendall(msgspec.json.encode(reply) + b"\n")


def ask(path: Path, request: Request) -> None:
    """Ask the supervisor that listens at `path`.

    UnheardError: there is none. DeclinedError: it refuses. ControlError: it did not say whether it
    was done.
    """
    try:
        reply = _exchange(path, msgspec.json.encode(request) + b"\n")
    except _UNHEARD as error:
        raise UnheardError("the run's supervisor is not there any more", _REMEDY) from error
    except OSError as error:
        raise ControlError(f"the run's supervisor does not answer ({error})", _REMEDY) from error
    except msgspec.MsgspecError as error:
        raise ControlError(
            "the run's supervisor ended before its answer was whole: it may have done this or not",
            _REMEDY,
        ) from error
    if reply.refused:
        raise DeclinedError(reply.refused, reply.remedy)


def line_until_end(path: Path) -> socket.socket | None:
    """A line that can be read once the run has ended, or its supervisor; None: nobody listens."""
    line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        line.settimeout(_PATIENCE_S)
        line.connect(str(path))
        line.sendall(msgspec.json.encode(AwaitEnd()) + b"\n")
    except OSError:
        line.close()
        return None
    return line


def _exchange(path: Path, line: bytes) -> Reply:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as peer:
        peer.settimeout(_PATIENCE_S)
        peer.connect(str(path))
        peer.sendall(line)
        return msgspec.json.decode(_line(peer), type=Reply)


def _heard(peer: socket.socket) -> _Asked | None:
    peer.settimeout(1.0)  # a peer that says nothing must not hold the loop up for long
    try:
        request: _Asked = msgspec.json.decode(_line(peer), type=_Asked)
    except msgspec.MsgspecError as error:
        answer(peer, Reply(f"not understood: {error}", "use the same version of tmuxplan"))
    except OSError:
        peer.close()
    else:
        return request
    return None


def _hung_up(peer: socket.socket) -> bool:
    try:
        return not peer.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT)
    except BlockingIOError:
        return False
    except OSError:
        return True


def _line(peer: socket.socket) -> bytes:
    heard = b""
    while not heard.endswith(b"\n"):
        piece = peer.recv(65536)
        if not piece or len(heard) > _LIMIT:
            break
        heard += piece
    return heard
