"""How much of everything this machine still gives out."""

from __future__ import annotations

import os
import resource
from pathlib import Path

import msgspec

_PTYS = Path("/proc/sys/kernel/pty")


class Disk(msgspec.Struct, frozen=True):
    """What a folder's file system has left for this user. `inodes` None: it does not count."""

    bytes: int
    inodes: int | None


def disk(folder: Path) -> Disk:
    """OSError: nobody may ask."""
    said = os.statvfs(folder)
    return Disk(said.f_bavail * said.f_frsize, said.f_favail if said.f_files else None)


def open_files() -> int | None:
    """How many files a process may have open; None: as many as it likes."""
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return None if soft == resource.RLIM_INFINITY else soft


def pty_opens() -> str:
    """Why no pseudo-terminal can be opened; empty: one can."""
    try:
        for fd in os.openpty():
            os.close(fd)
    except OSError as error:
        return error.strerror or str(error)
    return ""


def ptys_left() -> int | None:
    """How many pseudo-terminals are left; None: this system does not say (macOS)."""
    try:
        most, used = (int((_PTYS / name).read_text()) for name in ("max", "nr"))
    except (OSError, ValueError):
        return None
    return most - used
