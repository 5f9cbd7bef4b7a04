"""A log that grows, followed with pexpect: every byte once, at close to the price of a read."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from pexpect import TIMEOUT
from pexpect.spawnbase import SpawnBase

from tmuxplan.regular import open_regular

if TYPE_CHECKING:
    _Base = SpawnBase[bytes]  # generic in its types alone
else:
    _Base = SpawnBase

CHUNK = 1 << 16
"""Bytes of one read. Larger ones are no faster, and the watcher cuts at this size anyway."""

# Everything that came: a pattern that waited for a newline would search what it holds again
# after every read (quadratic on a flood without newlines), and records end without one.
_BULK = re.compile(rb".+", re.DOTALL)


class Follower(_Base):
    """The bytes of a file that something else appends to. The file may come later.

    The end of the file is not the end: there is only "nothing more yet".
    """

    def __init__(self, path: Path) -> None:
        super().__init__(timeout=0, maxread=CHUNK)
        self.path = path
        # pexpect sleeps after each read, to let a process run: a file has none.
        self.delayafterread = None
        self._wanted = self.compile_pattern_list([_BULK, TIMEOUT])

    def read_nonblocking(self, size: int = 1, timeout: float | None = None) -> bytes:  # noqa: ARG002 - pexpect's signature
        """Up to `size` bytes, at once; TIMEOUT when there is nothing new."""
        if self.child_fd < 0:
            self._open()
        data = os.read(self.child_fd, size) if self.child_fd >= 0 else b""
        if not data:
            raise TIMEOUT("nothing new")
        return data

    def drain(self) -> Iterator[bytes]:
        """What was appended since the last call, in chunks. It ends where the file ended when
        a chunk was asked for and none was there, and at the size the file had at the call: a
        writer that is faster than its reader must not keep the caller for ever."""
        left = self._unread()
        while left > 0 and self.expect_list(self._wanted, timeout=0) == 0:
            chunk = self.after
            if not isinstance(chunk, bytes):
                return
            left -= len(chunk)
            yield chunk

    def close(self) -> None:
        """Let go of the file."""
        if self.child_fd >= 0:
            os.close(self.child_fd)
        self.child_fd, self.closed = -1, True

    def _open(self) -> None:
        try:
            self.child_fd = open_regular(self.path)
            self.closed = False
        except OSError:
            return  # not there yet; or the task put something else in its place: nothing to read

    def _unread(self) -> int:
        if self.child_fd < 0:
            self._open()
        if self.child_fd < 0:
            return 0
        return os.fstat(self.child_fd).st_size - os.lseek(self.child_fd, 0, os.SEEK_CUR)
