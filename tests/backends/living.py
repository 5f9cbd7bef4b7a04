"""Whether a process has ended."""

from __future__ import annotations

import psutil

from tmuxplan.run import clock


def lives(pid: int) -> bool:
    """A zombie has ended: its parent may ask late how."""
    try:
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def until_ended(pid: int, within_s: float = 10) -> None:
    until = clock.monotonic() + within_s
    while lives(pid):
        assert clock.monotonic() < until, pid
        clock.pause(0.01)
