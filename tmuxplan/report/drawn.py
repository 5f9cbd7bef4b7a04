"""The dependency graph laid out in layers, for SVG. Pure."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping

import msgspec

from tmuxplan.plan.model import Edge
from tmuxplan.report.facts import RunFacts, TaskFacts

MOST = 300
WIDE, HIGH = 190, 54
_BOX_WIDE, _BOX_HIGH = 150, 38
_SWEEPS = 6


class Node(msgspec.Struct, frozen=True):
    """A task's box; `x` and `y` are its upper left corner."""

    task: TaskFacts
    x: int
    y: int
    critical: bool


class Line(msgspec.Struct, frozen=True):
    """An edge as an SVG path; `kind` as in the plan."""

    kind: str
    path: str
    says: str
    critical: bool


class Drawing(msgspec.Struct, frozen=True):
    width: int
    height: int
    nodes: tuple[Node, ...]
    lines: tuple[Line, ...]
    box_width: int = _BOX_WIDE
    box_height: int = _BOX_HIGH


def drawing(run: RunFacts, edges: tuple[Edge, ...], critical: tuple[str, ...]) -> Drawing | None:
    """The graph; None where there is nothing to draw, or too much for anybody to read."""
    known = {task.id: task for task in run.tasks}
    edges = tuple(e for e in edges if e.on in known and e.task in known)
    if not edges or len(known) > MOST:
        return None
    layers = _ordered(_layers(tuple(known), edges), edges)
    tall = max(len(layer) for layer in layers)
    nodes = {
        task: Node(
            known[task],
            column * WIDE + 8,
            # Short columns stand in the middle of the tall ones.
            row * HIGH + 8 + (tall - len(layer)) * HIGH // 2,
            task in critical,
        )
        for column, layer in enumerate(layers)
        for row, task in enumerate(layer)
    }
    path = set(itertools.pairwise(critical))
    lines = tuple(_line(edge, nodes, (edge.on, edge.task) in path) for edge in edges)
    return Drawing(
        len(layers) * WIDE - (WIDE - _BOX_WIDE) + 16, tall * HIGH, tuple(nodes.values()), lines
    )


def _layers(tasks: tuple[str, ...], edges: tuple[Edge, ...]) -> list[list[str]]:
    """Each task one layer behind the last of its needs; a cycle's edges are passed over."""
    needs: dict[str, list[str]] = {task: [] for task in tasks}
    for edge in edges:
        needs[edge.task].append(edge.on)
    depth: dict[str, int] = {}
    left = list(tasks)
    while left:
        ready = [t for t in left if all(need in depth for need in needs[t])] or left[:1]
        for task in ready:
            depth[task] = 1 + max((depth[n] for n in needs[task] if n in depth), default=-1)
        left = [task for task in left if task not in depth]
    found: list[list[str]] = [[] for _ in range(max(depth.values()) + 1)]
    for task in tasks:
        found[depth[task]].append(task)
    return found


def _ordered(layers: list[list[str]], edges: tuple[Edge, ...]) -> list[list[str]]:
    """Neighbours near each other, so that few lines cross: by the mean place of neighbours."""
    near: dict[str, list[str]] = {}
    for edge in edges:
        near.setdefault(edge.task, []).append(edge.on)
        near.setdefault(edge.on, []).append(edge.task)
    for sweep in range(_SWEEPS):
        places = {t: n - len(layer) / 2 for layer in layers for n, t in enumerate(layer)}
        for layer in layers if sweep % 2 == 0 else reversed(layers):
            layer.sort(key=lambda task: _mean(near.get(task, ()), places, task))
            places.update({t: n - len(layer) / 2 for n, t in enumerate(layer)})
    return layers


def _mean(neighbours: Iterable[str], places: Mapping[str, float], task: str) -> float:
    found = [places[other] for other in neighbours]
    return sum(found) / len(found) if found else places[task]


def _line(edge: Edge, nodes: Mapping[str, Node], critical: bool) -> Line:
    start, end = nodes[edge.on], nodes[edge.task]
    x1, y1 = start.x + _BOX_WIDE, start.y + _BOX_HIGH // 2
    x2, y2 = end.x, end.y + _BOX_HIGH // 2
    bend = max(20, abs(x2 - x1) // 2)
    path = f"M{x1},{y1} C{x1 + bend},{y1} {x2 - bend},{y2} {x2 - 4},{y2}"
    return Line(edge.kind, path, f"{edge.task} needs {edge.on} ({edge.kind})", critical)
