"""A simple command's node -> what it is, its name, its words. Prefixes are looked through."""

from __future__ import annotations

from tree_sitter import Node

from tmuxplan.plan.patterns import lazy
from tmuxplan.shell.syntax import literal, source

ASSIGNMENTS = frozenset({"variable_assignment", "variable_assignments"})
_PLAIN = lazy(r"[\w./:=@%+,-]*")  # nothing that the shell would change
# No `=` in the first, which would assign, nor at the beginning of another.
_SPLIT = lazy(r"[A-Za-z_./][\w./-]*(?: +[\w./:@%+,-][\w./:=@%+,-]*)*")
# Prefix commands, and those of their options that take a value of their own.
_PREFIXES: dict[str, frozenset[str]] = {
    "sudo": frozenset({"-u", "-g", "-h", "-C", "-p"}),
    "doas": frozenset({"-u"}),
    "env": frozenset({"-u", "-C"}),
    "time": frozenset({"-f", "-o"}),
    "nice": frozenset({"-n"}),
    "timeout": frozenset({"-k", "-s"}),
    "stdbuf": frozenset({"-i", "-o", "-e"}),
    **{name: frozenset() for name in ("command", "builtin", "exec", "nohup", "setsid", "noglob")},
}


def words(node: Node, text: str) -> tuple[tuple[tuple[str, str], ...], list[str]]:
    """Assignments before a command, and its words: values where they are literal. `text`: its
    own, which is split at its blanks where the shell would do no more."""
    if node.type == "command" and _SPLIT.fullmatch(text):
        return (), text.split()
    env: list[tuple[str, str]] = []
    found: list[str] = []
    for child in node.children:
        kind = child.type
        if kind == "variable_assignment":
            env.append(_assigned(child))
        elif child.is_named and not kind.endswith("_redirect"):
            found.append(_value(child, kind))
    if not env and node.type in ASSIGNMENTS:
        env.append(_assigned(node))
    return tuple(env), found


def _assigned(node: Node) -> tuple[str, str]:
    name, _, value = source(node).partition("=")
    return name, value.strip("\"'")


def _value(node: Node, kind: str) -> str:
    text = source(node)
    if _PLAIN.fullmatch(text):
        return text
    if kind in ("string", "raw_string"):
        return text[1:-1]
    value = literal(node)
    return text if value is None else value


def named(kind: str, found: list[str]) -> tuple[str, str, tuple[str, ...]]:
    """What a command of this kind is, its name, its arguments."""
    if kind == "test_command":
        return "test", "[", tuple(found)
    if kind in ASSIGNMENTS or (kind == "command" and not found):
        return "assignment", "", ()
    if kind in ("declaration_command", "unset_command"):
        return "declaration", "", tuple(found)
    while len(found) > 1 and _base(found[0]) in _PREFIXES and found[1] not in ("-v", "-V"):
        found = _behind_prefix(found)
    name = _base(found[0]) if found else ""
    return "command", "" if "$" in name or "`" in name else name, tuple(found[1:])


def _base(word: str) -> str:
    return word.rsplit("/", 1)[-1] if word.startswith(("/", "./", "~")) else word


def _behind_prefix(found: list[str]) -> list[str]:
    prefix = _base(found[0])
    takes = _PREFIXES[prefix]
    at = 1
    while at < len(found) - 1 and (found[at].startswith("-") or "=" in found[at]):
        at += 2 if found[at] in takes else 1
    if prefix == "timeout" and at < len(found) - 1:
        at += 1
    return found[at:]
