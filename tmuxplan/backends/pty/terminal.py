"""One pseudo-terminal and its log: every byte goes to the file before anyone looks at it."""

from __future__ import annotations

import errno
import fcntl
import os
import struct
import termios
from pathlib import Path

from tmuxplan.errors import BackendError

_LINES, _COLUMNS = 50, 200
_TURN = 1 << 20
"""Bytes read in one turn: a flood must not keep the others waiting."""
_ROOM = memoryview(bytearray(_TURN))
"""For one turn: the kernel gives 4 KiB at a time, and making room for each would cost time."""


class Terminal:
    """Our end of a terminal, and `other`, the end of who is to lead the session on it.

    `fd` can be read when something was printed; at the end of it all it is -1. `broken` says
    why the log is not whole, if so. BackendError, OSError: there can be none.
    """

    def __init__(self, log: Path) -> None:
        self.broken = ""
        self.fd = self._ours = self.other = -1
        self._log = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        try:
            self._ours, self.other = os.openpty()
            size = struct.pack("HHHH", _LINES, _COLUMNS, 0, 0)
            fcntl.ioctl(self._ours, termios.TIOCSWINSZ, size)
        except OSError as error:
            self.close()
            raise BackendError(f"there is no terminal for it: {error.strerror}") from error
        self.fd = self._ours
        os.set_blocking(self.fd, False)

    def read(self) -> bytes:
        """What was printed since the last read, already in the log."""
        size = ends = 0
        while self.fd >= 0 and size < _TURN:
            try:
                came = os.readv(self.fd, [_ROOM[size:]])
            except BlockingIOError:
                break
            except OSError:
                came = 0  # EIO: nobody holds the other end any more
            if came:
                size += came
                continue
            # Linux looks for bytes first, and then for who could write: the last ones can come
            # between the two, and the next read has them.
            ends += 1
            if ends == 2:
                self.fd = -1
        data = bytes(_ROOM[:size])
        self._write(data)
        return data

    def type(self, keys: str) -> bool:
        """Press keys, as a person would; whether the terminal took them."""
        try:
            pressed = keys.encode("utf-8", "surrogateescape")
            return self.fd >= 0 and os.write(self.fd, pressed) == len(pressed)
        except OSError:
            return False

    def hand_over(self) -> None:
        """Somebody else has the other end: once they let go of it, that is the end."""
        if self.other >= 0:
            os.close(self.other)
            self.other = -1

    def close(self) -> None:
        """Let go of the log and the terminal, which hangs up who still leads a session there."""
        self.hand_over()
        self.fd = -1
        for fd in (self._ours, self._log):
            if fd >= 0:
                os.close(fd)
        self._ours = self._log = -1

    def _write(self, data: bytes) -> None:
        if self.broken:
            return
        view = memoryview(data)
        try:
            while view:
                view = view[os.write(self._log, view) :]
        except OSError as error:
            self.broken = _why(error)


def _why(error: OSError) -> str:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return "disk full: log incomplete"
    return f"log incomplete: {error.strerror}"
