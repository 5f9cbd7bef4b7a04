"""A task's commands -> statements: what is one step, where it stands, and what it means to fail."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import msgspec
from tree_sitter import Node

from tmuxplan.errors import Problem
from tmuxplan.plan.model import Block, Criterion, Expects, Step, Task
from tmuxplan.shell.ends import ends
from tmuxplan.shell.expected import expected
from tmuxplan.shell.joins import reads_what_the_report_changes, traps_noisily
from tmuxplan.shell.pipes import Pipe, pipe
from tmuxplan.shell.spans import Span, can_be_told, spans
from tmuxplan.shell.stops import Rule, rule
from tmuxplan.shell.syntax import parse

_PLAIN_RULE, _PLAIN_PIPE = Rule(), Pipe()
_changed = msgspec.structs.replace


class Statement(msgspec.Struct, frozen=True, kw_only=True):
    """One step with all that the script needs. `text` is exactly the plan's.

    `lead` is what stands before it since the statement before (comments, `;`, newlines).
    `unparsed`: the parser could not read its block, which is therefore one step.
    `silent`: nothing may be reported after it (a DEBUG trap would see the report).
    `broken`: a check that does not parse; the script reports a failure in its place.
    `expects`: the plan says that it fails.
    `joins`: it reads what a report before it would change.
    """

    n: int
    line: int
    text: str
    lead: str = ""
    rule: Rule = Rule()
    pipe: Pipe = Pipe()
    criterion: int | None = None
    unparsed: bool = False
    silent: bool = False
    broken: bool = False
    joins: bool = False
    expects: Expects = ""


class Shells:
    """Shell texts, each parsed once for all who ask while this lives: one for each look at a plan.

    What is kept of a text is small; a tree takes many times the memory of its text, and is the
    asker's to let go. `with_steps`: somebody will ask for the statements too.
    """

    def __init__(self, with_steps: bool = True) -> None:
        self._with_steps = with_steps
        self._read: dict[str, tuple[Statement, ...] | None] = {}

    def tree(self, text: str) -> Node:
        """The root of the text's tree, whose statements are from now on known."""
        root = parse(text)
        if text not in self._read:
            self._read[text] = _statements(text, root, self._with_steps)
        return root

    def readable(self, text: str) -> bool:
        """Whether the parser can tell the text's statements."""
        if text not in self._read:
            self.tree(text)
        return self._read[text] is not None

    def statements(self, text: str) -> tuple[Statement, ...] | None:
        """The text's statements, `line` counted from 0; None: they can't be told."""
        if not self._with_steps:
            raise ValueError("these shells keep no statements")
        self.readable(text)
        return self._read[text]


def steps(
    task: Task, file: str, whole: Collection[int] = (), shells: Shells | None = None
) -> tuple[tuple[Statement, ...], tuple[Problem, ...]]:
    """All statements of a task in the order in which they run, and what is wrong with them.

    Blocks that begin at a line in `whole` become one step each: for a caller whose shell
    accepts a block but not the script made of it.
    """
    shells = shells or Shells()
    ordered = sorted(task.blocks, key=lambda block: block.role == "verify")
    found = [each for block in ordered for each in _of_block(block, block.line in whole, shells)]
    checks = [
        _check(criterion, index, shells)
        for index, criterion in enumerate(task.criteria)
        if criterion.kind == "command"
    ]
    joined = [*_joined(found), *checks]
    numbered = tuple(_changed(each, n=n) for n, each in enumerate(joined, 1))
    return numbered, tuple(_problem(each, file) for each in checks if each.broken)


def public(statements: Sequence[Statement]) -> tuple[Step, ...]:
    """What the other rooms know of the statements."""
    may_end = ends([each.text for each in statements])
    return tuple(
        Step(
            n=each.n,
            line=each.line,
            text=each.text,
            criterion=each.criterion,
            members=each.pipe.members,
            passes_on=each.pipe.passes_on,
            # After a noisy trap there is no record, and failures are not all heard of: never 0.
            ends=may and not each.silent,
            expects=each.expects,
        )
        for each, may in zip(statements, may_end, strict=True)
    )


def suspects(task: Task, shells: Shells | None = None) -> tuple[Block, ...]:
    """What the parser could not read, as blocks for `bash -n`: blocks, and checks.

    A check (language `check`) that comes up here has been left out of the script already.
    """
    shells = shells or Shells(with_steps=False)
    checks = (
        Block(line=criterion.line, text=criterion.code, language="check", role="verify")
        for criterion in task.criteria
        if criterion.kind == "command"
    )
    return tuple(block for block in (*task.blocks, *checks) if not shells.readable(block.text))


def _of_block(block: Block, whole: bool, shells: Shells) -> list[Statement]:
    read = None if whole else shells.statements(block.text)
    if read is None:
        body = block.text.strip("\n")
        blank = len(block.text) - len(block.text.lstrip("\n"))
        one = Statement(n=0, line=block.line + blank, text=body, unparsed=True)
        return [one] if body.strip() else []
    found = [_changed(each, line=block.line + each.line) for each in read]
    said = expected(block.text, read)
    if found and block.expects:
        # What a plan says of a block's status is said of its last command's.
        said[len(found) - 1] = block.expects
    for at, expects in said.items():
        found[at] = _changed(found[at], expects=expects)
    return found


def _statements(text: str, root: Node, wanted: bool) -> tuple[Statement, ...] | None:
    """Those of a text, wherever it stands; none where only whether they can be told is wanted."""
    raw = text.encode("utf-8", "surrogateescape")
    if not wanted:
        return () if can_be_told(root, raw) else None
    found = spans(root, raw)
    if found is None:
        return None
    ends_before = [0, *(span.end for span in found)]
    return tuple(
        _statement(span, raw, at if n else span.start)
        for n, (span, at) in enumerate(zip(found, ends_before, strict=False))
    )


def _statement(span: Span, raw: bytes, after: int) -> Statement:
    text = raw[span.start : span.end].decode("utf-8", "surrogateescape")
    return Statement(
        n=0,
        line=span.row,
        text=text,
        lead=raw[after : span.start].decode("utf-8", "surrogateescape"),
        rule=_PLAIN_RULE if span.background else rule(span.parts, span.names),
        pipe=_PLAIN_PIPE if span.background else pipe(span.parts),
        joins=reads_what_the_report_changes(span.node, text),
        silent=traps_noisily(span.node, text),
    )


def _joined(found: list[Statement]) -> list[Statement]:
    """Statements that can't stand behind a report become one with their predecessor."""
    groups: list[list[Statement]] = []
    silent = False
    for each in found:
        if groups and (silent or (each.joins and each.lead)):
            groups[-1].append(each)
        else:
            groups.append([each])
        silent = silent or each.silent
    return [_one(group) if len(group) > 1 else group[0] for group in groups]


def _one(group: list[Statement]) -> Statement:
    first = group[0]
    pieces, line = [first.text], first.line + first.text.count("\n")
    for each in group[1:]:
        gap = each.lead or "\n" * max(1, each.line - line)
        pieces += [gap, each.text]
        line += gap.count("\n") + each.text.count("\n")
    return Statement(
        n=0,
        line=first.line,
        text="".join(pieces),
        lead=first.lead,
        silent=any(each.silent for each in group),
        unparsed=any(each.unparsed for each in group),
    )


def _check(criterion: Criterion, index: int, shells: Shells) -> Statement:
    read = shells.statements(criterion.code)
    return Statement(
        n=0,
        line=criterion.line,
        text=criterion.code,
        criterion=index,
        pipe=read[-1].pipe if read else _PLAIN_PIPE,
        broken=read is None,
    )


def _problem(check: Statement, file: str) -> Problem:
    return Problem(
        code="syntax-error",
        severity="error",
        file=file,
        line=check.line,
        message=f"the check `{check.text}` is no shell command that can be read",
        remedy="mend the command between the backticks, or drop the `$ ` to leave it to a person",
    )
