"""Reads one Markdown plan: bytes in, a Plan with its problems out."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Iterable, Iterator, Mapping

import msgspec

from tmuxplan.errors import UsageError
from tmuxplan.plan import (
    alternatives,
    claims,
    dependencies,
    encoding,
    families,
    faults,
    foreword,
    front,
    grammar,
    layers,
    members,
    protocol,
    readiness,
    readings,
    tasks,
    template,
)
from tmuxplan.plan.grammar import Outline
from tmuxplan.plan.ids import Index, Named
from tmuxplan.plan.listing import Listed
from tmuxplan.plan.markdown import Heading, Item, Node, Paragraph
from tmuxplan.plan.members import Shares
from tmuxplan.plan.metadata import Meta
from tmuxplan.plan.model import Edge, LooseBlock, Plan, Task, Text
from tmuxplan.plan.problems import Problems
from tmuxplan.plan.statements import Reader, Stated, Statement, metas_outside
from tmuxplan.plan.tasks import Read

DEPS_FROM = ("metadata", "table", "mermaid", "front matter", "prose", "none")


def parse(raw: bytes, path: str, deps_from: str | None = None, sections: bool = False) -> Plan:
    """The plan in `raw`; `path` is only shown. `deps_from` obeys one source of dependencies alone.

    `sections`: in a plan where nothing has an id, each section with commands is a task.
    Everything wrong with the plan is in `problems`. Raises UsageError for an unknown `deps_from`.
    """
    known(deps_from)
    problems = Problems(path)
    sha256 = hashlib.sha256(raw).hexdigest()
    page = read(raw, problems)
    if page is None:
        return Plan(path=path, title="", sha256=sha256, problems=problems.sorted())
    outline = page.outline or grammar.outline(page.nodes, sections)
    shares = members.share(outline, problems)
    front = page.front if len(shares.members) == 1 else ()
    # Ids that are words are no ids to a reader of sentences: they count where they stand alone.
    words = (
        {}
        if outline.family != "section"
        else {m.name.id.lower(): m.name.id for m, _ in shares.members}
    )
    fronts = {shares.members[0][0].line: front} if front else {}
    draft = Draft(outline.nodes, outline.family, shares, fronts, Named(words))
    plan = understand(draft, problems, deps_from)
    plan = msgspec.structs.replace(
        plan, path=path, sha256=sha256, source=page.text, front_matter=page.front_matter
    )
    faults.find(plan, outline.nodes, problems)
    return msgspec.structs.replace(plan, problems=problems.sorted())


def known(deps_from: str | None) -> None:
    """UsageError: there is no such source of dependencies."""
    if deps_from is not None and deps_from not in DEPS_FROM:
        raise UsageError(
            f"--deps-from {deps_from!r} is unknown", f"use one of {', '.join(DEPS_FROM)}"
        )


class Page(msgspec.Struct, frozen=True):
    """One file, read: its blocks, and what its front matter says of it.

    `outline`: its front matter makes the whole file one task.
    """

    text: str
    nodes: tuple[Node, ...]
    front_matter: Text | None = None
    front: tuple[Meta, ...] = ()
    outline: Outline | None = None


def read(raw: bytes, problems: Problems) -> Page | None:
    """The blocks of a file; None where it is not text."""
    text = encoding.decode(raw, problems)
    if text is None:
        return None
    front_matter, body = front.split(text, problems)
    metas = foreword.read(front_matter)
    nodes = readings.read(body, problems)
    named = foreword.name(metas, _title(nodes))
    outline = grammar.whole(nodes, *named) if named else None
    return Page(text, outline.nodes if outline else nodes, front_matter, metas, outline)


class Draft(msgspec.Struct, frozen=True):
    """What a plan is made of: its blocks, and whose they are.

    `front`: front matter by the line of its task; `named`: what words and files mean;
    `listed`: what a manifest says of its files' tasks, `groups`: and which it puts together.
    """

    nodes: tuple[Node, ...]
    family: str
    shares: Shares
    front: Mapping[int, tuple[Meta, ...]] = {}
    named: Named = Named()
    listed: tuple[tuple[str, Meta], ...] = ()
    groups: tuple[Listed, ...] = ()


def understand(draft: Draft, problems: Problems, deps_from: str | None) -> Plan:
    """The plan without its path and its faults as a whole."""
    shares = draft.shares
    reads = [
        tasks.read(member, own, problems, draft.front.get(member.line, ()))
        for member, own in shares.members
    ]
    index = Index(
        draft.family,
        tuple(each.task for each in reads),
        tuple(m for m, _ in shares.members),
        shares.groups,
        draft.named,
    )
    reader = _stated(index, reads, draft, problems)
    edges, rule = _edges(index, reads, reader, draft, deps_from, problems)
    stated = reader.stated()
    alternatives.find(reads, shares, problems)
    return Plan(
        path="",
        title=_title(draft.nodes),
        sha256="",
        family=draft.family,
        tasks=tuple(_finish(each, stated) for each in reads),
        edges=edges,
        order_rule=rule,
        protocol=protocol.read(shares.outside),
        template=template.read(shares.outside),
        claims=claims.read(metas_outside(shares.outside)),
        loose=_loose(reads, shares.outside),
    )


def _stated(index: Index, reads: list[Read], draft: Draft, problems: Problems) -> Reader:
    reader = Reader(index, tuple(each.task for each in reads), problems)
    for each in reads:
        task = each.task
        reader.metadata(task.id, each.front, "front matter")
        reader.metadata(task.id, each.metas)
        reader.lines(task.id, Text(task.title, task.line), each.lines)
    for task_id, meta in draft.listed:
        reader.metadata(task_id, (meta,))
    for group in draft.groups:
        reader.group(group.tasks, group.title, group.line)
    reader.groups(draft.nodes, draft.shares.groups)
    reader.tables(draft.nodes)
    reader.graphs(draft.nodes)
    reader.prose(draft.shares.outside)
    return reader


def _edges(
    index: Index,
    reads: list[Read],
    reader: Reader,
    draft: Draft,
    deps_from: str | None,
    problems: Problems,
) -> tuple[tuple[Edge, ...], str]:
    """The edges, and the sentence that says by which rule."""
    if not reads:
        return (), "The plan has no tasks."
    if deps_from == "none":
        return (), "Dependencies are left out, as asked: all tasks may run at once."
    if deps_from:
        kept = tuple(s for s in reader.stated().statements if s.kind == deps_from)
        if kept:
            return _reconciled(index, kept, {}, problems)
    elif reader.found:
        _add_quiet(index, reads, reader, draft)
        stated = reader.stated()
        return _reconciled(index, stated.statements, stated.preconditions, problems)
    return _by_order(index, reads, reader, draft, problems)


def _reconciled(
    index: Index,
    statements: tuple[Statement, ...],
    preconditions: dict[str, tuple[Text, ...]],
    problems: Problems,
) -> tuple[tuple[Edge, ...], str]:
    edges = dependencies.reconcile(index, Stated(statements, preconditions), problems)
    dependencies.cycles(index, edges, problems)
    kinds = dict.fromkeys(s.kind for s in statements)
    return edges, f"Dependencies are as the plan states them ({', '.join(kinds)})."


def _add_quiet(index: Index, reads: list[Read], reader: Reader, draft: Draft) -> None:
    """Tasks of which nothing is stated follow what is said of their group, or of waiting."""
    silent = frozenset(index.ids) - {statement.task for statement in reader.found}
    before = len(reader.found)
    ordered = _keeps_order(index, reader, draft)
    waits = reader.waits((each.task.id, each.metas) for each in reads)
    reader.more(s for s in waits if s.task in silent)
    reader.more(layers.statements(index, _layered(index, reads, draft), silent))
    if ordered and len(reader.found) == before:
        reader.more(_after_the_one_before(index, reads, reader))
    if not dependencies.possible(index, reader.found):
        # What is stated goes against the order of the document, which then says nothing.
        del reader.found[before:]


def _keeps_order(index: Index, reader: Reader, draft: Draft) -> bool:
    """Steps are in order, and so are tasks where only a sentence here and there says otherwise."""
    family = families.BY_NAME[index.family]
    weak = all(statement.kind == "prose" for statement in reader.found)
    if family.kind not in ("step", "task") or not (family.kind == "step" or weak):
        return False
    return dependencies.runs_together(index.family, _said(draft.shares.outside)) is None


def _after_the_one_before(index: Index, reads: list[Read], reader: Reader) -> Iterator[Statement]:
    """Of these nothing is stated, or only what holds for their whole group."""
    spoken = {statement.task for statement in reader.found if not statement.blanket}
    for before, each in zip(index.ids, reads[1:], strict=False):
        if each.task.id not in spoken:
            yield Statement(each.task.id, (before,), "order", each.task.line)


def _by_order(
    index: Index, reads: list[Read], reader: Reader, draft: Draft, problems: Problems
) -> tuple[tuple[Edge, ...], str]:
    """No dependency is stated: marks, then places, then what the plan says, then the order."""
    reader.more(layers.statements(index, _layered(index, reads, draft), frozenset(index.ids)))
    if reader.found:
        edges, _ = _reconciled(index, tuple(reader.found), {}, problems)
        return edges, (
            "The plan says which tasks may run beside their neighbours ([P], Parallel, or their "
            "group's heading); all others run in the order of the document."
        )
    waits = list(reader.waits((each.task.id, each.metas) for each in reads))
    together = dependencies.runs_together(index.family, _said(draft.shares.outside))
    if together:
        where = f"{problems.places([together.line])} says so" if together.line else together.text
        but = ", but for those that wait for what another prints" if waits else ""
        rule = f"The plan states no dependencies; its tasks may run at once, as {where}{but}."
        return dependencies.reconcile(index, Stated(tuple(waits), {}), problems), rule
    up = {statement.on[0] for statement in waits}
    return dependencies.in_order(index, tuple(each.task.line for each in reads), up), (
        "The plan states no dependencies: its tasks run in the order of the document, "
        "each after the one before passed."
    )


def _layered(index: Index, reads: list[Read], draft: Draft) -> tuple[layers.Said, ...]:
    """What is said of each task's neighbours, by it and by the group that it stands in."""
    groups: dict[str, tuple[str, str]] = {}
    for member in draft.shares.groups:
        if families.BY_NAME[member.name.family].kind != "group":
            continue
        head = itertools.takewhile(
            lambda node: not isinstance(node, Heading), draft.nodes[member.start + 1 : member.end]
        )
        modes = [m.value for m in metas_outside(head) if m.key in ("mode", "execution mode")]
        title = " ".join((member.name.title, *modes))
        inside = index.group(member.name.family, member.name.key) or ()
        groups |= dict.fromkeys(inside, (member.name.id, title))
    return tuple(
        layers.Said(
            Text(each.task.title, each.task.line),
            next((Text(m.value, m.line) for m in each.metas if m.key == "parallel"), None),
            *groups.get(each.task.id, ("", "")),
        )
        for each in reads
    )


def _said(nodes: Iterable[Node]) -> Iterable[Text]:
    for node in nodes:
        if isinstance(node, Heading):
            yield Text(node.text, node.line)
        elif isinstance(node, (Paragraph, Item)):
            yield from node.lines


def _finish(read: Read, stated: Stated) -> Task:
    task = read.task
    up = stated.ready.get(task.id, task.ready)
    if up is None and any(block.window for block in task.blocks):
        up = readiness.ready(task)
    metas = (*read.front, *read.metas)
    said = tuple(Text(m.value, m.line) for m in metas if m.key == "dependencies" and m.value)
    return msgspec.structs.replace(
        read.task,
        dependencies_said=said,
        preconditions=stated.preconditions.get(read.task.id, ()),
        ready=up,
    )


def _loose(reads: list[Read], outside: tuple[Node, ...]) -> tuple[LooseBlock, ...]:
    found = [block for read in reads for block in read.loose]
    found += members.loose(outside)
    return tuple(sorted(found, key=lambda block: block.line))


def _title(nodes: tuple[Node, ...]) -> str:
    headings = [node for node in nodes if isinstance(node, Heading)]
    first = next((h for h in headings if h.level == 1), headings[0] if headings else None)
    return first.text if first else ""
