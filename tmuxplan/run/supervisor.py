"""The detached process that a launch leaves behind: made here, found here.

`supervisor.json` names its process and is locked by it for as long as it lives: the lock, not
the number, says whether a supervisor is there, since numbers are used again.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import signal
import struct
import sys
from collections.abc import Callable, Collection, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import msgspec

from tmuxplan.errors import BackendError, JournalError, TmuxplanError, UsageError
from tmuxplan.journal.folder import RunFolder
from tmuxplan.regular import open_regular, reading
from tmuxplan.run import clock, control

_LOCK_PATIENCE_S = 2.0
_LOCK_LOOK_S = 0.01
_HIGHEST_FD = 1024
"""Where nobody says which descriptors there are."""
_NOTE_BYTES = 1024
"""What `supervisor.json` takes from its first moment, so that a full disk lets it be told why."""

_LENGTH = struct.Struct("!Q")
"""Of an order, which is whole or none: who writes it may be killed."""

Announce = Callable[[], None]
"""Called by the work once the run is on: the launch may return then."""
CarryOut = Callable[[bytes, Announce], None]
"""Supervises a run, by an order that only who wrote it and who reads it need to understand."""


class _Word(msgspec.Struct, frozen=True):
    """What the child tells the launch: all empty where the run is on."""

    what: str = ""
    remedy: str = ""
    where: str = ""
    kind: str = ""


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


def detach(folder: RunFolder, work: Callable[[Announce], None]) -> None:
    """Do `work` in a process of its own, and return when it announced that the run is on.

    The process has no terminal, its own session, and `supervisor.log` for what it prints.
    Raises what kept the run from starting.
    """
    reader, writer = os.pipe()

    def live() -> int:
        _become({writer}, folder.supervisor_log)
        return _supervise(writer, work)

    _leave_behind(live)
    os.close(writer)
    _listen(reader, folder)


class StandBy:
    """A process that waits to be a supervisor (`stand_by`). It ends when we do, if nobody has told
    it what to do by then."""

    def __init__(self, orders: int, words: int) -> None:
        self._orders, self._words = orders, words

    def detach(self, folder: RunFolder, order: bytes) -> None:
        """Have it begin, and return when the run is on. Raises what kept it from starting."""
        with contextlib.suppress(BrokenPipeError), os.fdopen(self._orders, "wb") as orders:
            orders.write(_LENGTH.pack(len(order)) + os.fsencode(folder.supervisor_log) + b"\0")
            orders.write(order)
        _listen(self._words, folder)


def stand_by(get_ready: Callable[[], CarryOut]) -> StandBy:
    """Have a process get ready for an order, which it will then carry out as `detach` says."""
    read_orders, orders = os.pipe()
    words, write_words = os.pipe()

    def live() -> int:
        _become({read_orders, write_words})
        try:
            carry_out = get_ready()
        except Exception:  # it comes again, once there is somebody to tell
            carry_out = _late(get_ready)
        with os.fdopen(read_orders, "rb") as pipe:
            text = pipe.read()
        size = _LENGTH.unpack(text[: _LENGTH.size])[0] if len(text) >= _LENGTH.size else -1
        log, _, order = text[_LENGTH.size :].partition(b"\0")
        if len(order) != size:
            return 0  # nothing is to be done, or nobody is left who would hear of it
        _speak_to(Path(os.fsdecode(log)))
        return _supervise(write_words, lambda announce: carry_out(order, announce))

    _leave_behind(live)
    os.close(read_orders)
    os.close(write_words)
    return StandBy(orders, words)


def _late(get_ready: Callable[[], CarryOut]) -> CarryOut:
    def carry_out(order: bytes, announce: Announce) -> None:
        get_ready()(order, announce)

    return carry_out


def _leave_behind(live: Callable[[], int]) -> None:
    """Have a process that is nobody's child end with what `live` returns there."""
    sys.stdout.flush()
    sys.stderr.flush()
    child = os.fork()
    if child == 0:
        # Twice, so that it is no session leader: opening a terminal must not make it ours.
        os.setsid()
        if os.fork() == 0:
            status = 70
            try:
                status = live()
            finally:  # whatever happens: it must not go on as a second launch
                os._exit(status)
        os._exit(0)
    os.waitpid(child, 0)


def _listen(reader: int, folder: RunFolder) -> None:
    with os.fdopen(reader, "rb") as pipe:
        heard = pipe.read()
    if not heard:
        raise JournalError("the supervisor died at its start", f"see {folder.supervisor_log}")
    word = msgspec.json.decode(heard, type=_Word)
    if word.what:
        kinds = {kind.__name__: kind for kind in (UsageError, BackendError, JournalError)}
        raise kinds.get(word.kind, BackendError)(word.what, word.remedy, word.where)


def _become(keep: Collection[int], log: Path | None = None) -> None:
    """Nothing of the launching shell stays open: a pipe held open would keep it waiting."""
    nothing = os.open(os.devnull, os.O_RDWR)
    for fd in (0, 1, 2):
        os.dup2(nothing, fd)
    if log is not None:
        _speak_to(log)
    for fd in _inherited():
        if fd not in keep:
            with contextlib.suppress(OSError):
                os.close(fd)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)


def _speak_to(log: Path) -> None:
    with contextlib.suppress(OSError):  # a full disk takes what is said, not the run
        out = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        os.dup2(out, 1)
        os.dup2(out, 2)
        os.close(out)


def _inherited() -> Iterable[int]:
    try:
        return [fd for name in os.listdir("/dev/fd") if (fd := int(name)) > 2]  # noqa: PTH208 (names)
    except OSError:
        return range(3, _HIGHEST_FD)


def _supervise(writer: int, work: Callable[[Announce], None]) -> int:
    announced = False

    def announce() -> None:
        nonlocal announced
        announced = True
        _say(writer, _Word())

    try:
        work(announce)
    except TmuxplanError as error:
        if not announced:
            _say(writer, _Word(error.what, error.remedy, error.where, type(error).__name__))
        with contextlib.suppress(OSError):  # the disk may be full, and the log with it
            print(error, file=sys.stderr, flush=True)
        return error.exit_code
    except BaseException as error:
        if not announced:
            _say(writer, _Word(f"{type(error).__name__}: {error}", "see supervisor.log"))
        with contextlib.suppress(OSError):
            sys.excepthook(*sys.exc_info())
        return 70
    return 0


def _say(writer: int, word: _Word) -> None:
    with contextlib.suppress(OSError):
        os.write(writer, msgspec.json.encode(word))
        os.close(writer)


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
