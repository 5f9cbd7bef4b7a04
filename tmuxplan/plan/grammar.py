"""Headings -> the members of each family, and the one family that holds the plan's tasks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import msgspec

from tmuxplan.plan import families, lists, named, pseudo, roles, shells
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
    """What the headings come to: the chosen family's members, and all others by family.

    `nodes` are the plan's, with lines that are meant as headings made headings.
    """

    nodes: tuple[Node, ...]
    family: str
    members: tuple[Member, ...]
    others: tuple[Member, ...]

    @property
    def runs(self) -> bool:
        """Whether there is a task with something to run."""
        return any(member.runnable for member in self.members)


def outline(nodes: tuple[Node, ...], sections: bool = False) -> Outline:
    """The plan's tasks by its headings; `family` is empty where no heading has an id.

    `sections`: where nothing has an id, sections with commands are tasks by their titles.
    """
    found = _members(nodes)
    meant = _meant(nodes, found)
    if meant:
        return meant
    if not any(member.runnable for member in found):
        found = _members(nodes, loose=True) or found
    found = found or _listed(nodes)
    if not found and sections:
        found = candidates(nodes)
    return _outline(nodes, found)


def _outline(nodes: tuple[Node, ...], found: list[Member]) -> Outline:
    chosen = _choose(found)
    members = [m for m in found if m.name.family == chosen]
    others = tuple(m for m in found if m.name.family != chosen)
    return Outline(nodes, chosen, tuple(_qualified(members, others)), others)


def whole(nodes: tuple[Node, ...], name: Name, line: int) -> Outline:
    """A file that is one task: its first heading of the first level is the task's own."""
    first = next((n for n in nodes if isinstance(n, Heading)), None)
    if first is None or first.level != 1:
        nodes = (Heading(1, name.title, line), *nodes)
    start = next(n for n, node in enumerate(nodes) if isinstance(node, Heading))
    runnable = any(isinstance(node, Fence) and runs(node) for node in nodes)
    member = Member(name, nodes[start].line, 0, start, len(nodes), runnable)
    others = tuple(m for m in _members(nodes) if m.start != start)
    return Outline(nodes, name.family, (member,), others)


def _meant(nodes: tuple[Node, ...], found: list[Member]) -> Outline | None:
    """The outline by lines that only look like headings, where no real one is of their family."""
    wanted = pseudo.found(nodes) - {member.name.family for member in found}
    if not wanted:
        return None
    chosen = _choose(_members(pseudo.as_headings(nodes, wanted)))
    if chosen not in wanted:
        return None
    changed = pseudo.as_headings(nodes, {chosen})
    members = _members(changed)
    mine = [member for member in members if member.name.family == chosen]
    if not any(member.runnable for member in mine):
        return None
    again = max(Counter(member.name.key for member in mine).values()) > 1
    if again and any(member.runnable for member in found):
        return None
    return _outline(changed, members)


def _members(nodes: tuple[Node, ...], loose: bool = False) -> list[Member]:
    """Every section with an id, but those that are only for when things go wrong."""
    shell_before = _counts(nodes)
    found: list[Member | None] = []
    aside: set[int] = set()
    unlikely = 0
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
        unlikely = 0 if node.level <= unlikely else unlikely
        name = families.name(node.text, loose)
        if name:
            open_.append((node.level, len(found), index, name, node.line))
            aside |= {len(found)} if unlikely else set()
            found.append(None)
        elif node.level > 1 and not unlikely and roles.aside(node.text):
            unlikely = node.level
    close(0, len(nodes))
    _drop_lone_keys(found)
    likely = {m.name.family for n, m in enumerate(found) if m and n not in aside}
    return [m for n, m in enumerate(found) if m and not (n in aside and m.name.family in likely)]


def _drop_lone_keys(found: list[Member | None]) -> None:
    """ "SHA-256: …" is no issue of a tracker; two sections with keys of one project are."""
    projects = Counter(m.name.number.partition("-")[0] for m in found if m and _is_issue(m))
    for n, member in enumerate(found):
        if member and _is_issue(member) and projects[member.name.number.partition("-")[0]] < 2:
            found[n] = None


def _is_issue(member: Member) -> bool:
    return member.name.family == "issue"


def _qualified(members: list[Member], others: tuple[Member, ...]) -> Iterable[Member]:
    """Steps that are counted anew in each phase are named by both (grammar B8)."""
    keys = Counter(member.name.key for member in members)
    if not keys or max(keys.values()) == 1:
        return members
    groups = [m for m in others if families.BY_NAME[m.name.family].kind == "group"]
    renamed = [_within(member, groups) for member in members]
    if None in renamed or len({m.name.key for m in renamed if m}) < len(members):
        return members
    return [member for member in renamed if member]


def _within(member: Member, groups: list[Member]) -> Member | None:
    around = [g for g in groups if g.start < member.start < g.end]
    if not around or not member.name.number[0].isdigit():
        return None
    number = f"{around[-1].name.number}.{member.name.number}"
    if not number[0].isdigit():
        return None
    name = Name(member.name.family, number, member.name.title)
    return msgspec.structs.replace(member, name=name)


def _listed(nodes: tuple[Node, ...]) -> list[Member]:
    """The items of lists that have ids, where at least two of them have commands."""
    before = _counts(nodes)
    found = [
        Member(
            each.name,
            nodes[each.start].line,
            pseudo.LEVEL,
            each.start,
            each.end,
            before[each.end] > before[each.start],
        )
        for each in lists.items(nodes)
    ]
    return found if sum(member.runnable for member in found) >= 2 else []


def candidates(nodes: tuple[Node, ...]) -> list[Member]:
    """Sections that have commands of their own, named by their titles."""
    return [
        Member(name, nodes[start].line, level, start, end, True)
        for start, end, level, name in named.sections(nodes, runs)
    ]


def _counts(nodes: Iterable[Node]) -> list[int]:
    """How many runnable fences stand before each node."""
    counts = [0]
    for node in nodes:
        counts.append(counts[-1] + (isinstance(node, Fence) and runs(node)))
    return counts


def runs(fence: Fence) -> bool:
    """Shell, and commands in it."""
    return shells.language(fence) is not None and not shells.no_shell(fence)


def _choose(found: list[Member]) -> str:
    by_family: dict[str, list[Member]] = {}
    for member in found:
        by_family.setdefault(member.name.family, []).append(member)
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
