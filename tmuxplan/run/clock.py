"""The only place that asks what time it is."""

from __future__ import annotations

import time


def now() -> float:
    """Wall-clock time, seconds since the epoch, for the journal."""
    return time.time()


def monotonic() -> float:
    """Seconds that never go back, for deadlines; a clock set back must not prolong one."""
    return time.monotonic()


def pause(seconds: float) -> None:
    """Let time pass between two looks at something that can't wake us."""
    time.sleep(seconds)
