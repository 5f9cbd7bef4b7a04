"""What the dashboard is given: where it looks, and whom it asks. It touches nothing else."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

import msgspec

from tmuxplan.journal.journal import Tail
from tmuxplan.plan.model import Frozen
from tmuxplan.report.facts import Excerpt, RunFacts
from tmuxplan.report.sheet import LogLine
from tmuxplan.run.control import Request
from tmuxplan.schedule.state import RunState


class Log(Protocol):
    """One attempt's log, by line; secrets are masked in what it hands out."""

    @property
    def count(self) -> int:
        """Lines that are known."""

    @property
    def hidden(self) -> int:
        """Secrets that are masked, as far as they are known."""

    def size(self) -> int:
        """Bytes on the disk now."""

    def grow(self, until: int) -> bool:
        """Know the lines before byte `until`; False: there is more to count."""

    def lines(self, first: int, count: int) -> Sequence[LogLine]:
        """Lines from number `first` (from 1) on."""

    def last(self, count: int) -> Sequence[LogLine]:
        """About the last lines, before they are counted: without their numbers."""

    def find(self, needle: str, after: int, backwards: bool = False) -> int:
        """The number of the next line that says this; 0: there is none."""


class Bell(Protocol):
    """Rings when a file that is watched has grown."""

    def watch(self, task: str, n: int) -> None:
        """Ring for this attempt's log, too, in place of the last one (n 0: for none)."""

    def ring(self, heard: Callable[[], None]) -> None:
        """Call `heard`, in another thread, whenever something grew; not again before it returns."""

    def close(self) -> None:
        """Never ring again."""


class Source(msgspec.Struct, frozen=True):
    """A run to look at, and what may be done with it.

    `frozen`: the plan by the state now; `log`: of a task's attempt; `printed`: by task and step the
    last lines before a failure, which may take seconds. `act` does what a person wants and
    returns what to tell; `visit` shows a task's window, or returns the argv to become for that.
    Both raise a TmuxplanError that says why not. `leave` is for q: whether the screen stays
    although the person left; `name`: who it is, if nobody says otherwise; `bare`: it has not the
    environment of a person's shell, so that it lets no run go on that has ended.
    """

    frozen: Callable[[RunState], Frozen]
    tail: Tail
    alive: Callable[[], bool]
    now: Callable[[], float]
    bell: Bell
    log: Callable[[Callable[[], RunState], str, int], Log]
    printed: Callable[[RunState, RunFacts], dict[tuple[str, int], Excerpt]]
    act: Callable[[Request], str]
    visit: Callable[[str], tuple[str, ...]]
    leave: Callable[[], bool]
    name: str
    bare: bool = False
