"""What a verdict is made from: the part of `schedule.state.AttemptRecord` that judging needs.

A Protocol, because the rooms don't import each other; `judge/verdict.py` takes the record.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from tmuxplan.events import Evidence


class StepFacts(Protocol):
    """What the ledger says of a step that ended."""

    @property
    def n(self) -> int: ...
    @property
    def status(self) -> int: ...
    @property
    def pipe(self) -> tuple[int, ...]: ...
    @property
    def put_back(self) -> str: ...
    @property
    def stopped(self) -> bool: ...
    @property
    def log_line(self) -> int: ...


class Facts(Protocol):
    """An attempt that ended. `started` None: it is not known to have begun; `status` None: not
    known, and `lost` says why. `stop_why` is
    "timeout", "halt", "stop", "not up" or "done" where we ended it; for "done" what was known
    by then."""

    @property
    def started(self) -> float | None: ...
    @property
    def status(self) -> int | None: ...
    @property
    def lost(self) -> str: ...
    @property
    def log_lines(self) -> int: ...
    @property
    def steps(self) -> Sequence[StepFacts]: ...
    @property
    def found(self) -> tuple[Evidence, ...]: ...
    @property
    def criteria_seen(self) -> tuple[int, ...]: ...
    @property
    def stop_why(self) -> str: ...
