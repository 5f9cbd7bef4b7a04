"""Locks that hold across the runs of one user: ports. Which a task needs, and which it lacks."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from tmuxplan.plan.locks import port_of
from tmuxplan.plan.model import Task
from tmuxplan.schedule.graph import Graph


class Outside:
    """`elsewhere`: locks that other runs hold, and who, in words.

    A task takes all that it needs, or none. A server needs also those of the tasks that keep it
    up: of who waits for it, and of who these wait for. Else it would hold its port while they
    wait for the port of another run's server, which may wait for this one.
    """

    def __init__(self, tasks: Mapping[str, Task], graph: Graph) -> None:
        self.elsewhere: dict[str, str] = {}
        self._graph = graph
        ports = {
            id_: frozenset(lock.text for lock in task.locks if port_of(lock.text) is not None)
            for id_, task in tasks.items()
        }
        self._own = {task: names for task, names in ports.items() if names}
        self._groups: dict[str, frozenset[str]] = {}

    def needed(self, task: str, open_tasks: Collection[str]) -> frozenset[str]:
        """What the task must have before it starts, and while it runs."""
        if not self._own:
            return frozenset()
        own = self._own.get(task, frozenset())
        return own.union(*(self._own[one] for one in self._group(task) if one in open_tasks))

    def own(self, task: str) -> frozenset[str]:
        """What it would hold if it were alone."""
        return self._own.get(task, frozenset())

    def lacks(self, task: str, open_tasks: Collection[str]) -> frozenset[str]:
        """What keeps it from starting: other runs hold it."""
        if not self.elsewhere:
            return frozenset()
        return self.needed(task, open_tasks) & self.elsewhere.keys()

    def _group(self, task: str) -> frozenset[str]:
        """The tasks with ports that a server stays up for."""
        if task not in self._groups:
            found = self._reached(task) if self._users(task) else set()
            self._groups[task] = frozenset(found & self._own.keys())
        return self._groups[task]

    def _reached(self, server: str) -> set[str]:
        found, todo = {server}, [server]
        while todo:
            at = todo.pop()
            needs = [] if at == server else [need.on for need in self._graph.needs[at]]
            more = {*needs, *self._users(at)} - found
            found |= more
            todo += more
        return found

    def _users(self, server: str) -> list[str]:
        return [
            other
            for other in self._graph.dependents[server]
            if any(n.on == server and n.kind == "ready" for n in self._graph.needs[other])
        ]
