"""What `--wait` shows in pipes and CI while a run goes on: a line for each change of state."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from tmuxplan import events as ev
from tmuxplan.plan.model import Frozen
from tmuxplan.schedule.state import RunState
from tmuxplan.ui.progress import Words


class Shown(Protocol):
    """A run that is being shown. `hear` each event, then `tick` whenever time went by."""

    def hear(self, event: ev.Event, state: RunState) -> None: ...

    def tick(self, state: RunState, now: float) -> None: ...

    def __enter__(self) -> Shown: ...

    def __exit__(self, *_: object) -> None: ...


class Lines:
    """For pipes and CI: one plain line a change, behind the first `past` events."""

    def __init__(self, frozen: Frozen, past: int, echo: Callable[[str], None]) -> None:
        self._words, self._past, self._echo = Words(frozen), past, echo

    def hear(self, event: ev.Event, state: RunState) -> None:
        """Tell it, if it changes something that a person waits for."""
        self._past -= 1
        line = self._words.told(event, state) if self._past < 0 else None
        if line is not None:
            self._echo(line)

    def tick(self, state: RunState, now: float) -> None:
        """Lines do not tick."""

    def __enter__(self) -> Lines:
        return self

    def __exit__(self, *_: object) -> None: ...
