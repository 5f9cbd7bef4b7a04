"""Reads one Markdown plan: bytes in, a Plan with its problems out."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

import msgspec

from tmuxplan.errors import UsageError
from tmuxplan.plan import (
    claims,
    dependencies,
    encoding,
    faults,
    front,
    grammar,
    members,
    protocol,
    readings,
    tasks,
    template,
)
from tmuxplan.plan.ids import Index
from tmuxplan.plan.markdown import Heading, Item, Node, Paragraph
from tmuxplan.plan.members import Shares
from tmuxplan.plan.model import Edge, LooseBlock, Plan, Task, Text
from tmuxplan.plan.problems import Problems
from tmuxplan.plan.statements import Reader, Stated, metas_outside
from tmuxplan.plan.tasks import Read

DEPS_FROM = ("metadata", "table", "mermaid", "front matter", "prose", "none")


def parse(raw: bytes, path: str, deps_from: str | None = None) -> Plan:
    """The plan in `raw`; `path` is only shown. `deps_from` obeys one source of dependencies alone.

    Everything wrong with the plan is in `problems`. Raises UsageError for an unknown `deps_from`.
    """
    if deps_from is not None and deps_from not in DEPS_FROM:
        raise UsageError(
            f"--deps-from {deps_from!r} is unknown", f"use one of {', '.join(DEPS_FROM)}"
        )
    problems = Problems(path)
    sha256 = hashlib.sha256(raw).hexdigest()
    text = encoding.decode(raw, problems)
    if text is None:
        return Plan(path=path, title="", sha256=sha256, problems=problems.sorted())
    front_matter, body = front.split(text, problems)
    nodes = readings.read(body, problems)
    outline = grammar.outline(nodes)
    nodes = outline.nodes
    shares = members.share(outline, problems)
    reads = [tasks.read(member, own, problems) for member, own in shares.members]
    index = Index(
        outline.family,
        tuple(read.task for read in reads),
        tuple(m for m, _ in shares.members),
        shares.groups,
    )
    stated = _stated(index, reads, nodes, shares, problems)
    edges, rule = _edges(index, reads, stated, shares, deps_from, problems)
    plan = Plan(
        path=path,
        title=_title(nodes),
        sha256=sha256,
        source=text,
        family=outline.family,
        tasks=tuple(_finish(read, stated) for read in reads),
        edges=edges,
        order_rule=rule,
        protocol=protocol.read(shares.outside),
        template=template.read(shares.outside),
        claims=claims.read(metas_outside(shares.outside)),
        loose=_loose(reads, shares.outside),
        front_matter=front_matter,
    )
    faults.find(plan, nodes, problems)
    return msgspec.structs.replace(plan, problems=problems.sorted())


def _stated(
    index: Index, reads: list[Read], nodes: tuple[Node, ...], shares: Shares, problems: Problems
) -> Stated:
    reader = Reader(index, tuple(read.task for read in reads), problems)
    for read in reads:
        reader.metadata(read.task.id, read.metas)
    reader.groups(nodes, shares.groups)
    reader.tables(nodes)
    reader.graphs(nodes)
    reader.prose(shares.outside)
    return reader.stated()


def _edges(
    index: Index,
    reads: list[Read],
    stated: Stated,
    shares: Shares,
    deps_from: str | None,
    problems: Problems,
) -> tuple[tuple[Edge, ...], str]:
    """The edges, and the sentence that says by which rule."""
    if not reads:
        return (), "The plan has no tasks."
    if deps_from == "none":
        return (), "Dependencies are left out, as asked: all tasks may run at once."
    if deps_from:
        kept = tuple(s for s in stated.statements if s.kind == deps_from)
        stated = Stated(kept, {})
    if stated.statements:
        edges = dependencies.reconcile(index, stated, problems)
        dependencies.cycles(index, edges, problems)
        kinds = dict.fromkeys(s.kind for s in stated.statements)
        return edges, f"Dependencies are as the plan states them ({', '.join(kinds)})."
    together = dependencies.runs_together(index.family, _said(shares.outside))
    if together:
        where = f"line {together.line} says so" if together.line else together.text
        return (), f"The plan states no dependencies; its tasks may run at once, as {where}."
    edges = dependencies.in_order(index, tuple(read.task.line for read in reads))
    return edges, (
        "The plan states no dependencies: its tasks run in the order of the document, "
        "each after the one before passed."
    )


def _said(nodes: Iterable[Node]) -> Iterable[Text]:
    for node in nodes:
        if isinstance(node, Heading):
            yield Text(node.text, node.line)
        elif isinstance(node, (Paragraph, Item)):
            yield from node.lines


def _finish(read: Read, stated: Stated) -> Task:
    said = tuple(Text(m.value, m.line) for m in read.metas if m.key == "dependencies" and m.value)
    wanted = stated.preconditions.get(read.task.id, ())
    return msgspec.structs.replace(read.task, dependencies_said=said, preconditions=wanted)


def _loose(reads: list[Read], outside: tuple[Node, ...]) -> tuple[LooseBlock, ...]:
    found = [block for read in reads for block in read.loose]
    found += members.loose(outside)
    return tuple(sorted(found, key=lambda block: block.line))


def _title(nodes: tuple[Node, ...]) -> str:
    headings = [node for node in nodes if isinstance(node, Heading)]
    first = next((h for h in headings if h.level == 1), headings[0] if headings else None)
    return first.text if first else ""
