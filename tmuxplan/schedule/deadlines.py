"""What time alone will change: by task, on a clock that never goes back, in seconds."""

from __future__ import annotations

from tmuxplan.plan.model import Task

_NEVER = float("inf")
PATIENCE = 2.0
"""A task that takes this many times its estimate is warned of."""
LAST_LOOK_S = 2.0
"""What ended well, and left nothing that we can see, may be up all the same: `docker run -d`."""


class Deadlines:
    """`timeout`: must have ended. `up`: must be up. `slow`: should have ended. `retry`: may be
    tried again from then on. `coming`: it passed, and what it started must be up."""

    def __init__(self) -> None:
        self.timeout: dict[str, float] = {}
        self.up: dict[str, float] = {}
        self.slow: dict[str, float] = {}
        self.retry: dict[str, float] = {}
        self.coming: dict[str, float] = {}

    def began(self, task: Task, now: float) -> None:
        """An attempt of it was started at `now`."""
        if task.timeout_s is not None:
            self.timeout[task.id] = now + task.timeout_s
        self.progressed(task, now)
        if task.estimate is not None and task.estimate.high_s > 0:
            self.slow[task.id] = now + PATIENCE * task.estimate.high_s

    def progressed(self, task: Task, now: float) -> None:
        """It ended a step: what makes it a server is a later one."""
        if task.ready is not None and task.ready.within_s is not None:
            self.up[task.id] = now + task.ready.within_s

    def came_up(self, task: str) -> None:
        """It stays as long as it is needed."""
        for due in (self.up, self.slow, self.coming):
            due.pop(task, None)

    def left_behind(self, task: Task, now: float, *, lives: bool) -> None:
        """It passed, and may come up yet. `lives`: something that it left behind does."""
        within = task.ready.within_s if task.ready else None
        longest = _NEVER if within is None else within
        self.coming[task.id] = now + (longest if lives else min(longest, LAST_LOOK_S))

    def ended(self, task: str) -> None:
        """Nothing of it is due any more."""
        for due in (self.timeout, self.up, self.slow, self.retry):
            due.pop(task, None)

    def next_after(self, now: float, stopping: set[str]) -> float | None:
        """The earliest after `now`, those of attempts that are being stopped left out."""
        found = [at for at in (*self.retry.values(), *self.coming.values()) if now < at < _NEVER]
        for due in (self.timeout, self.up, self.slow):
            found += [at for task, at in due.items() if at > now and task not in stopping]
        return min(found, default=None)
