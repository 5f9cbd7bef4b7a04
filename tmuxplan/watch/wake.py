"""Waiting until a file grew, something appeared in a directory, or a descriptor can be read.

A wait may return early or for nothing, never late: whoever waits looks for itself afterwards.
Linux has inotify (0.3 ms from write to wake), macOS kqueue; elsewhere, and for a path that
neither can watch, a wait is cut into pieces of 20 ms.
"""

from __future__ import annotations

import contextlib
import os
import select
import sys
from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from tmuxplan.later import Later

if TYPE_CHECKING:
    import ctypes
else:
    ctypes = Later("ctypes")  # a launch only looks at descriptors

POLL_S = 0.02


class _Notifier(Protocol):
    """The operating system's way to say that a path changed."""

    def fileno(self) -> int: ...
    def add(self, path: Path) -> bool: ...
    def remove(self, path: Path) -> None: ...
    def drain(self) -> None: ...
    def close(self) -> None: ...


class Waker:
    """`watch` files and directories, then `wait`. What changed between two waits ends the
    next one at once."""

    def __init__(self) -> None:
        self._notifier = _notifier()
        self._unwatched: set[Path] = set()

    def watch(self, path: Path) -> None:
        """Wake when this file grows, or when a name appears in this directory. A path that is
        not there (yet) is polled."""
        if self._notifier is None or not self._notifier.add(path):
            self._unwatched.add(path)

    def forget(self, path: Path) -> None:
        """No longer; a path that is not watched is no error."""
        self._unwatched.discard(path)
        if self._notifier is not None:
            self._notifier.remove(path)

    def wait(self, timeout_s: float, fds: Collection[int] = ()) -> None:
        """Until something changed, one of `fds` can be read, or the time is over."""
        if self._arrived():
            return
        timeout_s = min(timeout_s, POLL_S) if self._unwatched else timeout_s
        poll = select.poll()
        for fd in fds:
            poll.register(fd, select.POLLIN)
        if self._notifier is not None:
            poll.register(self._notifier.fileno(), select.POLLIN)
        poll.poll(max(0.0, timeout_s) * 1000)
        if self._notifier is not None:
            self._notifier.drain()

    def close(self) -> None:
        """Let go of the descriptors; the waker can't be used afterwards."""
        if self._notifier is not None:
            self._notifier.close()

    def _arrived(self) -> bool:
        """A path that was not there has come: that is a change, and from now on it is watched."""
        if self._notifier is None:
            return False
        come = {path for path in self._unwatched if self._notifier.add(path)}
        self._unwatched -= come
        return bool(come)


def readable(fds: Collection[int], timeout_s: float = 0.0) -> list[int]:
    """Those of the descriptors that can be read, hang-ups included; any number of them."""
    poll = select.poll()
    for fd in fds:
        poll.register(fd, select.POLLIN)
    return [fd for fd, _ in poll.poll(max(0.0, timeout_s) * 1000)]


class _Inotify:
    """inotify(7) by way of libc; Python has no binding of its own."""

    _MODIFY, _MOVED_TO, _CREATE = 0x2, 0x80, 0x100
    _NONBLOCK, _CLOEXEC = os.O_NONBLOCK, os.O_CLOEXEC

    def __init__(self) -> None:
        self._libc = ctypes.CDLL(None, use_errno=True)
        try:
            self._fd: int = self._libc.inotify_init1(self._NONBLOCK | self._CLOEXEC)
        except AttributeError as e:
            raise OSError("no inotify in this libc") from e
        if self._fd < 0:
            raise OSError(ctypes.get_errno(), "inotify_init1")
        self._watches: dict[Path, int] = {}

    def fileno(self) -> int:
        return self._fd

    def add(self, path: Path) -> bool:
        mask = self._MOVED_TO | self._CREATE if path.is_dir() else self._MODIFY
        watch = self._libc.inotify_add_watch(self._fd, os.fsencode(path), mask)
        if watch >= 0:
            self._watches[path] = watch
        return bool(watch >= 0)

    def remove(self, path: Path) -> None:
        watch = self._watches.pop(path, None)
        # Two names of one file share a watch.
        if watch is not None and watch not in self._watches.values():
            self._libc.inotify_rm_watch(self._fd, watch)

    def drain(self) -> None:
        with contextlib.suppress(BlockingIOError):
            while os.read(self._fd, 1 << 16):
                pass

    def close(self) -> None:
        os.close(self._fd)


if sys.platform == "darwin":

    class _Kqueue:
        """kqueue's vnode filter: a directory's entries and a file's writes."""

        _O_EVTONLY = 0x8000

        def __init__(self) -> None:
            self._queue = select.kqueue()
            self._files: dict[Path, int] = {}

        def fileno(self) -> int:
            return self._queue.fileno()

        def add(self, path: Path) -> bool:
            if path in self._files:
                return True
            try:
                fd = os.open(path, self._O_EVTONLY | os.O_CLOEXEC)
            except OSError:
                return False
            self._files[path] = fd
            change = select.kevent(
                fd,
                filter=select.KQ_FILTER_VNODE,
                flags=select.KQ_EV_ADD | select.KQ_EV_CLEAR,
                fflags=select.KQ_NOTE_WRITE | select.KQ_NOTE_EXTEND | select.KQ_NOTE_RENAME,
            )
            self._queue.control([change], 0, 0)
            return True

        def remove(self, path: Path) -> None:
            fd = self._files.pop(path, None)
            if fd is not None:
                os.close(fd)

        def drain(self) -> None:
            while self._queue.control(None, 64, 0):
                pass

        def close(self) -> None:
            for fd in self._files.values():
                os.close(fd)
            self._queue.close()

    _Native: type[_Inotify | _Kqueue] = _Kqueue
else:
    _Native = _Inotify


def _notifier() -> _Notifier | None:
    try:
        return _Native()
    except OSError:
        # Another system; or its few instances per user (128 of inotify) are all in use.
        return None
