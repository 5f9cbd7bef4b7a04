"""How text stands in shell source: plain, in double quotes or in single quotes."""

from __future__ import annotations

from typing import Literal

import msgspec
from tree_sitter import Node

from tmuxplan.shell.syntax import walk

# "default": in `"${NAME:-here}"`, where a lone single quote opens a quotation after all.
Quotes = Literal["none", "double", "default", "single", "ansi"]

_PLAIN = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_@%+=:,./-")
_IN_DOUBLE = frozenset(b'\\"$`')
_IN_DEFAULT = _IN_DOUBLE | frozenset(b"}")  # which would end the expansion
# Not a command's words: comments, and text that a command only passes on.
_NOT_WORDS = frozenset({"comment", "heredoc_body", "heredoc_start", "heredoc_end", "regex"})
_PLAIN_NODES = frozenset({"word", "number", "extglob_pattern"})
_EXPANSIONS = frozenset({"simple_expansion", "expansion", "command_substitution"})


class Piece(msgspec.Struct, frozen=True):
    """Bytes [start, end) of a source that stand in one kind of quotes.

    `backticks`: inside of an old command substitution, where a backslash is read twice.
    """

    start: int
    end: int
    quotes: Quotes
    backticks: bool = False


def pieces(root: Node) -> list[Piece]:
    """All literal text in the words of a tree's commands, in order."""
    found: list[Piece] = []
    hidden = 0  # everything before this byte is inside of a heredoc or a comment
    for node in walk(root):
        if node.start_byte < hidden:
            continue
        if node.type in _NOT_WORDS:
            hidden = node.end_byte
        elif node.type == "string":
            found += _of_string(node)
        elif node.type == "raw_string":
            found.append(_piece(node, "single", 1, 1))
        elif node.type == "ansi_c_string":
            found.append(_piece(node, "ansi", 2, 1))
        elif node.type in _PLAIN_NODES:
            found.append(_piece(node, "default" if _inside_string(node) else "none"))
    return sorted(found, key=lambda piece: piece.start)


def quoted(value: str, piece: Piece) -> bytes:
    """`value` written so that the shell reads exactly it where `piece` stands."""
    raw = value.encode("utf-8", "surrogateescape")
    if piece.quotes == "single":
        written = raw.replace(b"'", b"'\\''")
    elif piece.quotes == "ansi":
        written = raw.replace(b"\\", b"\\\\").replace(b"'", b"\\'")
    elif piece.quotes in ("double", "default"):
        signs = _IN_DEFAULT if piece.quotes == "default" else _IN_DOUBLE
        written = b"".join(_escaped(byte) if byte in signs else bytes((byte,)) for byte in raw)
        written = written.replace(b"'", b'"\'"') if piece.quotes == "default" else written
    else:
        written = b"".join(
            bytes((byte,)) if byte in _PLAIN or byte > 127 else _escaped(byte) for byte in raw
        )
    if piece.backticks:
        written = written.replace(b"\\", b"\\\\").replace(b"`", b"\\`")
    return written


def is_plain(value: str) -> bool:
    """Whether it means itself wherever it stands."""
    return all(byte in _PLAIN or byte > 127 for byte in value.encode("utf-8", "surrogateescape"))


def _escaped(byte: int) -> bytes:
    return bytes((ord("\\"), byte))


def _of_string(node: Node) -> list[Piece]:
    """The text of a double-quoted string between its expansions."""
    at = node.start_byte + 1
    found: list[Piece] = []
    for child in node.children:
        if child.type in _EXPANSIONS or child.type == "arithmetic_expansion":
            found.append(Piece(at, child.start_byte, "double", _in_backticks(node)))
            at = child.end_byte
    found.append(Piece(at, max(at, node.end_byte - 1), "double", _in_backticks(node)))
    return [piece for piece in found if piece.start < piece.end]


def _piece(node: Node, quotes: Quotes, before: int = 0, after: int = 0) -> Piece:
    start, end = node.start_byte + before, node.end_byte - after
    return Piece(start, end, quotes, _in_backticks(node))


def _inside_string(node: Node) -> bool:
    parent = node.parent
    while parent is not None and parent.type != "command_substitution":
        if parent.type == "string":
            return True
        parent = parent.parent
    return False


def _in_backticks(node: Node) -> bool:
    parent = node.parent
    while parent is not None:
        if parent.type == "command_substitution" and (parent.text or b"").startswith(b"`"):
            return True
        parent = parent.parent
    return False
