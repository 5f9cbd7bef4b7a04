"""A run as it goes on: events -> facts, and of ten thousand tasks only those that changed.

The facts of all tasks take 50 ms for a thousand of them: what did not change is kept.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from tmuxplan import events as ev
from tmuxplan.plan.model import Edge, Frozen, Task
from tmuxplan.report.facts import RunFacts, TaskFacts
from tmuxplan.report.gathering import facts
from tmuxplan.schedule.shells import others_of
from tmuxplan.schedule.state import RunState

_OF_ALL = (ev.RunStarted, ev.SupervisorStarted, ev.PlanChanged, ev.RunEnded)
_with = msgspec.structs.replace


class Following:
    """The fold, and the facts of each task as they were last told."""

    def __init__(self, frozen: Frozen) -> None:
        self.state = RunState()
        self._go_by(frozen)

    @property
    def frozen(self) -> Frozen:
        """The plan as it is gone by now."""
        return self._frozen

    def apply(self, events: Iterable[ev.Event]) -> bool:
        """Fold these in; whether the plan was changed by them: then `read_again`."""
        changed = False
        for event in events:
            self.state.apply(event)
            changed = changed or isinstance(event, ev.PlanChanged)
            if isinstance(event, _OF_ALL):
                self._known.clear()
            task = getattr(event, "task", "")
            if task:
                self._stale |= {task, *self._dependents.get(task, ())}
        return changed

    def read_again(self, frozen: Frozen) -> None:
        """Go by this plan from here on."""
        self._go_by(frozen)

    def facts(self, now: float, alive: bool) -> RunFacts:
        """Everything that is known now."""
        stale = {task for task in self._numbers if self._is_stale(task)}
        # Shells of one task are told together: what one lacks, another may have printed.
        stale |= {other.id for task in stale for other in self._shells.get(task, ())}
        chosen = [task for task in self._numbers if task in stale]
        told = facts(self._part(chosen), self.state, now, alive)
        for task in told.tasks:
            self._known[task.id] = _with(task, number=self._numbers[task.id])
        self._stale.clear()
        return _with(told, tasks=tuple(self._known[task] for task in self._numbers))

    def _is_stale(self, task: str) -> bool:
        known = self._known.get(task)
        # What runs has a clock that ticks.
        return known is None or task in self._stale or known.outcome == "running"

    def _part(self, chosen: list[str]) -> Frozen:
        if len(chosen) == len(self._numbers):
            return self._frozen
        tasks = tuple(self._tasks[task] for task in chosen)
        edges = tuple(edge for task in chosen for edge in self._edges.get(task, ()))
        return _with(self._frozen, plan=_with(self._frozen.plan, tasks=tasks, edges=edges))

    def _go_by(self, frozen: Frozen) -> None:
        self._frozen = frozen
        self._tasks: dict[str, Task] = {task.id: task for task in frozen.plan.tasks}
        self._numbers = {task: n for n, task in enumerate(self._tasks, 1)}
        self._shells = others_of(frozen.plan.tasks)
        self._edges: dict[str, list[Edge]] = {}
        self._dependents: dict[str, set[str]] = {}
        for edge in frozen.plan.edges:
            self._edges.setdefault(edge.task, []).append(edge)
            self._dependents.setdefault(edge.on, set()).add(edge.task)
        self._known: dict[str, TaskFacts] = {}
        self._stale: set[str] = set()
