"""Ordered lists whose items have commands -> tasks, where no heading has an id (grammar T4b)."""

from __future__ import annotations

import re

from tmuxplan.plan.families import Name
from tmuxplan.plan.markdown import Heading, Item, Node

_BOXED = re.compile(r"^\[[ xX]\]\s*(?P<number>\d{1,9})[.)]\s+(?P<title>\S.*)$")


def items(nodes: tuple[Node, ...]) -> list[tuple[int, int, Name]]:
    """Where each numbered top-level item begins and ends, and its name; in document order."""
    found: list[tuple[int, int, Name]] = []
    start: int | None = None
    for index, node in enumerate((*nodes, None)):
        name = _name(node) if isinstance(node, Item) else None
        if name is None and node is not None and not isinstance(node, Heading):
            continue
        if start is not None:
            found[-1] = (start, index, found[-1][2])
        start = index if name else None
        if name:
            found.append((index, index, name))
    return _counted(found)


def _name(item: Item) -> Name | None:
    if item.depth != 1 or not item.lines:
        return None
    text = item.lines[0].text.strip()
    if item.number is not None:
        return Name("item", item.number[:9], text)
    boxed = _BOXED.match(text)
    return Name("item", boxed["number"], boxed["title"]) if boxed else None


def _counted(found: list[tuple[int, int, Name]]) -> list[tuple[int, int, Name]]:
    """Items that are all numbered `1.` are meant to be counted."""
    if len({name.number for _, _, name in found}) > 1:
        return found
    return [(s, e, Name("item", str(n), name.title)) for n, (s, e, name) in enumerate(found, 1)]
