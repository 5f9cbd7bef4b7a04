"""One pseudo-terminal and its log: every byte goes to the file before anyone looks at it."""

from __future__ import annotations

import contextlib
import errno
import os
import signal
from pathlib import Path
from typing import TYPE_CHECKING

import pexpect
from ptyprocess import PtyProcess  # type: ignore[import-untyped]

from tmuxplan.backends.minimal import minimal_environment
from tmuxplan.errors import BackendError

if TYPE_CHECKING:
    _Spawn = pexpect.spawn[bytes]  # generic in its types alone
else:
    _Spawn = pexpect.spawn

_DEFAULTS = (
    signal.SIGHUP,
    signal.SIGINT,
    signal.SIGQUIT,
    signal.SIGTERM,
    signal.SIGPIPE,
    signal.SIGXFSZ,
    signal.SIGTSTP,
    signal.SIGTTIN,
    signal.SIGTTOU,
    signal.SIGUSR1,
    signal.SIGUSR2,
)
_CHUNK = 1 << 16
_TURN = 1 << 20
"""Bytes read in one turn: a flood must not keep the others waiting."""


class Terminal:
    """A process on a pty of its own. `broken` says why its log is not whole, if so."""

    def __init__(self, argv: tuple[str, ...], log: Path) -> None:
        self.broken = ""
        self.fd = -1
        self._log = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CLOEXEC)
        try:
            self._child = _spawn(argv)
        except (OSError, pexpect.ExceptionPexpect) as error:
            os.close(self._log)
            raise BackendError(f"its terminal could not be started: {error}") from error
        self.pid = int(self._child.pid or 0)
        self.fd = self._child.fileno()
        os.set_blocking(self.fd, False)

    def read(self) -> bytes:
        """What was printed since the last read, already in the log. At the end `fd` is -1."""
        parts, size = list[bytes](), 0
        while self.fd >= 0 and size < _TURN:
            try:
                part = os.read(self.fd, _CHUNK)
            except BlockingIOError:
                break
            except OSError:
                part = b""  # EIO: nobody holds the other end any more
            if not part:
                self.fd = -1
                break
            parts.append(part)
            size += len(part)
        data = b"".join(parts)
        self._write(data)
        return data

    def type(self, keys: str) -> bool:
        """Press keys, as a person would; whether the terminal took them."""
        try:
            pressed = keys.encode("utf-8", "surrogateescape")
            return self.fd >= 0 and os.write(self.fd, pressed) == len(pressed)
        except OSError:
            return False

    def reap(self) -> bool:
        """Whether the process has ended; its zombie is gone then."""
        try:
            return not self._child.isalive()
        except (pexpect.ExceptionPexpect, OSError):
            return True

    def hang_up(self) -> None:
        """Close the terminal, as a window does that is closed."""
        if not self.reap():
            with contextlib.suppress(OSError):
                os.kill(self.pid, signal.SIGHUP)
        self.close()

    def close(self) -> None:
        """Let go of the terminal and the log."""
        self.fd = -1
        if self._log >= 0:
            os.close(self._log)
            self._log = -1
        if not self._child.closed:
            # Not spawn.close(): it would wait, and then kill.
            pty = _pty_of(self._child)
            with contextlib.suppress(OSError):
                pty.fileobj.close()
            pty.closed = self._child.closed = True
            pty.fd = self._child.child_fd = -1

    def _write(self, data: bytes) -> None:
        if self.broken:
            return
        view = memoryview(data)
        try:
            while view:
                view = view[os.write(self._log, view) :]
        except OSError as error:
            self.broken = _why(error)


def _spawn(argv: tuple[str, ...]) -> _Spawn:
    child = _Spawn(
        argv[0],
        list(argv[1:]),
        timeout=None,
        maxread=_CHUNK,
        cwd="/",
        env={**minimal_environment(), "TERM": "xterm-256color", "TMUXPLAN_HANG_UP": "ends"},
        dimensions=(50, 200),
        use_poll=True,
        preexec_fn=_forget_signals,
    )
    child.delaybeforesend = child.delayafterread = None
    return child


def _forget_signals() -> None:
    """In the child. Ignored signals are inherited: Python ignores PIPE, `nohup` HUP, a shell's
    background job INT, and no shell can set a trap on what was ignored when it began."""
    for number in _DEFAULTS:
        signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_SETMASK, ())


def _pty_of(child: _Spawn) -> PtyProcess:
    """pexpect's own handle, which its types leave out."""
    pty: PtyProcess = child.ptyproc  # type: ignore[attr-defined]
    return pty


def _why(error: OSError) -> str:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return "disk full: log incomplete"
    return f"log incomplete: {error.strerror}"
