"""Commands that destroy, or that act on the world outside: shown first before a launch."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice, pairwise

import msgspec
from tree_sitter import Node

from tmuxplan.plan.model import Step
from tmuxplan.plan.patterns import lazy
from tmuxplan.shell.risks import BY_NAME
from tmuxplan.shell.steps import Statement
from tmuxplan.shell.syntax import chain, literal, parse, source, walk, words

_RUN_ANOTHER = frozenset(
    """sudo doas env command builtin exec nohup time nice xargs timeout npx bunx pnpx find
    parallel watch setsid eval""".split()  # noqa: SIM905 (a list of words)
)
_SHELLS = frozenset(
    {"sh", "bash", "zsh", "dash", "su", "python", "python3", "node", "ruby", "perl"}
)
_RUN_TEXTS = frozenset({"source", ".", "eval", "trap"})
"""Builtins that run what a word says, or a file that a word names."""
_FETCHERS = frozenset({"curl", "wget", "fetch"})
_SQL_CLIENTS = frozenset({"psql", "mysql", "mariadb", "sqlite3", "mongosh", "mongo", "sqlcmd"})
_SQL = lazy(
    r"\b(drop\s+(table|database|schema|index|view)|truncate\s+table|delete\s+from|dropDatabase)\b",
    re.IGNORECASE,
)
_MOST = 20  # suspects of one command whose arguments are looked at
_DISK = lazy(r">\s*/dev/(sd|nvme|disk|hd|vd)")
_SUBSTITUTIONS = frozenset({"process_substitution", "command_substitution"})
_TEXT_FLAG = lazy(r"-[A-Za-z]*c")
"""`bash -c TEXT`, and `bash -lc TEXT`."""


def suspicious(name: str, arguments: Sequence[str]) -> bool:
    """Whether `outward` can find anything in a statement for the sake of this command: a look at
    its words, without syntax."""
    if name in _RUN_TEXTS:
        return name == "trap" or any("(" in a or "`" in a for a in arguments)
    if name in _SHELLS:
        return any(_TEXT_FLAG.fullmatch(a) or a.startswith("<(") for a in arguments)
    if name in _SQL_CLIENTS or name in _FETCHERS or name.startswith("mkfs"):
        return True
    if name in _RUN_ANOTHER and any(_base(a) in _NAMES or "mkfs" in a for a in arguments):
        return True
    after = list(arguments)
    return any(matches(after) for matches, _ in BY_NAME.get(name, ()))


def may_be(name: str) -> bool:
    """The same by the name alone, where its words are not known for sure."""
    return name in _NAMES or name.startswith("mkfs")


def writes_to_disk(text: str) -> bool:
    """Whether shell text may write to a disk device."""
    return "/dev/" in text and _DISK.search(text) is not None


class Outward(msgspec.Struct, frozen=True):
    """A command at the plan's `line`: its first line, and `why` a person should look at it."""

    line: int
    text: str
    why: str


def outward(statements: Iterable[Statement | Step]) -> tuple[Outward, ...]:
    """Every destructive or outward command, by its words: text in an `echo` is none."""
    return tuple(found for each in statements for found in _of_statement(each))


def _of_statement(each: Statement | Step) -> list[Outward]:
    found: dict[tuple[int, str], Outward] = {}
    for node in walk(parse(each.text)):
        why = _why(node)
        line = each.line + node.start_point[0]
        if why and (line, why) not in found:
            found[line, why] = Outward(line, source(node).split("\n")[0], why)
    return list(found.values())


def _why(node: Node) -> str:
    if node.type == "pipeline":
        return _why_pipeline(node)
    if node.type == "redirected_statement":
        return _why_redirected(node)
    if node.type == "command":
        return _why_command(node)
    return ""


def _why_pipeline(node: Node) -> str:
    names = [_names(_texts(command)) for command in chain(node)[::2]]
    if names and names[-1] & _SQL_CLIENTS and _SQL.search(source(node)):
        return "destroys data in a database"
    if any(before & _FETCHERS and after & _SHELLS for before, after in pairwise(names)):
        return "runs what it downloads"
    return ""


def _why_redirected(node: Node) -> str:
    files = (source(child) for child in node.children if child.type == "file_redirect")
    to_disk = any(map(_DISK.search, files))
    text = source(node)
    if not _SQL.search(text):
        return "writes to a disk device" if to_disk else ""
    names = {name for command in chain(node)[::2] for name in _names(_texts(command))}
    if names & _SQL_CLIENTS:
        return "destroys data in a database"
    return "writes to a disk device" if to_disk else ""


def _why_command(node: Node) -> str:
    texts = _texts(node)
    names = _names(texts)
    if names & (_SHELLS | _RUN_TEXTS) and _runs_downloads(node, names):
        return "runs what it downloads"
    if names & _SHELLS:
        flag = next((n for n, text in enumerate(texts[:-1]) if _TEXT_FLAG.fullmatch(text)), None)
        return _why_text(texts[flag + 1]) if flag is not None else ""
    if "trap" in names and len(texts) > 2:
        return _why_text(texts[1])
    if names & _SQL_CLIENTS and _SQL.search(source(node)):
        return "destroys data in a database"
    return next((why for at in _suspects(texts) if (why := _why_words(texts[at:]))), "")


def _why_text(text: str) -> str:
    """Of a text that a shell runs (`bash -c '...'`)."""
    root = parse(text)
    if text.startswith(('"$(', '"`')):
        output = next((node for node in walk(root) if node.type in _SUBSTITUTIONS), None)
        if output is not None and _fetches(output):
            return "runs what it downloads"
    return next((why for node in walk(root) if (why := _why(node))), "")


def _runs_downloads(command: Node, names: frozenset[str]) -> bool:
    """`bash <(curl …)`, `eval "$(curl …)"`."""
    run = {"process_substitution", "command_substitution" if "eval" in names else ""}
    nodes = (node for word in words(command) for node in _near(word) if node.type in run)
    return any(map(_fetches, nodes))


def _fetches(node: Node) -> bool:
    commands = (each for child in node.children for each in _near(child) if each.type == "command")
    return any(_names(_texts(command)) & _FETCHERS for command in commands)


def _near(node: Node) -> Iterator[Node]:
    """Itself and what is in it, but for what is in substitutions: a thousand of them can be in
    each other, and each is looked at for itself."""
    stack = [node]
    while stack:
        current = stack.pop()
        yield current
        if current.type not in _SUBSTITUTIONS:
            stack.extend(current.children)


def _why_words(found: list[str]) -> str:
    name, arguments = _base(found[0]), found[1:]
    for matches, why in BY_NAME.get(name, ()):
        if matches(arguments):
            return why
    return "formats a disk" if name.startswith("mkfs") else ""


def _texts(command: Node) -> list[str]:
    return [literal(word) or source(word) for word in words(command)]


def _base(word: str) -> str:
    return word.rsplit("/", 1)[-1]


def _runs_another(texts: list[str]) -> bool:
    return bool(texts) and _base(texts[0]) in _RUN_ANOTHER


def _suspects(texts: list[str]) -> list[int]:
    """Where a name with rules stands: first, or anywhere behind `sudo`, `xargs`, `find` and the
    like, since their own options may take values."""
    places = range(len(texts)) if _runs_another(texts) else range(min(1, len(texts)))
    named = (at for at in places if _base(texts[at]) in BY_NAME or "mkfs" in texts[at])
    return list(islice(named, _MOST))


def _names(texts: list[str]) -> frozenset[str]:
    """The name, or every word that may be one."""
    return frozenset(map(_base, texts if _runs_another(texts) else texts[:1]))


_NAMES = frozenset(BY_NAME) | _SQL_CLIENTS | _RUN_ANOTHER | _SHELLS | _FETCHERS | _RUN_TEXTS
