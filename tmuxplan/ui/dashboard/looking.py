"""One look at a run after the other: its facts, when it will be over, why it fails."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from tmuxplan.plan.model import Plan
from tmuxplan.report.causes import Cause, Where, causes
from tmuxplan.report.explain import explain
from tmuxplan.report.facts import FAILURES, Excerpt, RunFacts, TaskFacts
from tmuxplan.schedule.standing import Forecast
from tmuxplan.schedule.state import RunState
from tmuxplan.ui.dashboard.following import Following
from tmuxplan.ui.dashboard.forecast import Left, left_of
from tmuxplan.ui.dashboard.source import Source


class Looking:
    """`run`, `left` and `causes` are what the last look saw."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._follow = Following(source.frozen(RunState()))
        self._selected: tuple[str, ...] = ()
        self._forecast = Forecast(self.plan, frozenset())
        self._failures: tuple[object, ...] = ()
        self._printed: Mapping[Where, Excerpt] = {}
        self._read: set[tuple[str, int]] = set()
        self.left = Left()
        self.causes: tuple[Cause, ...] = ()
        self.run: RunFacts = self.look()

    @property
    def state(self) -> RunState:
        """The fold as far as it was read."""
        return self._follow.state

    @property
    def plan(self) -> Plan:
        """The plan as it is gone by now."""
        return self._follow.frozen.plan

    def look(self) -> RunFacts:
        """Read what is new, and tell what is known then."""
        alive = self._source.alive()  # before the journal: its last words are then in it
        if self._follow.apply(self._source.tail.new()):
            self._follow.read_again(self._source.frozen(self._follow.state))
            self._selected = ()
        self.run = self._follow.facts(self._source.now(), alive)
        self.left = left_of(self.run, self.state, self._forecasting())
        self._find_causes()
        return self.run

    def _forecasting(self) -> Forecast:
        """Made anew when other tasks are asked for than before."""
        started = self.state.started
        selected = started.selected if started is not None else ()
        if selected != self._selected:
            self._selected, self._forecast = selected, Forecast(self.plan, frozenset(selected))
        return self._forecast

    def _find_causes(self) -> None:
        """Again only when something failed, or was blocked, that had not before."""
        failures: tuple[object, ...] = tuple(
            (task.id, task.outcome, len(task.attempts))
            for task in self.run.tasks
            if task.outcome in FAILURES or task.outcome in ("blocked", "skipped")
        )
        failures += (self.run.verdict, self.run.state)
        if failures != self._failures:
            self._failures = failures
            self.causes = causes(self.run, self._printed)

    def explained(self, task: TaskFacts) -> str:
        """Why this task is as it is."""
        return explain(self.run, task, found=self.causes)

    def unread(self) -> RunFacts | None:
        """The failures of whose logs nothing was read yet, to `read`; None: there are none."""
        tasks = tuple(
            task
            for task in self.run.tasks
            if task.outcome in FAILURES and (task.id, len(task.attempts)) not in self._read
        )
        self._read.update((task.id, len(task.attempts)) for task in tasks)
        return msgspec.structs.replace(self.run, tasks=tasks) if tasks else None

    def read(self, failed: RunFacts) -> Mapping[Where, Excerpt]:
        """The last lines before these failures: in a thread, as logs can be gigabytes."""
        return self._source.printed(self._follow.state, failed)

    def know(self, printed: Mapping[Where, Excerpt]) -> None:
        """Tell the causes anew, with what was read: it may name a reason."""
        self._printed = {**self._printed, **printed}
        self.causes = causes(self.run, self._printed)
