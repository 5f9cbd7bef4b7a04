"""What a launch allows: settings of the scheduler, frozen."""

from __future__ import annotations

import msgspec


class Policy(msgspec.Struct, frozen=True):
    """`jobs`: tasks at once. `grace_s`: from INT to KILL. Retries and halts join here."""

    jobs: int = 32
    grace_s: float = 10.0
