"""One shell text's tree -> its top-level statements, or that nobody can tell them apart."""

from __future__ import annotations

import msgspec
from tree_sitter import Node

from tmuxplan.plan.patterns import lazy
from tmuxplan.shell.syntax import WRAPPERS, chain, name_of

# A comment goes to the end of its line; without saying so, the search would try every shorter one.
_BETWEEN = lazy(r"(?:\s|;|\\\n|#[^\n]*(?![^\n]))*")
# Seen as commands only where the parser lost a compound command (`time { a; b; }`).
_NEVER_COMMANDS = frozenset(
    {"{", "}", "then", "else", "elif", "fi", "do", "done", "esac", "in", "case", "if"}
)
# In the text of whatever has one of them as a command's name. The first letter stands first: a
# pattern that begins with a look behind takes three times as long.
_MAY_BE_ONE = lazy(
    rb"[{}cdefit](?<![^\s;&|(!\\].)(?:(?<=[{}])|(?<=t)hen|(?<=e)(?:lse|lif|sac)|(?<=f)i"
    rb"|(?<=d)o(?:ne)?|(?<=c)ase|(?<=i)[nf])(?![^\s;&|)<>`\\])"
)
_NAMED = WRAPPERS | {"command"}


class Span(msgspec.Struct, frozen=True):
    """Bytes [start, end) of one statement, a closing `&` included, its first line from 0.

    `parts` are `syntax.chain`'s, `names` what `syntax.name_of` says of each of them.
    """

    start: int
    end: int
    row: int
    node: Node
    parts: list[Node]
    names: tuple[str | None, ...]
    background: bool = False


def spans(root: Node, raw: bytes) -> list[Span] | None:
    """The statements of the text `raw`; None: they can't be told."""
    if root.has_error:
        return None
    found: list[Span] = []
    for child in root.children:
        kind = child.type
        if kind == "&" and found:
            found[-1] = msgspec.structs.replace(found[-1], end=child.end_byte, background=True)
        elif child.is_named and kind != "comment":
            parts = chain(child)
            names = tuple(map(name_of, parts))
            row = child.start_point[0]
            found.append(Span(child.start_byte, child.end_byte, row, child, parts, names))
    return found if _plausible(raw, found) else None


def can_be_told(root: Node, raw: bytes) -> bool:
    """Whether `spans` finds the statements: for whoever needs no more of them than that."""
    if root.has_error:
        return False
    at = 0
    for child in root.children:
        kind = child.type
        if kind == "&" and at:
            at = child.end_byte
        elif child.is_named and kind != "comment":
            start, end = child.start_byte, child.end_byte
            if start < at or not _nothing(raw[at:start]) or _is_misread(child, kind, raw):
                return False
            at = end
    return _nothing(raw[at:])


def _is_misread(statement: Node, kind: str, raw: bytes) -> bool:
    """Whether a command in it is called what no command is; looked up only where one may be."""
    if kind not in _NAMED or not _MAY_BE_ONE.search(raw, statement.start_byte, statement.end_byte):
        return False
    return not _NEVER_COMMANDS.isdisjoint(map(name_of, chain(statement)))


def _plausible(raw: bytes, found: list[Span]) -> bool:
    """Whether the parser's reading can be bash's: it accepts some text by misreading it."""
    at = 0
    for span in found:
        if span.start < at or not _nothing(raw[at : span.start]):
            return False
        if not _NEVER_COMMANDS.isdisjoint(span.names):
            return False
        at = span.end
    return _nothing(raw[at:])


def _nothing(between: bytes) -> bool:
    """Whether only blanks, comments and ends of commands stand between two statements."""
    if between in (b"", b"\n"):
        return True
    return _BETWEEN.fullmatch(between.decode("utf-8", "surrogateescape")) is not None
