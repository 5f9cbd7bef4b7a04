"""Literal absolute directories that commands go to, for a refusal before anything runs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec
from tree_sitter import Node

from tmuxplan.shell.steps import Statement
from tmuxplan.shell.syntax import chain, command_words, literal, name_of, parse, walk

_INSIDE = frozenset({"subshell", "compound_statement", "function_definition"})
_GIVES_UP = frozenset({"exit", "return", "echo", "printf", "die", "fail", "false", "true", ":"})
# They put directories where their arguments say.
CREATE = frozenset(
    """mkdir cp mv ln install rsync git gh hg svn cookiecutter copier degit virtualenv uv
    scp sshfs mount mktemp ditto npx npm pnpm yarn bun cargo django-admin rails""".split()  # noqa: SIM905 (a list of words)
)
# They put directories where their input says, or anywhere.
CREATE_ANYWHERE = frozenset(
    """tar unzip gunzip 7z bsdtar cpio pax dpkg apt apt-get dnf yum brew ansible
    ansible-playbook terraform vagrant""".split()  # noqa: SIM905
)
ONLY_LOOK = frozenset({"cd", "pushd", "ls", "echo", "printf", "test", "[", "cat", "find", "stat"})


class Place(msgspec.Struct, frozen=True):
    """A `cd` to `directory` at the plan's `line`.

    `may_be_created`: an earlier command may make it, or the plan itself says what happens
    without it (`[ -d x ] && cd x`, `cd x || cd y`).
    """

    line: int
    directory: str
    may_be_created: bool


def literal_cds(
    statements: Iterable[Statement], before: Iterable[Statement] = ()
) -> tuple[Place, ...]:
    """Every `cd` and `pushd` to a literal absolute directory, in the order of the text.

    `before` are the statements of tasks that may run earlier.
    """
    earlier = [node for each in before for node in _commands(parse(each.text))]
    found: list[Place] = []
    for each in statements:
        if each.criterion is None:
            root = parse(each.text)
            found += _places(root, each.line, earlier)
            earlier += _commands(root)
    return tuple(found)


def _places(root: Node, line: int, earlier: list[Node]) -> Iterator[Place]:
    for cd, guarded in _cds(root):
        directory = _absolute(cd)
        if directory is None:
            continue
        inside = [node for node in _commands(root) if node.start_byte < cd.start_byte]
        created = guarded or any(_may_create(node, directory) for node in (*earlier, *inside))
        yield Place(line + cd.start_point[0], directory, created)


def _commands(root: Node) -> list[Node]:
    return [node for node in walk(root) if node.type == "command"]


def _cds(node: Node) -> Iterator[tuple[Node, bool]]:
    """Every `cd` that will be reached, and whether the list around it provides for its failure."""
    for child in node.children:
        parts = chain(child)
        commands, operators = parts[::2], [part.type for part in parts[1::2]]
        for index, command in enumerate(commands):
            if name_of(command) in ("cd", "pushd"):
                yield command, _guarded(index, commands, operators)
            elif command.type in _INSIDE:
                yield from _cds(command)


def _guarded(index: int, commands: list[Node], operators: list[str]) -> bool:
    if any(node.type == "test_command" or name_of(node) == "test" for node in commands[:index]):
        return True
    if index >= len(operators) or operators[index] != "||":
        return False
    other = commands[index + 1]
    gives_up = (name_of(node) in _GIVES_UP for node in walk(other) if node.type == "command")
    return not any(gives_up)


def _absolute(cd: Node) -> str | None:
    for word in command_words(cd)[1:]:
        value = literal(word)
        if value is not None and value.startswith("/"):
            return value if len(value) == 1 else value.rstrip("/")
    return None


def _may_create(command: Node, directory: str) -> bool:
    found = command_words(command)
    name = literal(found[0]) if found else None
    while name in ("sudo", "env", "time", "nohup", "exec") and len(found) > 1:
        found = found[1:]
        name = literal(found[0])
    if name is None or name in CREATE_ANYWHERE:
        return True
    if name in ONLY_LOOK:
        return False
    return any(_names(literal(word), directory, name in CREATE) for word in found[1:])


def _names(word: str | None, directory: str, creates: bool) -> bool:
    """Whether an argument names the directory or, of a command that creates, may name it."""
    if word is None:
        return creates
    if word.startswith("/"):
        path = word.rstrip("/") + "/"
        return path.startswith(directory + "/") or (creates and (directory + "/").startswith(path))
    last = word.rstrip("/").rsplit("/", 1)[-1].removesuffix(".git")
    return creates and last in directory.split("/")
