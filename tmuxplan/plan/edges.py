"""A plan's edges: from what it states, or by the rule for plans that state nothing."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator

from tmuxplan.plan import dependencies, families, graphs, layers, sources, windows
from tmuxplan.plan.draft import Draft
from tmuxplan.plan.ids import Index
from tmuxplan.plan.markdown import Heading, Item, Node, Paragraph
from tmuxplan.plan.model import Edge, Text
from tmuxplan.plan.problems import Problems
from tmuxplan.plan.statements import Stated, Statement, Statements
from tmuxplan.plan.tasks import Read


def stated(index: Index, reads: list[Read], draft: Draft, problems: Problems) -> Statements:
    """What every place of the plan says of its tasks' dependencies."""
    out = Statements(index, tuple(each.task for each in reads), problems)
    for each in reads:
        task = each.task
        sources.from_metadata(out, task.id, each.front, "front matter")
        sources.from_metadata(out, task.id, each.metas)
        sources.from_lines(out, task.id, Text(task.title, task.line), each.lines)
    for task_id, meta in draft.listed:
        sources.from_metadata(out, task_id, (meta,))
    for group in draft.groups:
        sources.from_group(out, group.tasks, group.title, group.line)
    sources.from_groups(out, draft.nodes, draft.shares.groups)
    sources.from_tables(out, draft.nodes)
    graphs.from_graphs(out, draft.nodes)
    sources.from_prose(out, draft.shares.outside)
    return out


def edges(
    index: Index,
    reads: list[Read],
    out: Statements,
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
        kept = tuple(s for s in out.stated().statements if s.kind == deps_from)
        if kept:
            return _reconciled(index, kept, {}, problems)
    elif out.found:
        _add_quiet(index, reads, out, draft)
        found = out.stated()
        return _reconciled(index, found.statements, found.preconditions, problems)
    return _by_order(index, reads, out, draft, problems)


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


def _add_quiet(index: Index, reads: list[Read], out: Statements, draft: Draft) -> None:
    """Tasks of which nothing is stated follow what is said of their group, or of waiting."""
    # What holds for a whole group leaves the order inside of it open.
    silent = frozenset(index.ids) - {s.task for s in out.found if not s.blanket}
    before = len(out.found)
    ordered = _keeps_order(index, out, draft)
    waits = sources.waits(out, ((each.task.id, each.metas) for each in reads))
    out.add(s for s in waits if s.task in silent)
    out.add(layers.statements(index, _layered(index, reads, draft), silent))
    if ordered and len(out.found) == before:
        out.add(_after_the_one_before(index, reads, out))
    if not dependencies.possible(index, out.found):
        # What is stated goes against the order of the document, which then says nothing.
        del out.found[before:]


def _keeps_order(index: Index, out: Statements, draft: Draft) -> bool:
    """Steps and phases are in order, and so are tasks where only a sentence here and there says
    otherwise."""
    kind = families.BY_NAME[index.family].kind
    weak = all(statement.kind == "prose" for statement in out.found)
    if kind == "place" or (kind == "task" and not weak):
        return False
    return dependencies.runs_together(index.family, _said(draft.shares.outside)) is None


def _after_the_one_before(index: Index, reads: list[Read], out: Statements) -> Iterator[Statement]:
    """Of these nothing is stated, or only what holds for their whole group."""
    spoken = {statement.task for statement in out.found if not statement.blanket}
    for before, each in zip(index.ids, reads[1:], strict=False):
        if each.task.id not in spoken:
            yield Statement(each.task.id, (before,), "order", each.task.line)


def _by_order(
    index: Index, reads: list[Read], out: Statements, draft: Draft, problems: Problems
) -> tuple[tuple[Edge, ...], str]:
    """No dependency is stated: marks, then places, then what the plan says, then the order."""
    out.add(layers.statements(index, _layered(index, reads, draft), frozenset(index.ids)))
    if out.found:
        edges, _ = _reconciled(index, tuple(out.found), {}, problems)
        return edges, (
            "The plan says which tasks may run beside their neighbours ([P], Parallel, or their "
            "group's heading); all others run in the order of the document."
        )
    states = _states_nothing(problems)
    waits = list(sources.waits(out, ((each.task.id, each.metas) for each in reads)))
    together = dependencies.runs_together(index.family, _said(draft.shares.outside))
    if together:
        where = f"{problems.places([together.line])} says so" if together.line else together.text
        but = ", but for those that wait for what another prints" if waits else ""
        rule = f"{states}; its tasks may run at once, as {where}{but}."
        return dependencies.reconcile(index, Stated(tuple(waits), {}), problems), rule
    up = {statement.on[0] for statement in waits}
    for before, each in zip(index.ids, reads[1:], strict=False):
        if windows.opens(each.task.title) and out.up(each.task.id, before, each.task.line):
            up.add(before)
    return dependencies.in_order(index, tuple(each.task.line for each in reads), up), (
        f"{states}: its tasks run in the order of the document, each after the one before passed."
    )


def _states_nothing(problems: Problems) -> str:
    """Why the plan's own words give no order."""
    if problems.has("unknown-reference"):
        return "No dependency that the plan states names one of its tasks"
    return "The plan states no dependencies"


def _layered(index: Index, reads: list[Read], draft: Draft) -> tuple[layers.Said, ...]:
    """What is said of each task's neighbours, by it and by the group that it stands in."""
    groups: dict[str, tuple[str, str]] = {}
    for member in draft.shares.groups:
        if families.BY_NAME[member.name.family].kind != "group":
            continue
        head = itertools.takewhile(
            lambda node: not isinstance(node, Heading), draft.nodes[member.start + 1 : member.end]
        )
        modes = [
            m.value for m in sources.metas_outside(head) if m.key in ("mode", "execution mode")
        ]
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
