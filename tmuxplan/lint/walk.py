"""One block's tree -> its commands, chains and comments, in one walk.

Iterative: a plan may nest as deep as it likes.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

import msgspec
from tree_sitter import Node

from tmuxplan.lint.commands import Chain, Command, Compound, Heredoc, Member
from tmuxplan.lint.words import ASSIGNMENTS, named, words
from tmuxplan.plan.model import Block, Text
from tmuxplan.shell.syntax import literal, source

_WRAPPERS = frozenset({"list", "pipeline", "redirected_statement", "heredoc_redirect"})
_OPERATORS = frozenset({"&&", "||", "|", "|&"})
_SIMPLE = ASSIGNMENTS | {"command", "test_command", "declaration_command", "unset_command"}
_INSIDE = {
    "subshell": "subshell",
    "compound_statement": "group",
    "for_statement": "loop",
    "c_style_for_statement": "loop",
    "while_statement": "loop",
    "if_statement": "branch",
    "case_statement": "branch",
    "function_definition": "function",
    "command_substitution": "substitution",
    "process_substitution": "substitution",
}
_STATEMENTS = (
    _SIMPLE
    | (_WRAPPERS - {"heredoc_redirect"})
    | frozenset(_INSIDE)
    | {"negated_command", "heredoc_redirect"}
)
_PASSED_THROUGH = frozenset({"elif_clause", "else_clause", "do_group", "case_item", "ERROR"})
_SUBSTITUTIONS = frozenset({"command_substitution", "process_substitution"})
_REDIRECTS = frozenset({"file_redirect", "herestring_redirect"})
_NO_PARTS = frozenset({"comment", "heredoc_end", "file_descriptor"})
_MOVES = frozenset({"cd", "pushd", "popd"})
_LONGEST_PATH = 4096


class _Place(msgspec.Struct, frozen=True, gc=False):
    """Where a statement stands: in what, in which subshell, in which top-level statement."""

    inside: frozenset[str] = frozenset()
    scope: int = 0
    statement: int = 0

    def within(self, what: str) -> _Place:
        """The same place, inside one thing more."""
        inside = self.inside if what in self.inside else self.inside | {what}
        return _Place(inside, self.scope, self.statement)


class _Open:
    """A command while its redirections are still being read."""

    __slots__ = (
        *("node", "kind", "place", "text", "writes", "reads", "heredoc"),
        *("background", "piped", "negated", "result"),
    )

    def __init__(self, node: Node, kind: str, place: _Place, negated: bool) -> None:
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


class _Joined(msgspec.Struct, frozen=True):
    """A statement whose members are still being read."""

    node: Node
    place: _Place
    members: list[_Open]
    operators: tuple[str, ...] = ()
    background: bool = False


class Walk:
    """One walk of one block's tree; `run` once, then read `commands`, `finished`, `comments`.

    `statement` counts top-level statements over a task's blocks, `cwd` is where its shell is.
    """

    def __init__(self, block: Block, root: Node, statement: int, cwd: str) -> None:
        self.block = block
        self.statement = statement
        self.cwd = cwd
        self.comments: list[Text] = []
        self.commands: list[Command] = []
        self.finished: list[Chain] = []
        self._root = root
        self._opened: list[_Open] = []
        self._chains: list[_Joined] = []
        self._scopes = [0]  # each subshell's parent
        self._todo: list[tuple[Node, _Place]] = []

    def run(self) -> None:
        """Walk."""
        self._body(self._root, _Place(), top=True)
        while self._todo:
            self._body(*self._todo.pop())
        self._opened.sort(key=lambda each: each.node.start_byte)
        self._close()
        self.finished = [self._chain(each) for each in self._chains]
        self.finished.sort(key=lambda chain: (chain.statement, chain.line))

    def _body(self, node: Node, place: _Place, top: bool = False) -> None:
        """The statements directly in a program, group, branch or loop."""
        children = node.children
        last = len(children) - 1
        condition = node.type in ("if_statement", "while_statement", "elif_clause")
        for at, child in enumerate(children):
            kind = child.type
            if kind in _STATEMENTS:
                if top:
                    self.statement += 1
                    place = _Place(statement=self.statement)
                here = place.within("condition") if condition else place
                behind = at < last and children[at + 1].type == "&"
                self._statement(child, kind, here, behind)
            elif kind in ("then", "do_group"):
                condition = False
                if kind == "do_group":
                    self._todo.append((child, place))
            elif kind == "comment":
                self.comments.append(Text(source(child), self._line(child)))
            elif kind in _PASSED_THROUGH:
                self._todo.append((child, place))
            elif child.is_named:
                self._substitutions(child, place)

    def _statement(self, node: Node, kind: str, place: _Place, behind: bool) -> None:
        operators: list[str] = []
        if kind in _SIMPLE:  # as most are
            members = [self._member(node, kind, place, negated=False)]
        else:
            members, operators = self._members(node, place)
        if members:
            members[-1].background = behind
            # A broken list lacks members: what joined them is nothing that a rule can look at.
            joined = tuple(operators[: len(members) - 1])
            self._chains.append(_Joined(node, place, members, joined, behind))

    def _members(self, node: Node, place: _Place) -> tuple[list[_Open], list[str]]:
        members: list[_Open] = []
        operators: list[str] = []
        for part in _flat(node):
            kind = part.type
            if kind in _OPERATORS:
                operators.append(kind)
                if members and kind in ("|", "|&"):
                    members[-1].piped = True
            elif kind in _REDIRECTS:
                self._redirect(part, members, place)
            elif kind in ("heredoc_start", "heredoc_body"):
                _heredoc(part, members, self._line(part))
            elif kind == "!":
                operators.append("!")
            else:
                negated = bool(operators) and operators[-1] == "!"
                operators = operators[:-1] if negated else operators
                members.append(self._member(part, kind, place, negated))
        for member, operator in zip(members[1:], operators, strict=False):
            member.reads = member.reads or operator in ("|", "|&")
        return members, operators

    def _member(self, node: Node, kind: str, place: _Place, negated: bool) -> _Open:
        opened = _Open(node, kind, place, negated)
        self._opened.append(opened)
        if kind not in _SIMPLE:
            within = place.within(_INSIDE.get(kind, kind))
            self._todo.append((node, self._scoped(within) if kind == "subshell" else within))
        elif "(" in opened.text or "`" in opened.text:
            for child in node.children:
                self._substitutions(child, place)
        return opened

    def _scoped(self, place: _Place) -> _Place:
        """The place in a shell of its own, whose `cd` ends with it."""
        self._scopes.append(place.scope)
        return _Place(place.inside, len(self._scopes) - 1, place.statement)

    def _substitutions(self, word: Node, place: _Place) -> None:
        if not word.child_count:
            return
        text = word.text or b""
        if not (b"(" in text or b"`" in text):
            return
        stack = [word]
        while stack:
            node = stack.pop()
            if node.type in _SUBSTITUTIONS:
                self._todo.append((node, self._scoped(place.within("substitution"))))
            else:
                stack.extend(node.children)

    def _redirect(self, node: Node, members: list[_Open], place: _Place) -> None:
        if not members:
            return
        operator = next((c.type for c in node.children if not c.is_named), "")
        named = [c for c in node.children if c.is_named and c.type != "file_descriptor"]
        if operator.startswith("<"):
            members[-1].reads = True
        elif named and operator not in (">&", "<&"):
            members[-1].writes.append(literal(named[-1]) or source(named[-1]))
        for word in named:
            self._substitutions(word, place)

    def _close(self) -> None:
        """Commands with the directory in which each runs, found by following every `cd`."""
        here: dict[int, str] = {0: self.cwd}
        before: dict[int, str] = {}
        for opened in self._opened:
            scope = opened.place.scope
            if scope not in here:
                here[scope] = here.get(self._scopes[scope], self.cwd)
            if opened.kind not in _SIMPLE:
                opened.result = Compound(opened.kind, opened.text, self._line(opened.node))
                continue
            command = opened.result = self._command(opened, here[scope])
            self.commands.append(command)
            if command.name in _MOVES and "function" not in command.inside:
                now = _moved(here[scope], before.get(scope, "?"), command)
                before[scope], here[scope] = here[scope], now
        self.cwd = here[0]

    def _command(self, opened: _Open, cwd: str) -> Command:
        row, column = opened.node.start_point
        env, found = words(opened.node, opened.text)
        kind, name, arguments = named(opened.kind, found)
        return Command(
            name=name,
            words=arguments,
            text=opened.text,
            line=self.block.line + row,
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
            window=self.block.window,
            statement=opened.place.statement,
            role=self.block.role,
        )

    def _chain(self, joined: _Joined) -> Chain:
        only = joined.members[0]
        return Chain(
            members=tuple(each.result for each in joined.members if each.result is not None),
            operators=joined.operators,
            line=self._line(joined.node),
            text=only.text if only.node is joined.node else source(joined.node),
            statement=joined.place.statement,
            background=joined.background,
            inside=joined.place.inside,
            window=self.block.window,
            role=self.block.role,
        )

    def _line(self, node: Node) -> int:
        return self.block.line + node.start_point[0]


def _flat(node: Node) -> Iterator[Node]:
    """Members, operators and redirections of a statement in the order of the text."""
    stack = [node]
    while stack:
        current = stack.pop()
        kind = current.type
        if kind in _WRAPPERS or kind == "negated_command":
            stack.extend(
                child
                for child in reversed(current.children)
                if child.is_named or child.type in _OPERATORS or child.type == "!"
            )
        elif kind not in _NO_PARTS:
            yield current


def _heredoc(node: Node, members: list[_Open], line: int) -> None:
    """Belongs to the first member that has none: bash reads bodies in the order of the `<<`."""
    waiting = members[-1:] if node.type == "heredoc_start" else members
    for member in waiting:
        member.reads = True
        if node.type == "heredoc_body" and member.heredoc is None:
            member.heredoc = Heredoc(source(node), line)
            return


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
