"""What a launch allows: settings of the scheduler, frozen."""

from __future__ import annotations

from typing import Literal

import msgspec

from tmuxplan.events import Verdict

FAILED: frozenset[Verdict] = frozenset({"failed", "timed out", "lost"})
"""Ends that are tried again where retries are left, and that count as failures. "lost" is one:
unknown is never success. What was stopped by us ("halted") never is."""

LONGEST_DELAY_S = 60.0


class Policy(msgspec.Struct, frozen=True):
    """`jobs`: tasks at once. `grace_s`: from INT to KILL.

    `retry_delay_s`: before the first retry of a task; it doubles for each further one, up to a
    minute. `max_failures`: so many distinct failed tasks halt the run (None: none do), and
    `halt` says what becomes of what runs. How often a task is tried again, and how long it may
    take, it says itself.
    """

    jobs: int = 32
    grace_s: float = 10.0
    retry_delay_s: float = 2.0
    max_failures: int | None = None
    halt: Literal["stop", "drain"] = "stop"

    def delay_s(self, retry: int) -> float:
        """Seconds before retry number `retry` (from 1)."""
        most = max(LONGEST_DELAY_S, self.retry_delay_s)
        doubled = self.retry_delay_s * 2.0 ** min(retry - 1, 60)
        return min(most, doubled)


DEFAULT = Policy()
