"""A task's blocks -> commands and chains: one parse and one walk of each block."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

import msgspec
from tree_sitter import Node

from tmuxplan.lint.commands import Chain, Command, Compound, Heredoc, Member
from tmuxplan.plan.model import Block, Task, Text
from tmuxplan.shell.syntax import literal, parse, source

_WRAPPERS = frozenset({"list", "pipeline", "redirected_statement", "heredoc_redirect"})
_OPERATORS = frozenset({"&&", "||", "|", "|&"})
_ASSIGNMENTS = frozenset({"variable_assignment", "variable_assignments"})
_SIMPLE = _ASSIGNMENTS | {"command", "test_command", "declaration_command", "unset_command"}
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
_PLAIN = re.compile(r"[\w./:=@%+,-]*")  # nothing that the shell would change
_REDIRECTS = frozenset({"file_redirect", "herestring_redirect"})
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


class Script(msgspec.Struct, frozen=True):
    """A task's commands as values, in the order of the text. `comments` are the shell's own."""

    task: Task
    commands: tuple[Command, ...] = ()
    chains: tuple[Chain, ...] = ()
    comments: tuple[Text, ...] = ()


def script_of(task: Task) -> Script:
    """Reads every block of the task once; what can't be parsed gives what could be seen."""
    commands: list[Command] = []
    chains: list[Chain] = []
    comments: list[Text] = []
    walkers: dict[int, str] = {}
    statement = 0
    for block in sorted(task.blocks, key=lambda each: each.role == "verify"):
        walk = _Walk(block, statement, walkers.get(block.window, "."))
        walk.run()
        commands += walk.commands
        chains += walk.finished
        comments += walk.comments
        statement, walkers[block.window] = walk.statement, walk.cwd
    return Script(task, tuple(commands), tuple(chains), tuple(comments))


class _Place(msgspec.Struct, frozen=True):
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

    def __init__(self, node: Node, kind: str, place: _Place) -> None:
        self.node = node
        self.kind = kind
        self.place = place
        self.writes: list[str] = []
        self.reads = False
        self.heredoc: Heredoc | None = None
        self.background = False
        self.piped = False
        self.negated = False
        self.result: Member | None = None


class _Walk:
    """One block's walk. Iterative: a plan may nest as deep as it likes."""

    def __init__(self, block: Block, statement: int, cwd: str) -> None:
        self.block = block
        self.statement = statement
        self.cwd = cwd
        self.text = block.text.split("\n")
        self.opened: list[_Open] = []
        self.chains: list[tuple[Node, list[_Open], list[str], bool, _Place]] = []
        self.comments: list[Text] = []
        self.commands: list[Command] = []
        self.finished: list[Chain] = []
        self.scopes = [0]  # each subshell's parent
        self.todo: list[tuple[Node, _Place]] = []

    def run(self) -> None:
        self._body(parse(self.block.text), _Place(), top=True)
        while self.todo:
            self._body(*self.todo.pop())
        self.opened.sort(key=lambda each: each.node.start_byte)
        self._close()
        self.finished = [self._chain(*each) for each in self.chains]
        self.finished.sort(key=lambda chain: (chain.statement, chain.line))

    def _body(self, node: Node, place: _Place, top: bool = False) -> None:
        """The statements directly in a program, group, branch or loop."""
        children = node.children
        condition = node.type in ("if_statement", "while_statement", "elif_clause")
        for at, child in enumerate(children):
            kind = child.type
            if kind in ("then", "do_group"):
                condition = False
            if kind == "comment":
                self.comments.append(Text(source(child), self._line(child)))
            elif kind in _PASSED_THROUGH:
                self.todo.append((child, place))
            elif kind in _STATEMENTS:
                if top:
                    self.statement += 1
                    place = _Place(statement=self.statement)
                here = place.within("condition") if condition else place
                behind = at + 1 < len(children) and children[at + 1].type == "&"
                self._statement(child, here, behind)
            elif child.is_named:
                self._substitutions(child, place)

    def _statement(self, node: Node, place: _Place, behind: bool) -> None:
        members: list[_Open] = []
        operators: list[str] = []
        for part in _flat(node):
            kind = part.type
            if kind in _OPERATORS:
                operators.append(kind)
                if members and kind.startswith("|") and kind != "||":
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
                members.append(self._member(part, place, negated))
        for member, operator in zip(members[1:], operators, strict=False):
            member.reads = member.reads or operator in ("|", "|&")
        if members:
            members[-1].background = behind
            self.chains.append((node, members, operators, behind, place))

    def _member(self, node: Node, place: _Place, negated: bool) -> _Open:
        kind = node.type
        opened = _Open(node, kind, place)
        opened.negated = negated
        self.opened.append(opened)
        if kind in _SIMPLE:
            for child in node.children:
                if child.child_count:
                    self._substitutions(child, place)
            return opened
        within = place.within(_INSIDE.get(kind, kind))
        self.todo.append((node, self._scoped(within) if kind == "subshell" else within))
        return opened

    def _scoped(self, place: _Place) -> _Place:
        """The place in a shell of its own, whose `cd` ends with it."""
        self.scopes.append(place.scope)
        return _Place(place.inside, len(self.scopes) - 1, place.statement)

    def _substitutions(self, word: Node, place: _Place) -> None:
        text = word.text or b""
        if not word.child_count or not (b"(" in text or b"`" in text):
            return
        stack = [word]
        while stack:
            node = stack.pop()
            if node.type in _SUBSTITUTIONS:
                self.todo.append((node, self._scoped(place.within("substitution"))))
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
        for opened in self.opened:
            scope = opened.place.scope
            if scope not in here:
                here[scope] = here.get(self.scopes[scope], self.cwd)
            opened.result = self._finished(opened, here[scope])
            command = opened.result
            if not isinstance(command, Command):
                continue
            self.commands.append(command)
            if command.name in ("cd", "pushd", "popd") and "function" not in command.inside:
                now = _moved(here[scope], before.get(scope, "?"), command)
                before[scope], here[scope] = here[scope], now
        self.cwd = here[0]

    def _finished(self, opened: _Open, cwd: str) -> Member:
        node, line = opened.node, self._line(opened.node)
        text = source(node)
        if opened.kind not in _SIMPLE:
            return Compound(opened.kind, text, line)
        env, words = _words(node)
        kind, name, arguments = _named(opened.kind, words)
        return Command(
            name=name,
            words=arguments,
            text=text,
            line=line,
            column=node.start_point[1],
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

    def _chain(
        self,
        node: Node,
        members: list[_Open],
        operators: list[str],
        behind: bool,
        place: _Place,
    ) -> Chain:
        return Chain(
            members=tuple(each.result for each in members if each.result is not None),
            operators=tuple(operators),
            line=self._line(node),
            text=source(node),
            statement=place.statement,
            background=behind,
            inside=place.inside,
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
        if current.type in _WRAPPERS or current.type == "negated_command":
            stack.extend(
                child
                for child in reversed(current.children)
                if child.is_named or child.type in _OPERATORS or child.type == "!"
            )
        elif current.type not in ("comment", "heredoc_end", "file_descriptor"):
            yield current


def _heredoc(node: Node, members: list[_Open], line: int) -> None:
    """Belongs to the first member that has none: bash reads bodies in the order of the `<<`."""
    waiting = members[-1:] if node.type == "heredoc_start" else members
    for member in waiting:
        member.reads = True
        if node.type == "heredoc_body" and member.heredoc is None:
            member.heredoc = Heredoc(source(node), line)
            return


def _words(node: Node) -> tuple[tuple[tuple[str, str], ...], list[str]]:
    """Assignments before a command, and its words."""
    env: list[tuple[str, str]] = []
    words: list[str] = []
    for child in node.children:
        kind = child.type
        if kind == "variable_assignment":
            name, _, value = source(child).partition("=")
            env.append((name, value.strip("\"'")))
        elif child.is_named and not kind.endswith("_redirect"):
            words.append(_value(child, kind))
    if node.type in _ASSIGNMENTS and not env:
        name, _, value = source(node).partition("=")
        env.append((name, value.strip("\"'")))
    return tuple(env), words


def _value(node: Node, kind: str) -> str:
    text = source(node)
    if kind in ("string", "raw_string"):
        return text[1:-1]
    if _PLAIN.fullmatch(text):
        return text
    value = literal(node)
    return text if value is None else value


def _named(kind: str, words: list[str]) -> tuple[str, str, tuple[str, ...]]:
    """What it is, its name, its arguments; prefixes such as `sudo` are looked through."""
    if kind == "test_command":
        return "test", "[", tuple(words)
    if kind in _ASSIGNMENTS or (kind == "command" and not words):
        return "assignment", "", ()
    if kind in ("declaration_command", "unset_command"):
        return "declaration", "", tuple(words)
    while len(words) > 1 and _base(words[0]) in _PREFIXES and words[1] not in ("-v", "-V"):
        words = _behind_prefix(words)
    name = _base(words[0]) if words else ""
    return "command", "" if "$" in name or "`" in name else name, tuple(words[1:])


def _base(word: str) -> str:
    return word.rsplit("/", 1)[-1] if word.startswith(("/", "./", "~")) else word


def _behind_prefix(words: list[str]) -> list[str]:
    prefix = _base(words[0])
    takes = _PREFIXES[prefix]
    at = 1
    while at < len(words) - 1 and (words[at].startswith("-") or "=" in words[at]):
        at += 2 if words[at] in takes else 1
    if prefix == "timeout" and at < len(words) - 1:
        at += 1
    return words[at:]


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
    return posixpath.normpath(posixpath.join(here, target))
