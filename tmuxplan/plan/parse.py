"""Reads one Markdown plan: bytes in, a Plan with its problems out."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

import msgspec

from tmuxplan.errors import UsageError
from tmuxplan.plan import (
    alternatives,
    claims,
    edges,
    encoding,
    estimates,
    faults,
    foreword,
    front,
    grammar,
    markdown,
    members,
    protocol,
    readiness,
    readings,
    sources,
    tasks,
    template,
)
from tmuxplan.plan.draft import Draft
from tmuxplan.plan.grammar import Outline
from tmuxplan.plan.ids import Index, Named
from tmuxplan.plan.markdown import Heading, Node
from tmuxplan.plan.metadata import Meta
from tmuxplan.plan.model import Estimate, LooseBlock, Plan, Task, Text
from tmuxplan.plan.problems import Problems
from tmuxplan.plan.statements import Stated
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
    comment = markdown.open_comment(body)
    if comment:
        problems.error(
            "unclosed-comment",
            comment,
            "this comment is never closed, so all that follows is inside it",
            "close it with -->",
        )
    metas = foreword.read(front_matter)
    nodes = readings.read(body, problems)
    named = foreword.name(metas, _title(nodes))
    outline = grammar.whole(nodes, *named) if named else None
    return Page(text, outline.nodes if outline else nodes, front_matter, metas, outline)


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
    out = edges.stated(index, reads, draft, problems)
    found, rule = edges.edges(index, reads, out, draft, deps_from, problems)
    found = readiness.wanted_up(found, {each.task.id for each in reads if each.task.ready})
    stated = out.stated()
    timed = estimates.from_tables(draft.nodes, shares.outside, index, out.tasks, problems)
    alternatives.find(reads, shares, problems)
    return Plan(
        path="",
        title=_title(draft.nodes),
        sha256="",
        family=draft.family,
        tasks=tuple(_finish(each, stated, timed) for each in reads),
        edges=found,
        order_rule=rule,
        protocol=protocol.read(shares.outside),
        template=template.read(shares.outside),
        claims=claims.read(sources.metas_outside(shares.outside)),
        loose=_loose(reads, shares.outside),
    )


def _finish(read: Read, stated: Stated, timed: Mapping[str, Estimate]) -> Task:
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
        estimate=task.estimate or timed.get(task.id),
    )


def _loose(reads: list[Read], outside: tuple[Node, ...]) -> tuple[LooseBlock, ...]:
    found = [block for read in reads for block in read.loose]
    found += members.loose(outside)
    return tuple(sorted(found, key=lambda block: block.line))


def _title(nodes: tuple[Node, ...]) -> str:
    headings = [node for node in nodes if isinstance(node, Heading)]
    first = next((h for h in headings if h.level == 1), headings[0] if headings else None)
    return first.text if first else ""
