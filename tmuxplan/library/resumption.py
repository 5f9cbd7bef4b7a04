"""What a supervisor is told of a run that it goes on with."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import msgspec

from tmuxplan import events as ev
from tmuxplan.journal.folder import RunFolder
from tmuxplan.library.options import Kept
from tmuxplan.plan.model import Frozen
from tmuxplan.run.ahead import Prepare
from tmuxplan.schedule.state import RunState


class Next(msgspec.Struct, frozen=True):
    """What a resumed run goes by. `change`: how that differs from before, None: it does not;
    `write` puts its files into a folder."""

    frozen: Frozen
    attempts: Prepare
    kept: Kept
    change: ev.PlanChanged | None
    write: Callable[[RunFolder], None]


class Resumption(Protocol):
    """What a resumed run does, asked once it is known what became of the attempts that ran."""

    next: Next | None

    def before(self, state: RunState) -> None:
        """Told of the run as it was left."""

    def refuse(self, state: RunState) -> None:
        """UsageError: what still runs does not fit what is to be done."""

    def again(self, state: RunState) -> tuple[ev.Reopened, ...]:
        """What runs again, and why."""
