"""A plan's mermaid graphs -> statements about its tasks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from tmuxplan.plan import families, mermaid
from tmuxplan.plan.ids import Index
from tmuxplan.plan.markdown import Fence, Node
from tmuxplan.plan.mermaid import Arrow, Graph
from tmuxplan.plan.shells import tag
from tmuxplan.plan.statements import Statement, Statements


def from_graphs(out: Statements, nodes: Iterable[Node]) -> None:
    """The flowcharts among the plan's fences."""
    for node in nodes:
        if isinstance(node, Fence) and tag(node) == "mermaid":
            graph = mermaid.read(node.text, node.body_line)
            if graph:
                _graph(out, graph)


def _graph(out: Statements, graph: Graph) -> None:
    for line in graph.unread:
        out.problems.warning(
            "mermaid", line, "this line of the graph is not understood", "write it as A --> B"
        )
    meant = {name: _meant(out.index, name, graph.labels.get(name, "")) for name in graph.lines}
    before: dict[str, list[Arrow]] = {}
    for arrow in graph.arrows:
        before.setdefault(arrow.to, []).append(arrow)
    for name, tasks in meant.items():
        for task in tasks:
            _node(out, task, graph.lines[name], list(_before(out, name, before, meant)), len(tasks))


def _node(
    out: Statements, task: str, line: int, stated: list[tuple[str, int, bool]], beside: int
) -> None:
    """What the arrows into a node say of one of its tasks, which are `beside` many."""
    out.spend(len(stated), line)
    out.found += [
        Statement(task, (on,), "mermaid", at, "soft" if soft else "hard")
        for on, at, soft in stated
        if on != task or beside == 1
    ]
    if not stated:
        out.found.append(Statement(task, (), "mermaid", line))


def _meant(index: Index, name: str, label: str) -> tuple[str, ...]:
    """The tasks of a node, by its label's id, its own, or the group that it names."""
    for text in (label, name):
        called = families.name(text) if text else None
        if called:
            task = index.task(called.family, called.key)
            group = index.group(called.family, called.key)
            if task or group:
                return (task,) if task else group or ()
    number = index.number(families.key(name), False) if name.isdecimal() else None
    return (number,) if number else ()


def _before(
    out: Statements,
    name: str,
    before: Mapping[str, list[Arrow]],
    meant: Mapping[str, tuple[str, ...]],
) -> Iterator[tuple[str, int, bool]]:
    """The tasks right before a node; nodes that are no tasks are looked through."""
    seen: set[tuple[str, bool]] = set()
    todo = [(arrow, arrow.line, arrow.soft) for arrow in before.get(name, ())]
    while todo:
        arrow, line, soft = todo.pop()
        if (arrow.source, soft) in seen:
            continue
        seen.add((arrow.source, soft))
        tasks = meant[arrow.source]
        for task in tasks:
            yield task, line, soft
        if not tasks and out.spend(1, line):
            todo += [(a, line, soft or a.soft) for a in before.get(arrow.source, ())]
