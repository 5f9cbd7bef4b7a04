"""Shell text -> syntax tree: the one place that knows tree-sitter.

Its offsets count bytes, not characters.
"""

from __future__ import annotations

from collections.abc import Iterator

import tree_sitter_bash
from tree_sitter import Language, Node, Parser

_LANGUAGE = Language(tree_sitter_bash.language())

# What wraps commands without being one: flattened into its parts and operators.
WRAPPERS = frozenset({"list", "pipeline", "redirected_statement", "heredoc_redirect"})
_OPERATORS = frozenset({"&&", "||", "|", "|&"})
_SEEN_THROUGH = frozenset({"command", "builtin"})
# Parts of a wrapper that are no command: redirections and what belongs to heredocs.
_NOT_COMMANDS = frozenset({"file_redirect", "herestring_redirect", "heredoc_redirect", "comment"})


def parse(text: str) -> Node:
    """The root of the tree; never fails: what can't be parsed is in ERROR nodes."""
    return Parser(_LANGUAGE).parse(text.encode("utf-8", "surrogateescape")).root_node


class Trees:
    """Texts' syntax trees, each parsed once for all who ask while this lives.

    One for each task: trees take many times the memory of their texts, and a node keeps what
    was once asked of it.
    """

    def __init__(self) -> None:
        self._roots: dict[str, Node] = {}

    def root(self, text: str) -> Node:
        """As `parse`."""
        found = self._roots.get(text)
        if found is None:
            found = self._roots[text] = parse(text)
        return found


def source(node: Node) -> str:
    """The node's text exactly as written."""
    return (node.text or b"").decode("utf-8", "surrogateescape")


def walk(node: Node) -> Iterator[Node]:
    """The node and everything below it, in the order of the text."""
    stack = [node]
    while stack:
        current = stack.pop()
        yield current
        stack.extend(reversed(current.children))


def chain(node: Node) -> list[Node]:
    """Commands and operators of a top-level statement, alternating, in the order of the text.

    tree-sitter groups `a || b 2>&1 | tee x` as `(a || b) | tee`; bash does not. The order of
    the text is right in both, so precedence is read from here.
    """
    if node.type not in WRAPPERS:
        return [node]
    parts: list[Node] = []
    stack = [(child, node.type) for child in reversed(node.children)]
    while stack:  # no recursion: a list of a thousand members is a thousand lists deep
        child, parent = stack.pop()
        kind = child.type
        if kind in _OPERATORS:
            parts.append(child)
        elif kind in WRAPPERS and child.is_named:
            stack.extend((each, kind) for each in reversed(child.children))
        elif parent != "heredoc_redirect" and child.is_named and kind not in _NOT_COMMANDS:
            parts.append(child)
    return parts


def words(command: Node) -> list[Node]:
    """A command's words from its name on, without assignments before it and redirections."""
    found: list[Node] = []
    for child in command.children:
        argument = found and child.is_named and not child.type.endswith("_redirect")
        if argument or child.type == "command_name":
            found.append(child)
    return found


def literal(node: Node) -> str | None:
    """The value of a word without expansions, quotes removed; None if it has any."""
    kind = node.type
    if kind in ("word", "number"):
        return _unescaped(source(node))
    if kind == "command_name" and node.child_count == 1:
        return literal(node.children[0])
    if kind in ("command_name", "concatenation") and node.child_count:
        parts = [literal(child) for child in node.children]
        return None if None in parts else "".join(part or "" for part in parts)
    text = source(node)
    if kind == "raw_string":
        return text[1:-1]
    if kind == "string":
        inner = text[1:-1]
        plain = all(child.type in ('"', "string_content") for child in node.children)
        return inner if plain and "\\" not in inner and "$" not in inner else None
    return None


def _unescaped(text: str) -> str:
    if "\\" not in text:
        return text
    return "".join(
        char for i, char in enumerate(text) if char != "\\" or (i and text[i - 1] == "\\")
    )


def name_of(command: Node) -> str | None:
    """The command's name, seen through `command`, `builtin` and a backslash; None if unknown."""
    if command.type != "command":
        return None
    found = next((child for child in command.children if child.type == "command_name"), None)
    name = None if found is None else literal(found)
    if name not in _SEEN_THROUGH:
        return name
    return literal(command_words(command)[0])


def command_words(command: Node) -> list[Node]:
    """Its words, from the real command on: `command cd x` and `builtin cd x` are `cd x`."""
    found = words(command) if command.type == "command" else []
    while len(found) > 1 and literal(found[0]) in _SEEN_THROUGH:
        found = found[1:]
    return found
