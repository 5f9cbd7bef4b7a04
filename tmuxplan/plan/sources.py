"""Every place where a plan states dependencies, found: metadata, tables, groups, sentences.

Each function says what it finds to the plan's `Statements`; graphs have a module of their own.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator

from tmuxplan.plan import families, metadata, prose, references, tables
from tmuxplan.plan.grammar import Member
from tmuxplan.plan.ids import Index
from tmuxplan.plan.markdown import Heading, Item, Node, Paragraph, Table
from tmuxplan.plan.metadata import Meta
from tmuxplan.plan.model import SourceKind, Text
from tmuxplan.plan.patterns import lazy
from tmuxplan.plan.references import Said
from tmuxplan.plan.statements import Place, Statement, Statements
from tmuxplan.plan.tables import Line, Lost, Strange

_AT_ONCE = lazy(
    r"\bcan (?:start|run|begin) (?:immediately|any ?time|right away|at once)\b", re.IGNORECASE
)
_LONGEST_RANGE = 1000


def from_metadata(
    out: Statements, task: str, metas: Iterable[Meta], kind: SourceKind = "metadata"
) -> None:
    """A task's own lines; `Blocks: Tasks 2-6` is the same said from the other end."""
    for meta in metas:
        if not meta.value:
            continue
        if meta.key == "dependencies" or (meta.key == "wait for" and "`" not in meta.value):
            place = Place(task, meta.line, kind)
            out.say(place, out.index.said(meta.value), meta.value)
        elif meta.key == "blocks":
            _inverse(out, task, meta, kind)


def _inverse(out: Statements, task: str, meta: Meta, kind: SourceKind) -> None:
    for ref in references.read(meta.value).refs:
        for key in references.numbers(ref):
            other = out.index.find(ref, key)
            if other and out.spend(1, meta.line):
                out.found.append(Statement(other, (task,), kind, meta.line))


def from_tables(out: Statements, nodes: Iterable[Node]) -> None:
    """The rows of tables with a column for dependencies."""
    titles = tables.Titles(tuple(out.tasks.values()))
    for node in nodes if out.tasks else ():
        if isinstance(node, Table):
            for row in tables.read(node, out.index, titles):
                _row(out, row)


def _row(out: Statements, row: Line | Lost | Strange) -> None:
    if isinstance(row, Lost):
        out.problems.warning(
            "unknown-row",
            row.line,
            f"the table's row {row.text[:80]!r} names no task of this plan for certain",
            "name the task by its id",
        )
    elif isinstance(row, Strange):
        out.unresolved.strange(row.line, row.ids)
    elif row.odd and row.odd.surely:
        out.unresolved.say(row.tasks[0], row.line, row.odd.names, in_prose=False)
    else:
        if row.odd:
            out.unresolved.odd(row.tasks[0], row.line, row.odd.names)
        for task in row.tasks:
            out.say(Place(task, row.line, "table", row.soft, row.group), row.said, row.text)


def from_groups(out: Statements, nodes: tuple[Node, ...], groups: Iterable[Member]) -> None:
    """What the head of a section of tasks says of dependencies holds for all of them."""
    for member in groups:
        inside = out.index.group(member.name.family, member.name.key) or ()
        if families.BY_NAME[member.name.family].kind != "group" or not inside:
            continue
        head = itertools.takewhile(
            lambda node: not isinstance(node, Heading), nodes[member.start + 1 : member.end]
        )
        for meta in metas_outside(head):
            said = references.read(meta.value)
            if meta.key == "dependencies" and said.kind == "ids":
                for task in inside:
                    out.say(Place(task, meta.line, "metadata", group=True), said, meta.value)
        from_group(out, inside, member.name.title, member.line)


def from_group(out: Statements, tasks: tuple[str, ...], title: str, line: int) -> None:
    """What the title of a group says that all its tasks come after."""
    found = prose.title(title)
    if found is None or not tasks or found[0].kind in ("prose", "previous"):
        return
    said, text = found
    if said.kind == "all":
        before = out.index.ids[: out.index.order[tasks[0]]]
        for task in tasks if out.spend(len(before) * len(tasks), line) else ():
            out.found.append(Statement(task, before, "prose", line, "hard", True))
        return
    for task in tasks:
        out.say(Place(task, line, "prose", group=True), said, text)


def from_lines(out: Statements, task: str, title: Text, lines: Iterable[Text]) -> None:
    """What a task's heading, and sentences of its own, say that it comes after."""
    found = prose.title(title.text)
    if found:
        out.say(Place(task, title.line, "prose"), *found)
    for text in lines:
        found = prose.line(text.text) if not metadata.pairs(text.text, text.line) else None
        if found:
            out.say(Place(task, text.line, "prose"), *found)


def waits(out: Statements, reads: Iterable[tuple[str, Iterable[Meta]]]) -> Iterator[Statement]:
    """`Wait for: "a line"` under a task: what comes after it starts once that line is there."""
    last: tuple[str, int] | None = None
    for task, metas in reads:
        if last:
            yield Statement(task, last[:1], "prose", last[1], "ready", True, True)
        for meta in metas:
            if meta.key == "wait for" and "`" in meta.value and out.tasks[task].ready:
                last = (task, meta.line)


def from_prose(out: Statements, nodes: Iterable[Node]) -> None:
    """Lines outside tasks: one task can start at once, some come after others."""
    for node in nodes:
        if not isinstance(node, (Paragraph, Item)):
            continue
        for text in node.lines:
            if _AT_ONCE.search(text.text):
                _at_once(out, text)
                continue
            found = prose.subject(text.text)
            if found:
                who, said, rest = found
                for task in _those(out.index, who):
                    out.say(Place(task, text.line, "prose", group=True), said, rest)


def _at_once(out: Statements, text: Text) -> None:
    refs = references.refs(text.text)
    keys = references.numbers(refs[0]) if len(refs) == 1 else ()
    task = out.index.find(refs[0], keys[0]) if len(keys) == 1 else None
    if task:
        out.found.append(Statement(task, (), "prose", text.line))


def _those(index: Index, said: Said) -> tuple[str, ...]:
    """The tasks that a sentence is about; those that the plan does not have are no fault."""
    found: dict[str, None] = {}
    for ref in said.refs:
        for key in references.numbers(ref)[:_LONGEST_RANGE]:
            one = index.find(ref, key)
            group = index.group(ref.family or index.family, key) or ()
            found |= dict.fromkeys((one,) if one else group)
    return tuple(found)


def metas_outside(nodes: Iterable[Node]) -> Iterator[Meta]:
    """The metadata lines that stand outside every task."""
    for node in nodes:
        if isinstance(node, (Paragraph, Item)):
            for text in node.lines:
                yield from metadata.pairs(text.text, text.line)
