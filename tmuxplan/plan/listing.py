"""The index of a directory's plan: what a manifest says of the files that it lists."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from tmuxplan.plan import families, metadata
from tmuxplan.plan.ids import Named
from tmuxplan.plan.markdown import Heading, Item, Node, Paragraph, Table
from tmuxplan.plan.metadata import Meta


class Listed(msgspec.Struct, frozen=True):
    """A group of tasks, as a manifest's heading has it. `key` is its family and number."""

    key: tuple[str, str]
    title: str
    line: int
    tasks: tuple[str, ...]


def metas(nodes: tuple[Node, ...], named: Named) -> Iterator[tuple[str, Meta]]:
    """The metadata lines that stand under a file's name, with the task of that file."""
    for task, node in _about(nodes, named):
        if isinstance(node, (Paragraph, Item)):
            for line in node.lines:
                for meta in metadata.pairs(line.text, line.line):
                    yield task, meta


def groups(nodes: tuple[Node, ...], named: Named) -> Iterator[Listed]:
    """The phases, waves and groups under whose headings files are listed."""
    heading: Heading | None = None
    inside: dict[str, None] = {}
    for node in (*nodes, Heading(0, "", 0)):
        if isinstance(node, Heading) and (heading is None or node.level <= heading.level):
            if heading and inside:
                yield _listed(heading, inside)
            called = families.name(node.text)
            group = called and families.BY_NAME[called.family].kind == "group"
            heading, inside = (node if group else None), {}
        elif heading:
            inside |= dict.fromkeys(_named(node, named))


def _listed(heading: Heading, inside: dict[str, None]) -> Listed:
    called = families.name(heading.text)
    assert called is not None
    return Listed((called.family, called.key), called.title, heading.line, tuple(inside))


def _about(nodes: tuple[Node, ...], named: Named) -> Iterator[tuple[str, Node]]:
    """Each block that is about one file: it names it, or stands under a block that does."""
    task, depth = "", 0
    for node in nodes:
        files = _named(node, named)
        own = node.depth if isinstance(node, (Paragraph, Item)) else 0
        if len(files) == 1 and not isinstance(node, Table) and (own <= depth or not task):
            task, depth = files[0], own
        elif isinstance(node, Heading) or (isinstance(node, Item) and own <= depth):
            task = ""
        if task:
            yield task, node


def _named(node: Node, named: Named) -> tuple[str, ...]:
    if isinstance(node, Heading):
        return named.inside(node.text)
    if isinstance(node, Table):
        # What a row is about stands first; files further on are what it depends on.
        rows = (named.inside(" ".join(row.cells))[:1] for row in node.rows)
        return tuple(task for row in rows for task in row)
    if isinstance(node, (Paragraph, Item)) and node.lines:
        return named.inside(node.lines[0].text)
    return ()
