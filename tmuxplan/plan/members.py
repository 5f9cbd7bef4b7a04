"""Which blocks belong to which task, and which stand outside all of them."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from tmuxplan.plan import grammar, pseudo, shells
from tmuxplan.plan.families import Name
from tmuxplan.plan.grammar import Member, Outline
from tmuxplan.plan.markdown import Fence, Heading, Node, Paragraph
from tmuxplan.plan.model import LooseBlock, Text
from tmuxplan.plan.patterns import lazy
from tmuxplan.plan.problems import Problems


class Shares(msgspec.Struct, frozen=True):
    """Each task's blocks; the sections that only hold tasks; and what is outside."""

    members: tuple[tuple[Member, tuple[Node, ...]], ...]
    groups: tuple[Member, ...]
    outside: tuple[Node, ...]


def share(outline: Outline, problems: Problems) -> Shares:
    """A block belongs to the innermost task around it; duplicates become one or a problem."""
    owned: dict[int, list[Node]] = {member.start: [] for member in outline.members}
    outside: list[Node] = []
    stack: list[Member] = []
    starts = {member.start: member for member in outline.members}
    for index, node in enumerate(outline.nodes):
        while stack and stack[-1].end <= index:
            stack.pop()
        if index in starts:
            stack.append(starts[index])
        elif stack:
            owned[stack[-1].start].append(node)
        else:
            outside.append(node)
    own = [(member, tuple(owned[member.start])) for member in outline.members]
    containers = [m for m, blocks in own if _only_holds(m, blocks, outline.members, starts)]
    kept = [(m, blocks) for m, blocks in own if m not in containers]
    for container in containers:
        outside += owned[container.start]
    _again(outside, outline.family, kept, problems)
    return Shares(tuple(merged(kept, problems)), (*containers, *outline.others), tuple(outside))


def _only_holds(
    member: Member,
    blocks: tuple[Node, ...],
    all_members: tuple[Member, ...],
    starts: dict[int, Member],
) -> bool:
    """A task whose section holds further tasks and no commands of its own is their group."""
    if any(isinstance(node, Fence) and grammar.runs(node) for node in blocks):
        return False
    following = next((n for n in range(member.start + 1, member.end) if n in starts), None)
    return following is not None and len(all_members) > 1


def merged(
    own: list[tuple[Member, tuple[Node, ...]]], problems: Problems
) -> Iterator[tuple[Member, tuple[Node, ...]]]:
    """The same id twice: without other commands its blocks are one task's (grammar B8)."""
    by_key: dict[str, list[tuple[Member, tuple[Node, ...]]]] = {}
    for member, blocks in own:
        by_key.setdefault(member.name.key, []).append((member, blocks))
    for same in by_key.values():
        if len(same) == 1:
            yield same[0]
            continue
        scripts = [(m, s) for m, blocks in same if (s := _script(blocks))]
        first = scripts[0][0] if scripts else same[0][0]
        for other, script in scripts[1:]:
            if script != scripts[0][1]:
                _duplicate(first, other.line, problems)
        rest = [
            n for m, blocks in same if m is not first for n in blocks if not isinstance(n, Fence)
        ]
        main = next(blocks for m, blocks in same if m is first)
        # A heading of our own between the two would change roles: what is merged comes last.
        yield first, (*main, *rest)


def _again(
    outside: list[Node],
    family: str,
    own: list[tuple[Member, tuple[Node, ...]]],
    problems: Problems,
) -> None:
    """A bold line that names a task, and commands under it: the task a second time (B8)."""
    by_key = {member.name.key: (member, _script(blocks)) for member, blocks in own}
    current: tuple[Text, Name] | None = None
    for node in outside:
        if isinstance(node, Paragraph) and node.lines and not node.depth:
            last = node.lines[-1]
            called = pseudo.name(last.text, len(node.lines) == 1)
            current = (last, called) if called and called.family == family else None
        elif isinstance(node, Fence) and current and grammar.runs(node):
            line, called = current
            first, script = by_key.get(called.key, (None, ()))
            if first and script and (node.text,) != script:
                _duplicate(first, line.line, problems)
        else:
            current = None


def _duplicate(first: Member, line: int, problems: Problems) -> None:
    problems.error(
        "duplicate-task",
        line,
        f"{first.name.id} is here a second time, "
        f"with other commands than at {problems.places([first.line])}",
        "give one of them another id",
    )


def _script(blocks: tuple[Node, ...]) -> tuple[str, ...]:
    return tuple(n.text for n in blocks if isinstance(n, Fence) and grammar.runs(n))


def loose(outside: tuple[Node, ...]) -> Iterator[LooseBlock]:
    """The shell fences outside every task."""
    title = ""
    for node in outside:
        if isinstance(node, Heading):
            title = node.text
        elif isinstance(node, Fence) and shells.language(node):
            where = f'outside every task, in "{title}"' if title else "outside every task"
            yield LooseBlock(node.line, where + _offer(title))


_BEFORE_ALL = lazy(
    r"\b(?:pre-?requisites?|requirements?|set-?up|preparations?|prerequisitos|requisitos|"
    r"voraussetzungen|préparation|prérequis|подготовка)\b|前提|準備|准备|先决条件",
    re.IGNORECASE,
)


def _offer(title: str) -> str:
    """What comes before the tasks may be meant to run first: the plan has to say so."""
    if not _BEFORE_ALL.search(title):
        return ""
    return f"; to run it first, make it a task: Task 0: {title}"
