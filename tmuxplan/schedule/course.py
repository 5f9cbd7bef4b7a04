"""What of a plan decides how long the rest of its run takes: made once, asked often. Pure."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from tmuxplan.plan.model import Plan
from tmuxplan.schedule.graph import Graph, graph_of, turns

Entry = tuple[float, int, str]
"""How urgent a task is (less: sooner), or its time; a number between equal ones; its id."""


class Course(msgspec.Struct, frozen=True):
    """A plan, or a part of it. `spans`: seconds, where somebody knows;
    `commands`: who has any; `servers`: by task whom it needs up, `users`: by server who does;
    `locks`: by task, of those that have any."""

    graph: Graph
    entries: Mapping[str, Entry]
    spans: Mapping[str, float]
    commands: frozenset[str]
    servers: Mapping[str, frozenset[str]]
    users: Mapping[str, frozenset[str]]
    locks: Mapping[str, frozenset[str]]


def course_of(plan: Plan, selected: frozenset[str]) -> Course:
    """That of these tasks."""
    graph, place = graph_of(plan, selected), turns(plan)
    tasks = [task for task in plan.tasks if task.id in selected]
    needs = [(task, need) for task, own in graph.needs.items() for need in own]
    ready = [(task, need.on) for task, need in needs if need.kind == "ready"]
    return Course(
        graph=graph,
        entries={task: (place[task], n, task) for n, task in enumerate(graph.order)},
        spans={task.id: task.expected_s for task in tasks if task.expected_s is not None},
        commands=frozenset(task.id for task in tasks if task.blocks),
        servers=_sets(ready),
        users=_sets([(server, task) for task, server in ready]),
        locks=_sets([(task.id, lock.text) for task in tasks for lock in task.locks]),
    )


def _sets(pairs: list[tuple[str, str]]) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for one, other in pairs:
        found.setdefault(one, set()).add(other)
    return {one: frozenset(others) for one, others in found.items()}
