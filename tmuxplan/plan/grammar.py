"""Headings -> the members of each family, and the one family that holds the plan's tasks."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from tmuxplan.plan import families, lists, shells
from tmuxplan.plan.families import Name
from tmuxplan.plan.markdown import Fence, Heading, Node


class Member(msgspec.Struct, frozen=True):
    """A section whose heading has an id: nodes `start` to `end` (exclusive), heading included."""

    name: Name
    line: int
    level: int
    start: int
    end: int
    runnable: bool


class Outline(msgspec.Struct, frozen=True):
    """What the headings come to: the chosen family's members, and all others by family."""

    family: str
    members: tuple[Member, ...]
    others: tuple[Member, ...]


def outline(nodes: tuple[Node, ...]) -> Outline:
    """The plan's tasks by its headings; `family` is empty where no heading has an id."""
    found = _members(nodes) or _listed(nodes)
    by_family: dict[str, list[Member]] = {}
    for member in found:
        by_family.setdefault(member.name.family, []).append(member)
    chosen = _choose(by_family)
    return Outline(
        chosen,
        tuple(m for m in found if m.name.family == chosen),
        tuple(m for m in found if m.name.family != chosen),
    )


def _members(nodes: tuple[Node, ...]) -> list[Member]:
    shell_before = _counts(nodes)
    found: list[Member | None] = []
    open_: list[tuple[int, int, int, Name, int]] = []

    def close(level: int, end: int) -> None:
        while open_ and open_[-1][0] >= level:
            own_level, slot, start, name, line = open_.pop()
            runnable = shell_before[end] > shell_before[start]
            found[slot] = Member(name, line, own_level, start, end, runnable)

    for index, node in enumerate(nodes):
        if not isinstance(node, Heading):
            continue
        close(node.level, index)
        name = families.name(node.text)
        if name:
            open_.append((node.level, len(found), index, name, node.line))
            found.append(None)
    close(0, len(nodes))
    return [member for member in found if member]


def _listed(nodes: tuple[Node, ...]) -> list[Member]:
    """The items of ordered lists, where at least two of them have commands."""
    before = _counts(nodes)
    found = [
        Member(name, nodes[start].line, 7, start, end, before[end] > before[start])
        for start, end, name in lists.items(nodes)
    ]
    return found if sum(member.runnable for member in found) >= 2 else []


def _counts(nodes: Iterable[Node]) -> list[int]:
    """How many runnable fences stand before each node."""
    counts = [0]
    for node in nodes:
        counts.append(counts[-1] + (isinstance(node, Fence) and runs(node)))
    return counts


def runs(fence: Fence) -> bool:
    """Shell, and more than comments."""
    return shells.language(fence) is not None and not shells.only_comments(fence.text)


def _choose(by_family: dict[str, list[Member]]) -> str:
    names = [family.name for family in families.FAMILIES if family.name in by_family]
    whole = [n for n in names if len(by_family[n]) == 1 and by_family[n][0].level == 1]
    if whole and by_family[whole[0]][0].runnable and whole[0] == "task":
        return whole[0]
    # Tasks without any shell are still the tasks: what their groups show is strategy, not work.
    if len(by_family.get("task", ())) >= 3:
        return "task"
    several = [name for name in names if len(by_family[name]) >= 2]
    for candidates in (several, names):
        for name in candidates:
            if any(member.runnable for member in by_family[name]):
                return name
    return (several or names or [""])[0]
