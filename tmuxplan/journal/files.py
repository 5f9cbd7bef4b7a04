"""Private folders and files, made whole or not at all, and what the system's refusals mean."""

from __future__ import annotations

import contextlib
import errno
import os
from pathlib import Path

from tmuxplan.errors import JournalError, plain

_REMEDIES = {
    errno.ENOSPC: "free some space and try again",
    errno.EDQUOT: "free some space and try again (your disk quota is used up)",
    errno.EACCES: "make it writable, or launch from a directory that is",
    errno.EPERM: "make it writable, or launch from a directory that is",
    errno.EROFS: "launch from a directory that is not read-only",
    errno.ENOTDIR: "a file is in the way; move it, or launch from another directory",
    errno.ENOENT: "the directory is gone; go to one that exists",
}


def make_folder(path: Path) -> bool:
    """Make a 0700 folder; False if it was there. JournalError if it can't be."""
    try:
        path.mkdir(mode=0o700)
    except FileExistsError:
        if path.is_dir():
            return False
        raise JournalError(
            "is a file where a folder should be", "move it away and try again", str(path)
        ) from None
    except OSError as error:
        raise refused(path, error) from error
    return True


def write_new(path: Path, data: bytes) -> None:
    """Write a 0600 file unless there is one."""
    with contextlib.suppress(FileExistsError):
        _write(path, data)


def write_whole(path: Path, data: bytes) -> None:
    """Replace a 0600 file by one with this content: readers see the old or the new, never a part.

    JournalError (where, why, remedy) if the disk is full or the folder can't be written.
    """
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    aside.unlink(missing_ok=True)
    _write(aside, data)
    try:
        aside.replace(path)
    except OSError as error:
        raise refused(path, error) from error


def refused(path: Path, error: OSError) -> JournalError:
    """The system's refusal as an error with the place and a remedy."""
    remedy = _REMEDIES.get(error.errno or 0, "check the disk and the permissions")
    return JournalError(f"can't be written: {plain(error)}", remedy, str(path))


def _write(path: Path, data: bytes) -> None:
    try:
        fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise
    except OSError as error:
        raise refused(path, error) from error
    try:
        with os.fdopen(fd, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        path.unlink(missing_ok=True)
        raise refused(path, error) from error
