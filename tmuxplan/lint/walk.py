"""One block's tree -> its commands, chains and comments, in one walk.

Iterative: a plan may nest as deep as it likes.
"""

from __future__ import annotations

from collections.abc import Iterator

from tree_sitter import Node

from tmuxplan.lint.closing import chain, closed
from tmuxplan.lint.commands import Chain, Command, Heredoc
from tmuxplan.lint.opened import SIMPLE, Joined, Opened, Place
from tmuxplan.plan.model import Block, Text
from tmuxplan.shell.syntax import literal, source

_WRAPPERS = frozenset({"list", "pipeline", "redirected_statement", "heredoc_redirect"})
_OPERATORS = frozenset({"&&", "||", "|", "|&"})
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
    SIMPLE
    | (_WRAPPERS - {"heredoc_redirect"})
    | frozenset(_INSIDE)
    | {"negated_command", "heredoc_redirect"}
)
_PASSED_THROUGH = frozenset({"elif_clause", "else_clause", "do_group", "case_item", "ERROR"})
_SUBSTITUTIONS = frozenset({"command_substitution", "process_substitution"})
_REDIRECTS = frozenset({"file_redirect", "herestring_redirect"})
_NO_PARTS = frozenset({"comment", "heredoc_end", "file_descriptor"})


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
        self._opened: list[Opened] = []
        self._chains: list[Joined] = []
        self._scopes = [0]  # each subshell's parent
        self._todo: list[tuple[Node, Place]] = []

    def run(self) -> None:
        """Walk."""
        self._body(self._root, Place(), top=True)
        while self._todo:
            self._body(*self._todo.pop())
        self._opened.sort(key=lambda each: each.node.start_byte)
        self.commands, self.cwd = closed(self._opened, self._scopes, self.block, self.cwd)
        self.finished = [chain(each, self.block) for each in self._chains]
        self.finished.sort(key=lambda chain: (chain.statement, chain.line))

    def _body(self, node: Node, place: Place, top: bool = False) -> None:
        """The statements directly in a program, group, branch or loop."""
        children = node.children
        last = len(children) - 1
        condition = node.type in ("if_statement", "while_statement", "elif_clause")
        for at, child in enumerate(children):
            kind = child.type
            if kind in _STATEMENTS:
                if top:
                    self.statement += 1
                    place = Place(statement=self.statement)
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

    def _statement(self, node: Node, kind: str, place: Place, behind: bool) -> None:
        operators: list[str] = []
        if kind in SIMPLE:  # as most are
            members = [self._member(node, kind, place, negated=False)]
        else:
            members, operators = self._members(node, place, behind)
        if members:
            members[-1].background = behind
            # A broken list lacks members: what joined them is nothing that a rule can look at.
            joined = tuple(operators[: len(members) - 1])
            self._chains.append(Joined(node, place, members, joined, behind))

    def _members(self, node: Node, place: Place, behind: bool) -> tuple[list[Opened], list[str]]:
        members: list[Opened] = []
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
                members.append(self._member(part, kind, place, negated, behind))
        for member, operator in zip(members[1:], operators, strict=False):
            member.reads = member.reads or operator in ("|", "|&")
        return members, operators

    def _member(
        self, node: Node, kind: str, place: Place, negated: bool, behind: bool = False
    ) -> Opened:
        opened = Opened(node, kind, place, negated)
        self._opened.append(opened)
        if kind not in SIMPLE:
            within = place.within(_INSIDE.get(kind, kind))
            within = within.within("background") if behind else within
            self._todo.append((node, self._scoped(within) if kind == "subshell" else within))
        elif "(" in opened.text or "`" in opened.text:
            for child in node.children:
                self._substitutions(child, place)
        return opened

    def _scoped(self, place: Place) -> Place:
        """The place in a shell of its own, whose `cd` ends with it."""
        self._scopes.append(place.scope)
        return Place(place.inside, len(self._scopes) - 1, place.statement)

    def _substitutions(self, word: Node, place: Place) -> None:
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

    def _redirect(self, node: Node, members: list[Opened], place: Place) -> None:
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


def _heredoc(node: Node, members: list[Opened], line: int) -> None:
    """Belongs to the first member that has none: bash reads bodies in the order of the `<<`."""
    waiting = members[-1:] if node.type == "heredoc_start" else members
    for member in waiting:
        member.reads = True
        if node.type == "heredoc_body" and member.heredoc is None:
            member.heredoc = Heredoc(source(node), line)
            return
