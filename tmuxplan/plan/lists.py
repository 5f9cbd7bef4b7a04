"""Lists whose items have commands -> tasks, where no heading has an id (grammar T4b).

Items of ordered lists by their numbers, also `- [ ] 1. …` and `- **1. …**`; items of any list that
a family names: `- **Task 1: …**`.
"""

from __future__ import annotations

import msgspec

from tmuxplan.plan import families, roles
from tmuxplan.plan.families import Name
from tmuxplan.plan.markdown import Heading, Item, Node
from tmuxplan.plan.patterns import lazy

_BOX = r"(?:\[[ xX]\]\s*)?"
_BOXED = lazy(r"\[[ xX]\]\s*(?P<number>\d{1,9})[.)]\s+(?P<title>\S.*)$")
_BOLD = lazy(rf"{_BOX}(?:\*\*|__)(?P<number>\d{{1,9}})[.):]\s+(?P<title>[^*_].*?)(?:\*\*|__)?$")
_NAMED = lazy(rf"{_BOX}(?P<rest>(?:\*\*|__)?\S.*)$")


class Listed(msgspec.Struct, frozen=True):
    """An item with an id: nodes `start` to `end` (exclusive). `aside`: it stands under a heading
    for when things go wrong."""

    name: Name
    start: int
    end: int
    aside: bool


def items(nodes: tuple[Node, ...]) -> list[Listed]:
    """The top-level items with an id, in document order."""
    found: list[Listed] = []
    aside = 0
    for index, node in enumerate((*nodes, None)):
        name = _name(node) if isinstance(node, Item) else None
        if name is None and node is not None and not isinstance(node, Heading):
            continue
        if found and found[-1].end < 0:
            found[-1] = msgspec.structs.replace(found[-1], end=index)
        if isinstance(node, Heading):
            aside = 0 if node.level <= aside else aside
            aside = aside or (node.level if node.level > 1 and _is_aside(node.text) else 0)
        if name:
            found.append(Listed(name, index, -1, bool(aside)))
    likely = [each for each in found if not each.aside]
    return _counted(likely or found)


def _is_aside(title: str) -> bool:
    return roles.aside(title) or roles.role(title) in ("recovery", "never")


def _name(item: Item) -> Name | None:
    if item.depth != 1 or not item.lines:
        return None
    text = item.lines[0].text.strip()
    if item.number is not None:
        return Name("item", item.number[:9], text)
    numbered = _BOXED.match(text) or _BOLD.match(text)
    if numbered:
        return Name("item", numbered["number"], numbered["title"])
    named = _NAMED.match(text)
    called = families.name(named["rest"]) if named else None
    return called if called and called.family not in ("item", "issue") else None


def _counted(found: list[Listed]) -> list[Listed]:
    """Items that are all numbered `1.` are meant to be counted."""
    if len({each.name.number for each in found}) > 1 or not found:
        return found
    return [
        msgspec.structs.replace(each, name=Name(each.name.family, str(n), each.name.title))
        for n, each in enumerate(found, 1)
    ]
