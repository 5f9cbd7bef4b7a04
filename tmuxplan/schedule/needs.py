"""What each task lacks of those that it depends on, and what can't come any more."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Literal

from tmuxplan.schedule.graph import Graph

PASSES = frozenset({"passed", "skipped"})

Change = Literal["met", "doomed", ""]


class Needs:
    """The dependencies of a run's tasks, counted as they end and come up.

    `up`: servers that are. `coming`: those that passed, and are yet to answer. Of a task that has
    begun nothing needs to be asked any more: what it does without its server is its own matter.
    """

    def __init__(self, graph: Graph, coming: Mapping[str, float]) -> None:
        self.up: set[str] = set()
        self._graph = graph
        self._coming = coming
        self._kinds = {
            (task, need.on): need.kind for task, needs in graph.needs.items() for need in needs
        }
        self._unmet = {task: len(needs) for task, needs in graph.needs.items()}
        self._doomed: dict[str, list[str]] = {}
        self._ends: dict[str, str] = {}
        self._roots: dict[str, tuple[str, ...]] = {}

    def are_met(self, task: str) -> bool:
        """Whether nothing that it depends on is missing."""
        return self._unmet[task] <= 0

    def lack_only(self, task: str, running: Collection[str]) -> bool:
        """Whether all that it lacks runs now."""
        if self._unmet[task] > len(running):
            return False
        needs = self._graph.needs[task]
        return all(need.on in running or self._is_met(need.on, need.kind) for need in needs)

    def users(self, server: str) -> list[str]:
        """Who waits for it to be up."""
        dependents = self._graph.dependents[server]
        return [other for other in dependents if self._kinds[other, server] == "ready"]

    def doomed_by(self, task: str) -> tuple[str, ...]:
        """Those that did not pass, for which it can't run."""
        return tuple(self._doomed[task])

    def roots_of(self, task: str) -> tuple[str, ...]:
        """Where that began."""
        roots: list[str] = []
        for on in self._doomed[task]:
            roots.extend(root for root in self._roots.get(on, (on,)) if root not in roots)
        return tuple(roots)

    def blocked(self, task: str, roots: tuple[str, ...]) -> None:
        """It can't run, because of what began there."""
        self._roots[task] = roots

    def ended(self, task: str, verdict: str) -> None:
        """Its end, for all that ask later; `after` counts it for a dependent."""
        self._ends[task] = verdict

    def skipped_after_all(self, task: str) -> None:
        """Its end was another one; its dependents have to be counted again."""
        self._roots.pop(task, None)
        self._ends[task] = "skipped"

    def forget(self, task: str) -> None:
        """It is as if it had never ended."""
        self.up.discard(task)
        self._ends.pop(task, None)
        self._roots.pop(task, None)

    def after(self, dependent: str, on: str, verdict: str) -> Change:
        """What the end of one that it depends on is to a task that waits."""
        kind = self._kinds[dependent, on]
        if kind == "ready" and on in self._coming:
            return ""  # it waits on
        if kind == "ready" and on in self.up:
            if verdict in PASSES:
                return ""  # released when it came up
        elif _satisfies(kind, verdict):
            self._unmet[dependent] -= 1
            return "met"
        self._doomed.setdefault(dependent, []).append(on)
        return "doomed"

    def count_again(self, task: str) -> bool:
        """Everything that a task depends on, anew; whether it can't run."""
        needs = [(need.on, need.kind) for need in self._graph.needs[task]]
        self._doomed[task] = [on for on, kind in needs if self._dooms(on, kind)]
        self._unmet[task] = sum(not self._is_met(on, kind) for on, kind in needs)
        return bool(self._doomed[task])

    def _is_met(self, on: str, kind: str) -> bool:
        if kind == "ready" and on in self.up:
            return self._ends.get(on, "passed") in PASSES
        return on in self._ends and _satisfies(kind, self._ends[on])

    def _dooms(self, on: str, kind: str) -> bool:
        coming = kind == "ready" and on in self._coming
        return on in self._ends and not coming and not self._is_met(on, kind)


def _satisfies(kind: str, verdict: str) -> bool:
    """A server that ended is not up, whatever its verdict."""
    return {"soft": True, "hard": verdict in PASSES}.get(kind, verdict == "skipped")
