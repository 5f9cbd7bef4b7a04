"""What is left beside the runs' folders, and is of no use to anybody."""

from __future__ import annotations

import math
import socket
from collections.abc import Iterable
from pathlib import Path

from tmuxplan.journal.sockets import private_folder

_FRESH_S = 60.0
"""A socket is there an instant before its supervisor listens on it."""


def deaf_sockets(now: float) -> tuple[Path, ...]:
    """Sockets in this user's short folder that no supervisor listens on any more. JournalError:
    the folder is not private."""
    known = sorted(private_folder().glob("*.sock"))
    return tuple(path for path in known if now - _made(path) > _FRESH_S and not _heard(path))


def remove_sockets(paths: Iterable[Path]) -> int:
    """How many are gone by this."""
    count = 0
    for path in paths:
        try:
            path.unlink()
        except OSError:  # somebody else was quicker
            continue
        count += 1
    return count


def _made(path: Path) -> float:
    """Long to come, where it is gone."""
    try:
        return path.lstat().st_mtime
    except OSError:
        return math.inf


def _heard(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as asked:
        asked.settimeout(1)
        try:
            asked.connect(str(path))
        except (ConnectionRefusedError, FileNotFoundError):
            return False
        except OSError:  # busy, or of another kind: somebody may be there
            return True
    return True
