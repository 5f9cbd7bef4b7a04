"""The detached process that a launch leaves behind: made here, found here.

`supervisor.json` names its process and is locked by it for as long as it lives: the lock, not
the number, says whether a supervisor is there, since numbers are used again.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import signal
from collections.abc import Callable, Iterator
from typing import NamedTuple

import msgspec

from tmuxplan.errors import JournalError
from tmuxplan.journal.folder import RunFolder
from tmuxplan.regular import open_regular, reading
from tmuxplan.run import clock, control

_LOCK_PATIENCE_S = 2.0
_LOCK_LOOK_S = 0.01
_NOTE_BYTES = 1024
"""What `supervisor.json` takes from its first moment, so that a full disk lets it be told why."""


class Supervisor(msgspec.Struct, frozen=True):
    """`supervisor.json`. `gave_up`: why, in words, where it left the run unfinished."""

    pid: int
    start: float
    gave_up: str = ""


class Watched(NamedTuple):
    """`lives` tells whether a supervisor works on the run. `ends`: a descriptor that can be read
    once the run has ended, or the process that worked on it when this began; none where there is
    no such process, or it does not listen (yet)."""

    lives: Callable[[], bool]
    ends: tuple[int, ...]


def alive(folder: RunFolder) -> bool:
    """Whether a supervisor works on this run now."""
    try:
        fd = open_regular(folder.supervisor_json)
    except OSError:
        return False
    try:
        return _locked(fd)
    finally:
        os.close(fd)


@contextlib.contextmanager
def watching(folder: RunFolder) -> Iterator[Watched]:
    """Whoever works on this run, also while its folder has another name."""
    try:
        fd = open_regular(folder.supervisor_json)
    except OSError:
        yield Watched(lambda: False, ())
        return
    line = control.line_until_end(folder.control_socket) if _locked(fd) else None
    try:
        yield Watched(lambda: _locked(fd), () if line is None else (line.fileno(),))
    finally:
        os.close(fd)
        if line is not None:
            line.close()


def _locked(fd: int) -> bool:
    try:
        fcntl.flock(fd, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    fcntl.flock(fd, fcntl.LOCK_UN)
    return False


def gave_up(folder: RunFolder) -> str:
    """Why the run's last supervisor left it unfinished; empty: it did not say."""
    try:
        with reading(folder.supervisor_json) as file:
            return msgspec.json.decode(file.read(), type=Supervisor).gave_up
    except (OSError, msgspec.MsgspecError):
        return ""


@contextlib.contextmanager
def holding(folder: RunFolder) -> Iterator[None]:
    """Be the run's one supervisor. JournalError: there is another."""
    fd = os.open(folder.supervisor_json, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        _lock(fd, folder)
        me = Supervisor(os.getpid(), clock.now())
        _note(fd, me)
        try:
            yield
        except JournalError as error:
            _note(fd, msgspec.structs.replace(me, gave_up=str(error)))
            raise
    finally:
        os.close(fd)


def _note(fd: int, what: Supervisor) -> None:
    """Written over what is there: that takes no room."""
    line = msgspec.json.encode(what).ljust(_NOTE_BYTES)
    with contextlib.suppress(OSError):  # a full disk takes the note, not the lock
        os.pwrite(fd, line, 0)
        os.ftruncate(fd, len(line))


def _lock(fd: int, folder: RunFolder) -> None:
    deadline = clock.monotonic() + _LOCK_PATIENCE_S
    while True:
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            # `alive` of another process holds the lock for an instant: that is no supervisor.
            if clock.monotonic() < deadline:
                clock.pause(_LOCK_LOOK_S)
                continue
            raise JournalError(
                f"run {folder.id} has a supervisor already", "see `tmuxplan status`"
            ) from None
        return


@contextlib.contextmanager
def signals(ask_stop: Callable[[str], None]) -> Iterator[int]:
    """INT and TERM ask for the run's end; yields a descriptor that can be read when one came."""
    reader, writer = os.pipe()
    os.set_blocking(reader, False)
    os.set_blocking(writer, False)
    signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda n, _: ask_stop(f"{signal.Signals(n).name} to the supervisor"))
    try:
        yield reader
    finally:
        signal.set_wakeup_fd(-1)
        os.close(reader)
        os.close(writer)
