"""Members that a walk has read -> commands and chains, each where it runs."""

from __future__ import annotations

import posixpath

from tree_sitter import Node

from tmuxplan.lint.commands import Chain, Command, Compound
from tmuxplan.lint.opened import SIMPLE, Joined, Opened
from tmuxplan.lint.words import named, words
from tmuxplan.plan.model import Block
from tmuxplan.shell.syntax import source

_MOVES = frozenset({"cd", "pushd", "popd"})
_LONGEST_PATH = 4096


def closed(
    opened: list[Opened], scopes: list[int], block: Block, cwd: str
) -> tuple[list[Command], str]:
    """Commands with the directory in which each runs, found by following every `cd`; and where
    the shell is behind the last. `scopes`: of each subshell the one around it.
    """
    commands: list[Command] = []
    here: dict[int, str] = {0: cwd}
    before: dict[int, str] = {}
    for each in opened:
        scope = each.place.scope
        if scope not in here:
            here[scope] = here.get(scopes[scope], cwd)
        if each.kind not in SIMPLE:
            each.result = Compound(each.kind, each.text, _line(each.node, block))
            continue
        command = each.result = _command(each, block, here[scope])
        commands.append(command)
        if command.name in _MOVES and "function" not in command.inside:
            now = _moved(here[scope], before.get(scope, "?"), command)
            before[scope], here[scope] = here[scope], now
    return commands, here[0]


def _command(opened: Opened, block: Block, cwd: str) -> Command:
    row, column = opened.node.start_point
    env, found = words(opened.node, opened.text)
    kind, name, arguments = named(opened.kind, found)
    return Command(
        name=name,
        words=arguments,
        text=opened.text,
        line=block.line + row,
        column=column,
        kind=kind,
        env=env,
        writes=tuple(opened.writes),
        reads=opened.reads,
        heredoc=opened.heredoc,
        background=opened.background,
        piped=opened.piped,
        negated=opened.negated,
        inside=opened.place.inside,
        cwd=cwd,
        window=block.window,
        statement=opened.place.statement,
        role=block.role,
    )


def chain(joined: Joined, block: Block) -> Chain:
    """The statement with its members, once all of them are closed."""
    only = joined.members[0]
    return Chain(
        members=tuple(each.result for each in joined.members if each.result is not None),
        operators=joined.operators,
        line=_line(joined.node, block),
        text=only.text if only.node is joined.node else source(joined.node),
        statement=joined.place.statement,
        background=joined.background,
        inside=joined.place.inside,
        window=block.window,
        role=block.role,
    )


def _line(node: Node, block: Block) -> int:
    return block.line + node.start_point[0]


def _moved(here: str, before: str, command: Command) -> str:
    """Where the shell is after `cd`; "?N", which equals nothing else, where nobody can tell."""
    plain = [word for word in command.words if word == "-" or not word.startswith("-")]
    target = plain[0] if plain else "~"
    if command.name == "popd" or target == "-":
        return before
    if "$" in target or "`" in target or "*" in target:
        return f"?{command.line}:{target}"
    if target.startswith("~"):
        return target.rstrip("/")
    now = posixpath.normpath(posixpath.join(here, target))
    # No system goes that deep; thousands of `cd`s would each carry a longer path than the last.
    return now if len(now) <= _LONGEST_PATH else f"?{command.line}:"
