"""Who holds which lock."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from tmuxplan.plan.model import Task


class Locks:
    """Locks by name, and their holders: one task, and those with whom it shares.

    A task holds its locks from its first attempt to its end: also between its attempts, so that
    nobody comes in between.
    """

    def __init__(self) -> None:
        self._holders: dict[str, set[str]] = {}

    def take(self, task: Task) -> None:
        """The task holds all of its locks from now on."""
        for lock in task.locks:
            self._holders.setdefault(lock.text, set()).add(task.id)

    def release(self, task: Task) -> None:
        """It holds none any more."""
        for lock in task.locks:
            self._holders.get(lock.text, set()).discard(task.id)

    def free(self, task: Task, sharers: Collection[str]) -> bool:
        """Whether nobody but itself and `sharers` holds one that it needs."""
        others = {*sharers, task.id}
        return all(self._holders.get(lock.text, set()) <= others for lock in task.locks)

    def held(self) -> Iterator[str]:
        """The names of locks that somebody holds."""
        return (name for name, holders in self._holders.items() if holders)
