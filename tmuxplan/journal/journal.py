"""The journal on disk: appended event by event, read whole or followed."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
from collections import deque
from pathlib import Path
from types import TracebackType

import msgspec

from tmuxplan.errors import JournalError, plain
from tmuxplan.events import Event
from tmuxplan.journal.codec import Unknown, decode, encode
from tmuxplan.journal.files import refused
from tmuxplan.journal.syncing import Syncing
from tmuxplan.regular import reading

_CHUNK = 1 << 16


class Broken(msgspec.Struct, frozen=True):
    """Why nobody can know, for good, that what was appended to a journal will ever be read.
    `gone`: its file was deleted."""

    why: str
    remedy: str
    gone: bool = False


class Journal:
    """The one writer of a run's journal.

    Events that the disk does not take stay in memory, in order, and are tried again with
    the next one; `stuck` says why until they are all written. What `broken` tells never
    mends. `notices` says what opening had to mend. JournalError: it can't be opened, or
    another process is writing it.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.stuck = ""
        self.notices: tuple[str, ...] = ()
        self._pending: deque[bytes] = deque()
        self._torn = self._unsynced = False
        try:
            self._fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        except OSError as error:
            raise refused(path, error) from error
        try:
            self._lock()
            self._size = self._mend()
            # Some file systems never say how many names a file has.
            self._counts_names = os.fstat(self._fd).st_nlink > 0
            self._not_renewed = self._renew()
        except BaseException:
            os.close(self._fd)
            raise
        self._syncing = Syncing(self._fd, path.parent)

    def append(self, event: Event) -> None:
        """Put the event on disk, behind those that still wait for it. Never raises for a disk."""
        self._pending.append(encode(event))
        self.flush_pending()

    def flush_pending(self) -> bool:
        """Write what waits; True when nothing does any more."""
        try:
            while self._pending:
                self._write(self._pending[0])
                self._pending.popleft()
        except OSError as error:
            self.stuck = f"{self.path}: {plain(error)}"
            return False
        self.stuck = ""
        return True

    def sync_soon(self) -> None:
        """Have the disk begin to make sure that a power cut takes nothing of what was appended;
        nobody waits for it. What is appended meanwhile waits for the next time."""
        if self.flush_pending() and self._unsynced:
            self._unsynced = False
            self._syncing.ask()

    def sync(self) -> None:
        """Make sure that a power cut takes nothing of what was appended."""
        self.sync_soon()
        self._syncing.wait()

    def broken(self) -> Broken | None:
        """Whether it is known by now that a sync failed, or that the file was deleted."""
        if self._counts_names and os.fstat(self._fd).st_nlink == 0:
            why = f"somebody deleted the run's journal ({self.path})"
            return Broken(why, "launch the plan again", gone=True)
        failure = self._not_renewed or self._syncing.failure()
        if failure is None:
            return None
        why = f"the journal can't be written to disk: {plain(failure)} ({self.path})"
        return Broken(why, "look after the disk, and launch the plan again on one that works")

    def close(self) -> None:
        """Write and sync what waits, and let go. JournalError: some of it may be lost for good."""
        if self._fd < 0:
            return
        self.sync()
        self._syncing.close()
        broken, left, self._fd, fd = self.broken(), len(self._pending), -1, self._fd
        os.close(fd)
        if broken is not None and not broken.gone:
            raise JournalError(broken.why, broken.remedy)
        if left:
            raise JournalError(
                f"{left} events could not be written ({self.stuck})",
                "free some space, and go on: `tmuxplan resume`",
                str(self.path),
            )

    def __enter__(self) -> Journal:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            self.close()
        except JournalError:
            if not isinstance(error, JournalError):  # else it has been said, and better
                raise

    def _write(self, line: bytes) -> None:
        if self._torn:
            self._cut()
        written = 0
        try:
            written = os.write(self._fd, line)
        finally:
            # A part of a line would swallow the next event: it is cut off again.
            self._torn = written < len(line)
            if self._torn:
                with contextlib.suppress(OSError):
                    self._cut()
        if written < len(line):
            raise OSError(errno.ENOSPC, "only a part of an event could be written")
        self._size += written
        self._unsynced = True

    def _cut(self) -> None:
        os.ftruncate(self._fd, self._size)
        self._torn = False

    def _lock(self) -> None:
        try:
            fcntl.flock(self._fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise JournalError(
                "another process is writing this journal",
                "the run has a supervisor already; see `tmuxplan status`",
                str(self.path),
            ) from None
        except OSError:
            # Some network file systems have no locks; the supervisor's own check remains.
            return

    def _mend(self) -> int:
        """Cut a torn last line; the size of what is whole."""
        size = os.fstat(self._fd).st_size
        whole = _whole_size(self._fd, size)
        if whole < size:
            try:
                os.ftruncate(self._fd, whole)
            except OSError as error:
                raise refused(self.path, error) from error
            self.notices = (f"{self.path}: a torn last line of {size - whole} bytes was cut off",)
        return whole

    def _renew(self) -> OSError | None:
        """Write what is there over itself, for the next sync to make sure of; why not, if so.

        The disk may have refused it, and the kernel told that to an earlier supervisor alone.
        """
        try:
            fd = os.open(self.path, os.O_WRONLY | os.O_CLOEXEC)  # one that appends can't
        except OSError as error:
            return error
        try:
            for at in range(0, self._size, _CHUNK):
                data = os.pread(self._fd, min(_CHUNK, self._size - at), at)
                if os.pwrite(fd, data, at) < len(data):
                    return OSError(errno.ENOSPC, "only a part could be written")
        except OSError as error:
            return error
        finally:
            os.close(fd)
        self._unsynced = self._size > 0
        return None


class Reading(msgspec.Struct, frozen=True):
    """What a journal says, and what of it could not be read, in words."""

    events: tuple[Event, ...]
    notices: tuple[str, ...] = ()


def read(path: Path) -> Reading:
    """The whole journal. JournalError: there is none, or it can't be opened."""
    tail = Tail(path)
    events = tail.new()
    if not tail.found:
        raise JournalError("there is no journal", "was the run launched at all?", str(path))
    torn = (f"{path}: a torn last line was left out",) if tail.torn else ()
    return Reading(events, (*tail.notices, *torn))


class Tail:
    """Reads a journal as it grows. `torn`: after the last whole line there is a part of one."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.notices: tuple[str, ...] = ()
        self.found = False
        self.torn = False
        self._offset = 0
        self._line = 0

    def new(self) -> tuple[Event, ...]:
        """The events of the whole lines since the last call; none while there is no journal."""
        try:
            with reading(self.path) as file:
                file.seek(self._offset)
                data = file.read()
        except FileNotFoundError:
            return ()
        except OSError as error:
            raise JournalError(
                f"can't be read: {error.strerror}", "check its permissions", str(self.path)
            ) from error
        self.found = True
        whole = data.rfind(b"\n") + 1
        self._offset += whole
        self.torn = whole < len(data)
        found = (self._event(line) for line in data[:whole].split(b"\n")[:-1])
        return tuple(event for event in found if event is not None)

    def _event(self, line: bytes) -> Event | None:
        self._line += 1
        where = f"{self.path}:{self._line}"
        try:
            event = decode(line)
        except JournalError as broken:
            self.notices += (f"{where}: skipped, this line is no event: {broken.what}",)
            return None
        if isinstance(event, Unknown):
            self.notices += (
                f"{where}: skipped an event {event.event!r} that a newer tmuxplan wrote",
            )
            return None
        return event


def follow(path: Path) -> Tail:
    """An incremental reader that starts at the beginning."""
    return Tail(path)


def _whole_size(fd: int, size: int) -> int:
    """Bytes up to and with the last newline."""
    end = size
    while end > 0:
        start = max(0, end - _CHUNK)
        found = os.pread(fd, end - start, start).rfind(b"\n")
        if found >= 0:
            return start + found + 1
        end = start
    return 0
