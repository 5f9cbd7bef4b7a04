"""The dependency graph laid out in columns, for SVG. Pure.

Of many tasks those are drawn that somebody looks for: what went wrong, what waits, the critical
path. The others stand together, a box for each column and outcome.
"""

from __future__ import annotations

import itertools
from collections import deque
from collections.abc import Iterable, Iterator, Mapping

import msgspec

from tmuxplan.plan.model import Edge
from tmuxplan.report.facts import FAILURES, Outcome, RunFacts, TaskFacts
from tmuxplan.report.words import counted

ALL, SINGLE, COLUMNS = 300, 120, 100
"""Up to so many tasks all are drawn; of more tasks so many by themselves, in so many columns."""
WIDE, HIGH = 190, 54
_BOX_WIDE, _BOX_HIGH = 150, 38
_SWEEPS = 6
_LOOKED_FOR: tuple[frozenset[Outcome], ...] = (
    FAILURES,
    frozenset({"waiting", "running", "skipped"}),
    frozenset({"blocked", "halted"}),
)

Box = tuple[TaskFacts, ...]
"""What stands in one box: a task, or several of one outcome in the plan's order."""


class Node(msgspec.Struct, frozen=True):
    """A box; `x` and `y` are its upper left corner. `task` is the first in it."""

    task: TaskFacts
    head: str
    says: str
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
    """`whole`: every task has a box of its own."""

    width: int
    height: int
    nodes: tuple[Node, ...]
    lines: tuple[Line, ...]
    whole: bool = True
    box_width: int = _BOX_WIDE
    box_height: int = _BOX_HIGH


def drawing(run: RunFacts, edges: tuple[Edge, ...], critical: tuple[str, ...]) -> Drawing | None:
    """The graph; None where there is nothing to draw."""
    known = {task.id: task for task in run.tasks}
    edges = tuple(e for e in edges if e.on in known and e.task in known)
    if not edges:
        return None
    columns = _columns(tuple(known), edges)
    boxes = _boxes(run, columns, frozenset(critical))
    edges = _between(edges, boxes)
    layers = _ordered(_layers(boxes, columns), edges)
    nodes = _nodes(layers, boxes, frozenset(critical))
    path = set(itertools.pairwise(critical))
    return Drawing(
        len(layers) * WIDE - (WIDE - _BOX_WIDE) + 16,
        max(len(layer) for layer in layers) * HIGH,
        tuple(nodes.values()),
        tuple(_line(edge, nodes, (edge.on, edge.task) in path) for edge in edges),
        whole=len(nodes) == len(known),
    )


def _columns(tasks: tuple[str, ...], edges: tuple[Edge, ...]) -> dict[str, int]:
    """Each task one column behind the last of its needs, in columns that can be looked at."""
    depth = _depths(tasks, edges)
    deepest = max(depth.values()) + 1
    if len(tasks) <= ALL or deepest <= COLUMNS:
        return depth
    return {task: at * COLUMNS // deepest for task, at in depth.items()}


def _depths(tasks: tuple[str, ...], edges: tuple[Edge, ...]) -> dict[str, int]:
    """How many needs are behind each other before a task; in a cycle one edge is passed over."""
    after: dict[str, list[str]] = {}
    left = dict.fromkeys(tasks, 0)
    for edge in edges:
        after.setdefault(edge.on, []).append(edge.task)
        left[edge.task] += 1
    depth = dict.fromkeys(tasks, 0)
    ready = deque(task for task in tasks if not left[task])
    while left:
        task = ready.popleft() if ready else next(iter(left))
        del left[task]
        for other in after.get(task, ()):
            if other in left:
                depth[other] = max(depth[other], depth[task] + 1)
                left[other] -= 1
                if not left[other]:
                    ready.append(other)
    return depth


def _boxes(
    run: RunFacts, columns: Mapping[str, int], critical: frozenset[str]
) -> Mapping[str, Box]:
    """By the id of every task: the box that it stands in."""
    alone = {task.id for task in run.tasks}
    if len(run.tasks) > ALL:
        alone = set(itertools.islice(_looked_for(run, critical), SINGLE))
    groups: dict[tuple[object, ...], list[TaskFacts]] = {}
    for task in run.tasks:
        key = (task.id,) if task.id in alone else (columns[task.id], task.outcome)
        groups.setdefault(key, []).append(task)
    boxes = [tuple(group) for group in groups.values()]
    return {task.id: box for box in boxes for task in box}


def _looked_for(run: RunFacts, critical: frozenset[str]) -> Iterator[str]:
    """What went wrong first, then the critical path, then what waits, and what it held."""
    wrong, *others = _LOOKED_FOR
    yield from (task.id for task in run.tasks if task.outcome in wrong)
    yield from (task.id for task in run.tasks if task.id in critical)
    for outcomes in others:
        yield from (task.id for task in run.tasks if task.outcome in outcomes)


def _between(edges: tuple[Edge, ...], boxes: Mapping[str, Box]) -> tuple[Edge, ...]:
    """The edges between boxes, each once: by the first task in a box, the strongest kind."""
    found: dict[tuple[str, str], Edge] = {}
    for edge in edges:
        on, task = boxes[edge.on][0].id, boxes[edge.task][0].id
        if on != task and (found.get((on, task)) is None or edge.kind == "hard"):
            found[on, task] = msgspec.structs.replace(edge, on=on, task=task)
    return tuple(found.values())


def _layers(boxes: Mapping[str, Box], columns: Mapping[str, int]) -> list[list[str]]:
    """The boxes by column, each named by its first task."""
    found: list[list[str]] = [[] for _ in range(max(columns.values()) + 1)]
    for first in dict.fromkeys(box[0].id for box in boxes.values()):
        found[columns[first]].append(first)
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


def _nodes(
    layers: list[list[str]], boxes: Mapping[str, Box], critical: frozenset[str]
) -> Mapping[str, Node]:
    """By the id of its first task. Short columns stand in the middle of the tall ones."""
    tall = max(len(layer) for layer in layers)
    found = {}
    for column, layer in enumerate(layers):
        for row, first in enumerate(layer):
            y = row * HIGH + 8 + (tall - len(layer)) * HIGH // 2
            found[first] = _node(boxes[first], column * WIDE + 8, y, critical)
    return found


def _node(box: Box, x: int, y: int, critical: frozenset[str]) -> Node:
    first, last = box[0], box[-1]
    if len(box) == 1:
        return Node(first, first.id, first.title, x, y, first.id in critical)
    on_path = any(task.id in critical for task in box)
    return Node(first, counted(len(box), "task"), f"{first.id} … {last.id}", x, y, on_path)


def _line(edge: Edge, nodes: Mapping[str, Node], critical: bool) -> Line:
    start, end = nodes[edge.on], nodes[edge.task]
    x1, y1 = start.x + _BOX_WIDE, start.y + _BOX_HIGH // 2
    x2, y2 = end.x, end.y + _BOX_HIGH // 2
    bend = max(20, abs(x2 - x1) // 2)
    path = f"M{x1},{y1} C{x1 + bend},{y1} {x2 - bend},{y2} {x2 - 4},{y2}"
    return Line(edge.kind, path, f"{_named(end)} needs {_named(start)} ({edge.kind})", critical)


def _named(node: Node) -> str:
    """ "T001", "312 tasks (T004 … T960)"."""
    return node.head if node.head == node.task.id else f"{node.head} ({node.says})"
