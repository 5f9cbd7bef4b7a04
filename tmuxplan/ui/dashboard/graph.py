"""The graph of the tasks in characters: who needs whom, and how far each is. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from tmuxplan.plan.model import Edge
from tmuxplan.report.drawn import HIGH, WIDE, Drawing, drawing
from tmuxplan.report.facts import RunFacts, TaskFacts
from tmuxplan.ui.dashboard.canvas import Canvas
from tmuxplan.ui.dashboard.cells import Line, Piece, fitted, wrapped
from tmuxplan.ui.dashboard.rows import COLOURS, glyph, state_word

_BOX = 22
_NARROWEST = 8
_LANES = 4
_GUTTER = _LANES + 3


def graph_lines(run: RunFacts, edges: tuple[Edge, ...], chosen: str, width: int) -> list[Line]:
    """From left to right, those that are needed first; what concerns `chosen` stands out. Where
    that is too wide for the screen or too much to read: in waves."""
    edges = essential(edges)
    drawn = drawing(run, edges, ())
    if drawn is None:
        return _waves(run, edges, width)
    columns = 1 + max(_column(node.x) for node in drawn.nodes)
    box = min(_BOX, (width - 1 - _GUTTER * (columns - 1)) // columns)
    if box < _NARROWEST:
        return _waves(run, edges, width)
    return _picture(drawn, edges, chosen, box, width)


def essential(edges: Iterable[Edge]) -> tuple[Edge, ...]:
    """Without those that follow from others: A needs C, where A needs B and B needs C."""
    needs: dict[str, set[str]] = {}
    for edge in edges:
        needs.setdefault(edge.task, set()).add(edge.on)
    above: dict[str, set[str]] = {}

    def all_above(task: str, on_the_way: frozenset[str]) -> set[str]:
        if task not in above and task not in on_the_way:
            found: set[str] = set()
            for on in needs.get(task, ()):
                found |= {on} | all_above(on, on_the_way | {task})
            above[task] = found
        return above.get(task, set())

    return tuple(
        edge
        for edge in edges
        if not any(
            edge.on in all_above(other, frozenset())
            for other in needs[edge.task]
            if other != edge.on
        )
    )


def _column(x: int) -> int:
    return (x - 8) // WIDE


def _row(y: int) -> int:
    """Two lines a task: what passes by goes between them."""
    return (y - 8) * 2 // HIGH


def _picture(
    drawn: Drawing, edges: tuple[Edge, ...], chosen: str, box: int, width: int
) -> list[Line]:
    places = {node.task.id: (_column(node.x), _row(node.y)) for node in drawn.nodes}
    height = 2 + max(row for _, row in places.values())
    canvas = Canvas(width, height)
    lanes = {node.task.id: n % _LANES for n, node in enumerate(drawn.nodes)}
    taken = set(places.values())
    # What stands out is drawn last, over the others.
    for edge in sorted(edges, key=lambda e: chosen in (e.on, e.task)):
        if edge.on in places and edge.task in places:
            strong = chosen in (edge.on, edge.task)
            ends = (places[edge.on], places[edge.task])
            _draw(canvas, ends, lanes[edge.on], box, taken, strong=strong)
    for node in drawn.nodes:
        column, row = places[node.task.id]
        _write(canvas, node.task, column * (box + _GUTTER), row, box, chosen)
    return canvas.lines()


def _draw(
    canvas: Canvas,
    ends: tuple[tuple[int, int], tuple[int, int]],
    lane: int,
    box: int,
    taken: set[tuple[int, int]],
    *,
    strong: bool,
) -> None:
    (from_column, from_row), (to_column, to_row) = ends
    pitch = box + _GUTTER
    start, end = from_column * pitch + 1, to_column * pitch - 2  # under the box: it may be short
    x = start + box + lane
    between = range(from_column + 1, to_column)
    row = from_row
    while any((column, row) in taken for column in between):
        row += 1 if row >= from_row and row % 2 == from_row % 2 else -1
        if row < 0 or abs(row - from_row) > 1:
            row = from_row + 1
            break
    canvas.across(start, x, from_row, strong=strong)
    canvas.down(from_row, row, x, strong=strong)
    last = end - _LANES + lane
    if not between:
        last = x
    canvas.across(x, last, row, strong=strong)
    canvas.down(row, to_row, last, strong=strong)
    canvas.across(last, end, to_row, strong=strong)
    canvas.write(end + 1, to_row, "▸", "yellow" if strong else "dim")


def _write(canvas: Canvas, task: TaskFacts, x: int, y: int, box: int, chosen: str) -> None:
    style = COLOURS[state_word(task)]
    text = fitted(f"{glyph(task)} {task.id} {task.title}", box - 1).rstrip() + " "
    does = f"app.choose('{task.number}')"
    canvas.write(x, y, text, "reverse" if task.id == chosen else style, does)


def _waves(run: RunFacts, edges: tuple[Edge, ...], width: int) -> list[Line]:
    """Wave n needs something of wave n-1: as many lines as it takes."""
    found: list[Line] = []
    for n, wave in enumerate(_by_depth(run, edges), 1):
        names: list[Piece] = [Piece(f"{n:>3}  ", "dim")]
        for task in wave:
            style = COLOURS[state_word(task)]
            names += [
                Piece(f"{glyph(task)} {task.id}", style, f"app.choose('{task.number}')"),
                Piece("  "),
            ]
        found += wrapped(tuple(names), width, most=len(wave) + 1)
    return found


def _by_depth(run: RunFacts, edges: tuple[Edge, ...]) -> list[list[TaskFacts]]:
    needs: dict[str, list[str]] = {}
    for edge in edges:
        needs.setdefault(edge.task, []).append(edge.on)
    depth: dict[str, int] = {}
    left = list(run.tasks)
    while left:
        ready = [t for t in left if all(on in depth for on in needs.get(t.id, ()))] or left
        level = {t.id: 1 + max((depth.get(on, 0) for on in needs.get(t.id, ())), default=-1)
                 for t in ready}  # fmt: skip
        depth |= level
        left = [t for t in left if t.id not in depth]
    waves: list[list[TaskFacts]] = [[] for _ in range(max(depth.values(), default=-1) + 1)]
    for task in run.tasks:
        waves[depth[task.id]].append(task)
    return waves
