"""Statements that can't stand behind a report of the ledger, read from the syntax."""

from __future__ import annotations

from collections.abc import Iterator

from tree_sitter import Node

from tmuxplan.shell.syntax import chain, name_of, source, walk

_CHANGED = frozenset({"PIPESTATUS", "pipestatus"})
# Traps that fire for the ledger's own calls too: from there on, the rest is one step.
NOISY_TRAPS = frozenset({"DEBUG", "RETURN"})


def reads_what_the_report_changes(statement: Node, text: str) -> bool:
    """Whether its first commands read `PIPESTATUS` as their predecessor left it."""
    if not any(name in text for name in _CHANGED):
        return False
    return any(_reads(node) for command in _first(statement) for node in walk(command))


def traps_noisily(statement: Node, text: str) -> bool:
    """Whether it sets a trap that sees what is reported after it."""
    if not any(name in text for name in NOISY_TRAPS):
        return False
    return any(
        node.type == "command"
        and name_of(node) == "trap"
        and any(source(word) in NOISY_TRAPS for word in node.children)
        for node in walk(statement)
    )


def _first(statement: Node) -> Iterator[Node]:
    """What runs first in a statement: all members of its first pipeline."""
    parts = chain(statement)
    # Not strict: `>file` alone has no command at all.
    for command, operator in zip(parts[::2], [*parts[1::2], None], strict=False):
        yield from _entry(command)
        if operator is None or operator.type not in ("|", "|&"):
            return


def _entry(node: Node) -> Iterator[Node]:
    if node.type == "function_definition":
        return
    inside = node.type.endswith("_statement") or node.type in ("subshell", "negated_command")
    if not inside or node.type in ("for_statement", "case_statement"):
        yield node
        return
    named = [child for child in node.children if child.is_named and child.type != "comment"]
    if named:
        yield from _first(named[0])


def _reads(node: Node) -> bool:
    return node.type == "variable_name" and source(node) in _CHANGED
