"""Sections without ids that have commands: tasks by their titles, where one asks for it (T4c)."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from tmuxplan.plan import roles
from tmuxplan.plan.families import Name
from tmuxplan.plan.markdown import Fence, Heading, Node
from tmuxplan.plan.patterns import lazy

_NOT_WORD = lazy(r"[^\w.]+")


def sections(
    nodes: tuple[Node, ...], runs: Callable[[Fence], bool]
) -> Iterator[tuple[int, int, int, Name]]:
    """Where each section with commands of its own begins and ends, its level and its name."""
    taken: set[str] = set()
    for start, heading in _with_commands(nodes, runs):
        end = next((n for n in range(start + 1, len(nodes)) if _closes(nodes[n], heading)), None)
        yield (
            start,
            end or len(nodes),
            heading.level,
            Name("section", _id(heading, taken), heading.text),
        )


def _closes(node: Node, heading: Heading) -> bool:
    return isinstance(node, Heading) and node.level <= heading.level


def _with_commands(
    nodes: tuple[Node, ...], runs: Callable[[Fence], bool]
) -> Iterator[tuple[int, Heading]]:
    above: list[tuple[int, bool]] = []
    current: tuple[int, Heading] | None = None
    for index, node in enumerate(nodes):
        if isinstance(node, Heading):
            while above and above[-1][0] >= node.level:
                above.pop()
            role = roles.role(node.text) if node.level > 1 else None
            never = bool(above and above[-1][1]) or role in ("recovery", "never", "criteria")
            above.append((node.level, never))
            current = None if never else (index, node)
        elif current and isinstance(node, Fence) and runs(node):
            yield current
            current = None


def _id(heading: Heading, taken: set[str]) -> str:
    """The title as one short word, told apart from those before it."""
    word = (
        "-".join(_NOT_WORD.split(heading.text.lower())).strip("-._")[:40].strip("-._") or "section"
    )
    name, n = word, 1
    while name in taken:
        n += 1
        name = f"{word}-{n}"
    taken.add(name)
    return name
