"""Leaving a process behind that carries a run out, and hearing from it whether the run is on."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import struct
import sys
from collections.abc import Callable, Collection, Iterable
from pathlib import Path
from typing import NoReturn

import msgspec

from tmuxplan.errors import BackendError, JournalError, TmuxplanError, UsageError
from tmuxplan.journal.folder import RunFolder
from tmuxplan.run import clock

_HIGHEST_FD = 1024
"""Where nobody says which descriptors there are."""
_LENGTH = struct.Struct("!Q")
"""Of an order, which is whole or none: who writes it may be killed."""

_WORD_S = 2.0
"""How long, after an interrupt, we wait to know what became of the run."""
_WORD_BYTES = 1 << 12
_FAILED = 255
"""The exit status of who failed without the system's having refused anything."""

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


class GoneError(Exception):
    """Who stood by is not there any more."""


class InterruptedLaunch(KeyboardInterrupt):
    """While a run was being started; without words, if it surely is not on."""


def detach(folder: RunFolder, work: Callable[[Announce], None]) -> None:
    """Do `work` in a process of its own, and return when it announced that the run is on.

    The process has no terminal, its own session, and `supervisor.log` for what it prints.
    Raises what kept the run from starting. KeyboardInterrupt: with words, if the run may be on.
    """
    reader, writer = os.pipe()

    def live() -> int:
        _become({writer}, folder.supervisor_log)
        return _supervise(writer, work)

    words = _Words(reader, folder)
    try:
        _leave_behind(live, writer)
    except KeyboardInterrupt:
        words.leave()
    except BackendError:
        words.close()
        raise
    words.listen()


class StandBy:
    """A process that waits to be a supervisor (`stand_by`). It ends when we do, if nobody has told
    it what to do by then."""

    def __init__(self, orders: int, words: int) -> None:
        self._orders, self._words = orders, words

    def detach(self, folder: RunFolder, order: bytes) -> None:
        """As `detach`. GoneError: it had ended before it was asked, and nothing was done."""
        words = _Words(self._words, folder)
        text = _LENGTH.pack(len(order)) + os.fsencode(folder.supervisor_log) + b"\0" + order
        try:
            with os.fdopen(self._orders, "wb", buffering=0) as orders:
                while text := text[orders.write(text) :]:
                    pass
        except BrokenPipeError:
            words.close()
            raise GoneError from None
        except KeyboardInterrupt:
            words.leave()
        words.listen()


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

    _leave_behind(live, read_orders, write_words)
    return StandBy(orders, words)


def _late(get_ready: Callable[[], CarryOut]) -> CarryOut:
    def carry_out(order: bytes, announce: Announce) -> None:
        get_ready()(order, announce)

    return carry_out


def _leave_behind(live: Callable[[], int], *its: int) -> None:
    """Have a process that is nobody's child end with what `live` returns there; these descriptors
    are its alone. BackendError: there is no process for it."""
    sys.stdout.flush()
    sys.stderr.flush()
    try:
        _fork_twice(live)
    finally:
        for fd in its:
            os.close(fd)


def _fork_twice(live: Callable[[], int]) -> None:
    try:
        child = os.fork()
    except OSError as error:
        raise _no_process(error.errno) from error
    if child == 0:
        status = _FAILED
        try:
            status = _fork_again(live)
        finally:  # whatever happens: it must not go on as a second launch
            os._exit(status)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if status:
        raise _no_process(status)


def _fork_again(live: Callable[[], int]) -> int:
    """Twice, so that it is no session leader: opening a terminal must not make it ours."""
    os.setsid()
    try:
        if os.fork():
            return 0
    except OSError as error:
        return error.errno or _FAILED
    return live()


def _no_process(number: int | None) -> BackendError:
    why = os.strerror(number) if number and 0 < number < _FAILED else "it ended at once"
    return BackendError(f"no process could be started for the run: {why}", "see `ulimit -u`")


class _Words:
    """What a supervisor says at its start, by a pipe."""

    def __init__(self, reader: int, folder: RunFolder) -> None:
        self._reader, self._folder = reader, folder
        self._heard = b""

    def close(self) -> None:
        os.close(self._reader)

    def listen(self) -> None:
        """Until it is told what became of the run; once somebody interrupts that, for a moment."""
        try:
            self._hear(None)
        except KeyboardInterrupt:
            self.leave()
        self._take()

    def leave(self) -> NoReturn:
        """Somebody does not want to wait; but what is on, and was to be stopped, must be said."""
        if not self._hear(_WORD_S):
            raise InterruptedLaunch(f"run {self._folder.id} may be on: see `tmuxplan status`")
        if not self._heard:
            raise InterruptedLaunch
        self._take()
        raise InterruptedLaunch(f"run {self._folder.id} is on; `tmuxplan stop` ends it")

    def _hear(self, within_s: float | None) -> bool:
        """Whether all is said; None: wait for it."""
        until = None if within_s is None else clock.monotonic() + within_s
        poll = select.poll()
        poll.register(self._reader, select.POLLIN)
        while poll.poll(until and max(0.0, until - clock.monotonic()) * 1000):
            part = os.read(self._reader, _WORD_BYTES)
            if not part:
                self.close()
                return True
            self._heard += part
        return False

    def _take(self) -> None:
        """Raises what kept the run from starting."""
        if not self._heard:
            log = self._folder.supervisor_log
            remedy = f"see {log}" if log.exists() and log.stat().st_size else "try it again"
            raise JournalError("the supervisor died at its start", remedy)
        word = msgspec.json.decode(self._heard, type=_Word)
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
        word = _Word(error.what, error.remedy, error.where, type(error).__name__)
        if announced or not _say(writer, word):
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


def _say(writer: int, word: _Word) -> bool:
    """Whether anybody can hear it."""
    try:
        os.write(writer, msgspec.json.encode(word))
    except OSError:
        return False
    finally:
        os.close(writer)
    return True
