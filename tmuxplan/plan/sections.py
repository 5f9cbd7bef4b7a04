"""The blocks of one task, each with the role of the sub-section that it stands in."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from tmuxplan.plan import families, metadata, roles
from tmuxplan.plan.markdown import Fence, Heading, Item, Node, Paragraph, Table
from tmuxplan.plan.metadata import Meta
from tmuxplan.plan.roles import Role

_NOT_RUN = ("recovery", "never")


class Placed(msgspec.Struct, frozen=True):
    """A block, the role of its section, and that section's title ("" before the first)."""

    node: Node
    role: Role | None
    title: str
    head: bool


def place(nodes: tuple[Node, ...]) -> Iterator[Placed]:
    """`nodes` without the task's own heading, in order."""
    above: list[tuple[int, Role | None, str]] = []
    label: tuple[Role | None, str] | None = None
    for node in nodes:
        if isinstance(node, Heading):
            while above and above[-1][0] >= node.level:
                above.pop()
            above.append((node.level, _role(node, above), node.text))
            label = None
            continue
        if isinstance(node, (Paragraph, Item)):
            label = _label(node) or (None if _starts_over(node) else label)
        role, title = (above[-1][1], above[-1][2]) if above else (None, "")
        if label and role not in _NOT_RUN:
            role, title = label
        yield Placed(node, role, title, not above)


def _role(heading: Heading, above: list[tuple[int, Role | None, str]]) -> Role | None:
    """What must not run stays so, whatever its sub-sections are called."""
    inherited = above[-1][1] if above else None
    if inherited in _NOT_RUN or families.name(heading.text):
        return inherited
    return roles.role(heading.text) or inherited


def _label(node: Paragraph | Item) -> tuple[Role | None, str] | None:
    """A `**Success Criteria:**` line on its own names what follows it."""
    if not node.lines or node.depth > (1 if isinstance(node, Item) else 0):
        return None
    last = node.lines[-1]
    found = metadata.pairs(last.text, last.line)
    if len(found) != 1 or found[0].value:
        return None
    return roles.role(found[0].label), found[0].label


def _starts_over(node: Paragraph | Item) -> bool:
    """A paragraph of further metadata ends what a label began."""
    return bool(isinstance(node, Paragraph) and node.lines and _metas(node))


def _metas(node: Paragraph | Item) -> list[Meta]:
    return [meta for text in node.lines for meta in metadata.pairs(text.text, text.line)]


def metas(placed: Placed) -> list[Meta]:
    """The metadata of a block; what recovery and example sections say is not the task's."""
    if placed.role in _NOT_RUN or placed.role == "criteria":
        return []
    if isinstance(placed.node, Table):
        rows = (placed.node.header, *placed.node.rows)
        return [meta for row in rows for meta in metadata.row(row.cells, row.line)]
    return _metas(placed.node) if isinstance(placed.node, (Paragraph, Item)) else []


def not_run(placed: Placed) -> str:
    """Why a shell fence of this section is listed and not run; "" where it runs."""
    if isinstance(placed.node, Fence) and placed.role in _NOT_RUN:
        return f'in "{placed.title}"'
    return ""
