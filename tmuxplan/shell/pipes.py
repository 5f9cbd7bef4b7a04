"""Pipelines: how many members a statement's last pipeline has, and which only pass output on."""

from __future__ import annotations

import msgspec
from tree_sitter import Node

from tmuxplan.shell.syntax import command_words, literal, source


class Pipe(msgspec.Struct, frozen=True):
    """`members` is 1 for what is no pipeline; `passes_on` counts from the end."""

    members: int = 1
    passes_on: int = 0


_PAGERS = frozenset({"cat", "less", "more", "nl", "ts"})


def pipe(parts: list[Node]) -> Pipe:
    """A plain pipeline's members; those of the last pipeline of an `&&` list.

    `parts`: a statement's `chain`.
    """
    operators = [part.type for part in parts[1::2]]
    if "||" in operators:
        return Pipe()  # which alternative ran is not known here
    last_and = len(operators) - operators[::-1].index("&&") if "&&" in operators else 0
    commands = parts[2 * last_and :: 2]
    if len(commands) < 2 or source(commands[0]).startswith("!"):
        return Pipe()
    return Pipe(len(commands), _passing(commands[1:]))


def _passing(commands: list[Node]) -> int:
    count = 0
    for command in reversed(commands):
        if not _passes_on(command):
            break
        count += 1
    return count


def _passes_on(command: Node) -> bool:
    found = command_words(command)
    if not found:
        return False
    name = literal(found[0])
    operands = [word for word in found[1:] if not source(word).startswith("-")]
    if name == "tail":  # reads to the end, unlike `head`, which may break the pipe
        return all(source(word).isdigit() for word in operands)
    return name == "tee" or (name in _PAGERS and not operands)
