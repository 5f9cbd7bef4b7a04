"""Locks on ports, which hold across the runs of one user: a locked file for each port.

The process that has a lock is the supervisor, and no child of it: when it dies, however, the
lock is free. Files stay; what is in one tells who had the lock last.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Collection
from pathlib import Path

import msgspec

from tmuxplan.errors import JournalError
from tmuxplan.journal.files import make_folder
from tmuxplan.journal.sockets import private_folder

FOLDER = "TMUXPLAN_LOCKS"
"""The variable that names another folder for them, for tests that must not wait for each other."""
_MOST = 4096


class Holder(msgspec.Struct, frozen=True):
    """Who has a lock: a task of a run that was launched in `cwd`."""

    run: str
    task: str
    cwd: str

    def __str__(self) -> str:
        words = f"{self.task} of run {self.run} in {self.cwd}"
        return "".join(char if char.isprintable() else "?" for char in words)[:300]


class Ports:
    """The locks that this run holds, by name. `broken`: why they hold only within it."""

    def __init__(self, run: str, cwd: str) -> None:
        self.broken = ""
        self._run = run
        self._cwd = cwd
        self._held: dict[str, int] = {}

    def take(self, names: Collection[str], task: str) -> dict[str, str]:
        """Hold them all, for this task; or none that was not held, and which another run has,
        with who that is."""
        got: dict[str, int] = {}
        for name in sorted(set(names) - self._held.keys()):  # in one order for every run
            try:
                found = self._try(name)
            except (OSError, JournalError) as error:
                self.broken = str(error)
                break
            if isinstance(found, str):
                for fd in got.values():
                    os.close(fd)
                return {name: found}
            got[name] = found
        self._held |= got
        for name in names:
            self._sign(name, task)
        return {}

    def keep(self, names: Collection[str]) -> None:
        """Let go of all others."""
        for name in self._held.keys() - set(names):
            os.close(self._held.pop(name))

    def close(self) -> None:
        """Let go of all."""
        self.keep(())

    @property
    def holds_any(self) -> bool:
        return bool(self._held)

    def _try(self, name: str) -> int | str:
        """The locked file's descriptor, or who has it. OSError: nobody can know."""
        path = _folder() / f"{name.replace(':', '-')}.lock"
        while True:
            fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
            try:
                fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
                if _is(path, fd):
                    return fd
            except BlockingIOError:
                return self._holder(fd)
            except OSError:
                os.close(fd)
                raise
            os.close(fd)  # somebody tidied up just now: locked is a file that nobody else sees

    def _holder(self, fd: int) -> str:
        try:
            with os.fdopen(fd, "rb") as file:
                return str(msgspec.json.decode(file.read(_MOST), type=Holder))
        except (OSError, msgspec.DecodeError):
            return "another run"  # it has not signed yet

    def _sign(self, name: str, task: str) -> None:
        """For who waits. A full disk takes the note, not the lock."""
        fd = self._held.get(name)
        if fd is not None:
            note = msgspec.json.encode(Holder(self._run, task, self._cwd))
            with contextlib.suppress(OSError):
                os.ftruncate(fd, 0)
                os.pwrite(fd, note, 0)


def _folder() -> Path:
    said = os.environ.get(FOLDER)
    folder = Path(said) if said else private_folder() / "ports"
    make_folder(folder)
    return folder


def _is(path: Path, fd: int) -> bool:
    """Whether the path still leads to this open file."""
    try:
        there = path.stat()
    except OSError:
        return False
    mine = os.fstat(fd)
    return (there.st_dev, there.st_ino) == (mine.st_dev, mine.st_ino)
