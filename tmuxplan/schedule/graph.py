"""A plan's dependencies as a graph: who waits for whom, waves, and the critical path."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from tmuxplan.plan.model import Edge, EdgeKind, Plan

_MOST_COUNTED = 10_000
"""Past so many, only those are counted that need a task directly: the others take n * n bits."""


class Need(msgspec.Struct, frozen=True):
    """One dependency of a task."""

    on: str
    kind: EdgeKind


class Graph(msgspec.Struct, frozen=True):
    """`order` is the plan's; `needs` and `dependents` have a key for every task."""

    order: tuple[str, ...]
    needs: Mapping[str, tuple[Need, ...]]
    dependents: Mapping[str, tuple[str, ...]]


class CriticalPath(msgspec.Struct, frozen=True):
    """The chain of tasks that takes longest, in seconds."""

    tasks: tuple[str, ...]
    low_s: float
    high_s: float


def graph_of(plan: Plan, selected: frozenset[str] | None = None) -> Graph:
    """The graph of the plan, or of a part of it: what was not asked for is nobody's need."""
    order = tuple(t.id for t in plan.tasks if selected is None or t.id in selected)
    known = frozenset(order)
    needs: dict[str, list[Need]] = {task: [] for task in order}
    dependents: dict[str, list[str]] = {task: [] for task in order}
    for edge in _inside(plan.edges, known):
        needs[edge.task].append(Need(edge.on, edge.kind))
        dependents[edge.on].append(edge.task)
    return Graph(order, _frozen(needs), _frozen(dependents))


def _inside(edges: tuple[Edge, ...], known: frozenset[str]) -> list[Edge]:
    return [edge for edge in edges if edge.task in known and edge.on in known]


def _frozen(lists: Mapping[str, list]) -> dict[str, tuple]:  # type: ignore[type-arg]
    return {key: tuple(values) for key, values in lists.items()}


def sorted_by_need(graph: Graph) -> tuple[str, ...]:
    """Every task after what it needs, else in the plan's order. A cycle's tasks are left out."""
    unmet = {task: len(graph.needs[task]) for task in graph.order}
    ready = [task for task in graph.order if unmet[task] == 0]
    for task in ready:  # grows while it is walked
        for dependent in graph.dependents[task]:
            unmet[dependent] -= 1
            if unmet[dependent] == 0:
                ready.append(dependent)
    return tuple(ready)


def waves(plan: Plan) -> tuple[tuple[str, ...], ...]:
    """Tasks that could run side by side: wave n needs something of wave n-1."""
    graph = graph_of(plan)
    depth: dict[str, int] = {}
    for task in sorted_by_need(graph):
        depth[task] = max((depth[need.on] + 1 for need in graph.needs[task]), default=0)
    found: list[list[str]] = [[] for _ in range(max(depth.values(), default=-1) + 1)]
    for task in graph.order:
        if task in depth:
            found[depth[task]].append(task)
    return tuple(tuple(wave) for wave in found)


def critical_path(plan: Plan) -> CriticalPath:
    """The longest chain by the plan's estimates, of equally long ones that with more tasks.

    A task without an estimate counts as nothing.
    """
    spans = {t.id: (t.estimate.low_s, t.estimate.high_s) for t in plan.tasks if t.estimate}
    return _longest(plan, spans)


def expected_path(plan: Plan) -> CriticalPath | None:
    """The same by what earlier runs took, and the plan's estimates where there are none; None:
    nothing was learned."""
    if all(task.learned is None for task in plan.tasks):
        return None
    known = {task.id: task.expected_s for task in plan.tasks}
    return _longest(plan, {task: (s, s) for task, s in known.items() if s is not None})


def _longest(plan: Plan, spans: Mapping[str, tuple[float, float]]) -> CriticalPath:
    graph = graph_of(plan)
    best: dict[str, tuple[float, float, int]] = {}  # high, low, tasks: of the chain that ends here
    came_from: dict[str, str] = {}
    for task in sorted_by_need(graph):
        low, high = spans.get(task, (0.0, 0.0))
        longest = max((need.on for need in graph.needs[task]), key=best.__getitem__, default=None)
        if longest is not None:
            came_from[task] = longest
        behind = best[longest] if longest is not None else (0.0, 0.0, 0)
        best[task] = (high + behind[0], low + behind[1], behind[2] + 1)
    if not best:
        return CriticalPath((), 0.0, 0.0)
    last = max(best, key=best.__getitem__)
    high, low, _ = best[last]
    return CriticalPath(_chain(last, came_from), low, high)


def _chain(last: str, came_from: Mapping[str, str]) -> tuple[str, ...]:
    chain = [last]
    while chain[-1] in came_from:
        chain.append(came_from[chain[-1]])
    return tuple(reversed(chain))


def turns(plan: Plan) -> dict[str, int]:
    """Which task goes first where not all that may start can: what has the longest chain behind
    it, then what most tasks wait for, then the plan's first. By task its place, from 0.

    A minute counts for a task of which nobody knows how long it takes.
    """
    graph = graph_of(plan)
    spans = {t.id: 60.0 if t.expected_s is None else t.expected_s for t in plan.tasks}
    after = sorted_by_need(graph)
    ahead: dict[str, float] = {}
    for task in reversed(after):
        behind = max(
            (ahead.get(dependent, 0.0) for dependent in graph.dependents[task]), default=0.0
        )
        ahead[task] = spans[task] + behind
    counts = _counted_behind(graph, after)
    urgent = sorted(graph.order, key=lambda task: (-ahead.get(task, 0.0), -counts.get(task, 0)))
    return {task: place for place, task in enumerate(urgent)}


def _counted_behind(graph: Graph, after: tuple[str, ...]) -> dict[str, int]:
    """By task: how many need it, directly or by others. A set of tasks is an integer's bits."""
    if len(after) > _MOST_COUNTED:
        return {task: len(graph.dependents[task]) for task in after}
    bits = {task: 1 << n for n, task in enumerate(after)}
    behind: dict[str, int] = {}
    for task in reversed(after):
        found = 0
        for dependent in graph.dependents[task]:
            found |= behind.get(dependent, 0) | bits.get(dependent, 0)
        behind[task] = found
    return {task: found.bit_count() for task, found in behind.items()}
