"""A task's commands -> statements: what is one step, where it stands, and what it means to fail."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence

import msgspec
from tree_sitter import Node

from tmuxplan.errors import Problem
from tmuxplan.plan.model import Block, Criterion, Expects, Step, Task
from tmuxplan.shell.ends import ends
from tmuxplan.shell.pipes import Pipe, pipe
from tmuxplan.shell.stops import Rule, rule
from tmuxplan.shell.syntax import chain, name_of, parse, source, walk

_BETWEEN = re.compile(r"(?:\s|;|\\\n|#[^\n]*)*")
# Seen as commands only where the parser lost a compound command (`time { a; b; }`).
_NEVER_COMMANDS = frozenset(
    {"{", "}", "then", "else", "elif", "fi", "do", "done", "esac", "in", "case", "if"}
)
_TAKES_A_COMPOUND = frozenset({"time", "coproc", "!"})
# Traps that fire for the ledger's own calls too: from there on, the rest is one step.
_NOISY_TRAPS = frozenset({"DEBUG", "RETURN"})


class Statement(msgspec.Struct, frozen=True, kw_only=True):
    """One step with all that the script needs. `text` is exactly the plan's.

    `lead` is what stands before it since the statement before (comments, `;`, newlines).
    `unparsed`: the parser could not read its block, which is therefore one step.
    `silent`: nothing may be reported after it (a DEBUG trap would see the report).
    `broken`: a check that does not parse; the script reports a failure in its place.
    `expects`: the plan says that it fails.
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


def steps(
    task: Task, file: str, whole: Collection[int] = ()
) -> tuple[tuple[Statement, ...], tuple[Problem, ...]]:
    """All statements of a task in the order in which they run, and what is wrong with them.

    Blocks that begin at a line in `whole` become one step each: for a caller whose shell
    accepts a block but not the script made of it.
    """
    ordered = sorted(task.blocks, key=lambda block: block.role == "verify")
    found = [each for block in ordered for each in _of_block(block, block.line in whole)]
    checks = [
        _check(criterion, index)
        for index, criterion in enumerate(task.criteria)
        if criterion.kind == "command"
    ]
    joined = [*_joined(found), *checks]
    numbered = tuple(msgspec.structs.replace(each, n=n) for n, each in enumerate(joined, 1))
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
            ends=each.silent or may,  # what is silent has no record at all
            expects=each.expects,
        )
        for each, may in zip(statements, may_end, strict=True)
    )


def suspects(task: Task) -> tuple[Block, ...]:
    """What the parser could not read, as blocks for `bash -n`: blocks, and checks.

    A check (language `check`) that comes up here has been left out of the script already.
    """
    checks = (
        Block(line=criterion.line, text=criterion.code, language="check", role="verify")
        for criterion in task.criteria
        if criterion.kind == "command"
    )
    return tuple(block for block in (*task.blocks, *checks) if _spans(block) is None)


def _of_block(block: Block, whole: bool) -> list[Statement]:
    nodes = None if whole else _spans(block)
    if nodes is None:
        body = block.text.strip("\n")
        blank = len(block.text) - len(block.text.lstrip("\n"))
        one = Statement(n=0, line=block.line + blank, text=body, unparsed=True)
        return [one] if body.strip() else []
    raw = block.text.encode("utf-8", "surrogateescape")
    found: list[Statement] = []
    at = 0
    for start, end, node in nodes:
        found.append(
            Statement(
                n=0,
                line=block.line + raw[:start].count(b"\n"),
                text=_decoded(raw[start:end]),
                lead=_decoded(raw[at:start]) if found else "",
                rule=Rule() if raw[end - 1 : end] == b"&" else rule(node),
                pipe=Pipe() if raw[end - 1 : end] == b"&" else pipe(node),
                joins=_reads_what_the_report_changes(node),
                silent=_traps_noisily(node),
            )
        )
        at = end
    if found and block.expects:
        # What a plan says of a block's status is said of its last command's.
        found[-1] = msgspec.structs.replace(found[-1], expects=block.expects)
    return found


def _spans(block: Block) -> list[tuple[int, int, Node]] | None:
    """Start, end (with a closing `&`) and node of each statement; None: can't be told."""
    root = parse(block.text)
    if root.has_error:
        return None
    spans: list[tuple[int, int, Node]] = []
    for child in root.children:
        if child.type == "&" and spans:
            start, _, node = spans[-1]
            spans[-1] = (start, child.end_byte, node)
        elif child.is_named and child.type != "comment":
            spans.append((child.start_byte, child.end_byte, child))
    return spans if _plausible(block.text, spans) else None


def _plausible(text: str, spans: list[tuple[int, int, Node]]) -> bool:
    """Whether the parser's reading can be bash's: it accepts some text by misreading it."""
    raw = text.encode("utf-8", "surrogateescape")
    at = 0
    for start, end, node in spans:
        if start < at or not _BETWEEN.fullmatch(_decoded(raw[at:start])):
            return False
        if any(name_of(part) in _NEVER_COMMANDS for part in chain(node)):
            return False
        at = end
    return bool(_BETWEEN.fullmatch(_decoded(raw[at:])))


def _joined(found: list[Statement]) -> list[Statement]:
    """Statements that can't stand behind a report become one with their predecessor."""
    steps_so_far: list[Statement] = []
    for each in found:
        last = steps_so_far[-1] if steps_so_far else None
        if last is None:
            steps_so_far.append(each)
        elif last.silent or (each.joins and each.lead):
            steps_so_far[-1] = _one(last, each)
        else:
            steps_so_far.append(each)
    return steps_so_far


def _one(first: Statement, second: Statement) -> Statement:
    gap = second.lead or "\n" * max(1, second.line - first.line - first.text.count("\n"))
    return Statement(
        n=0,
        line=first.line,
        text=first.text + gap + second.text,
        lead=first.lead,
        silent=first.silent or second.silent,
        unparsed=first.unparsed or second.unparsed,
    )


def _reads_what_the_report_changes(statement: Node) -> bool:
    """Whether its first commands read `PIPESTATUS` as their predecessor left it."""
    first = _first(statement)
    return any(_reads(node) for command in first for node in walk(command))


def _first(statement: Node) -> Iterator[Node]:
    """What runs first in a statement: all members of its first pipeline."""
    parts = chain(statement)
    # Not strict: `>file` alone has no command at all.
    for command, operator in zip(parts[::2], [*parts[1::2], None], strict=False):
        yield from _entry(command)
        if operator is None or operator.type not in ("|", "|&"):
            return


def _entry(node: Node) -> Iterator[Node]:
    if node.type == "function_definition":
        return
    inside = node.type.endswith("_statement") or node.type in ("subshell", "negated_command")
    if not inside or node.type in ("for_statement", "case_statement"):
        yield node
        return
    named = [child for child in node.children if child.is_named and child.type != "comment"]
    if named:
        yield from _first(named[0])


def _reads(node: Node) -> bool:
    return node.type == "variable_name" and source(node) in ("PIPESTATUS", "pipestatus")


def _traps_noisily(statement: Node) -> bool:
    return any(
        node.type == "command"
        and name_of(node) == "trap"
        and any(source(word) in _NOISY_TRAPS for word in node.children)
        for node in walk(statement)
    )


def _check(criterion: Criterion, index: int) -> Statement:
    spans = _spans(Block(line=criterion.line, text=criterion.code))
    return Statement(
        n=0,
        line=criterion.line,
        text=criterion.code,
        criterion=index,
        pipe=pipe(spans[-1][2]) if spans else Pipe(),
        broken=spans is None,
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


def _decoded(raw: bytes) -> str:
    return raw.decode("utf-8", "surrogateescape")
