"""What a walk of a block's tree holds while it goes on: places, and members still being read."""

from __future__ import annotations

import msgspec
from tree_sitter import Node

from tmuxplan.lint.commands import Heredoc, Member
from tmuxplan.lint.words import ASSIGNMENTS
from tmuxplan.shell.syntax import source

SIMPLE = ASSIGNMENTS | {"command", "test_command", "declaration_command", "unset_command"}
"""Nodes that are commands, and no list or compound."""


class Place(msgspec.Struct, frozen=True, gc=False):
    """Where a statement stands: in what, in which subshell, in which top-level statement."""

    inside: frozenset[str] = frozenset()
    scope: int = 0
    statement: int = 0

    def within(self, what: str) -> Place:
        """The same place, inside one thing more."""
        inside = self.inside if what in self.inside else self.inside | {what}
        return Place(inside, self.scope, self.statement)


class Opened:
    """A command while its redirections are still being read."""

    __slots__ = (
        *("node", "kind", "place", "text", "writes", "reads", "heredoc"),
        *("background", "piped", "negated", "result"),
    )

    def __init__(self, node: Node, kind: str, place: Place, negated: bool) -> None:
        self.node = node
        self.kind = kind
        self.place = place
        self.text = source(node)
        self.writes: list[str] = []
        self.reads = False
        self.heredoc: Heredoc | None = None
        self.background = False
        self.piped = False
        self.negated = negated
        self.result: Member | None = None


class Joined(msgspec.Struct, frozen=True):
    """A statement whose members are still being read."""

    node: Node
    place: Place
    members: list[Opened]
    operators: tuple[str, ...] = ()
    background: bool = False
