"""Reads a plan that is a directory: each file one task, and a manifest that lists them."""

from __future__ import annotations

import hashlib
import itertools
import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping

import msgspec

from tmuxplan.plan import families, faults, grammar, listing, members
from tmuxplan.plan.draft import Draft
from tmuxplan.plan.families import Name
from tmuxplan.plan.grammar import Member, Outline
from tmuxplan.plan.ids import Named, files
from tmuxplan.plan.markdown import Fence, Heading, Node
from tmuxplan.plan.members import Shares
from tmuxplan.plan.model import Claims, File, Plan
from tmuxplan.plan.pages import Pages, shifted
from tmuxplan.plan.parse import Page, known, read, understand
from tmuxplan.plan.patterns import lazy
from tmuxplan.plan.problems import Problems

_NUMBERED = lazy(r"(?:task|step)?[-_ ]?(?P<number>\d{1,6}[a-z]?)[-_. ]", re.IGNORECASE)
_INDEX = {"readme", "manifest", "index", "overview", "plan"}


class Leaf(msgspec.Struct, frozen=True):
    """One file: `start` lines come before it. `outline`: the one task that it is, or None."""

    name: str
    path: str
    start: int
    page: Page
    outline: Outline | None = None
    lists: bool = False


def parse_directory(raw: Mapping[str, bytes], path: str, deps_from: str | None = None) -> Plan:
    """The plan in the Markdown files of one directory, by their names without directories.

    Tasks are in the order of the files' names. A file that lists the others is read for
    what it says of dependencies and phases. Raises UsageError for an unknown `deps_from`.
    """
    known(deps_from)
    alone = Problems(path)
    leaves = tuple(_leaves(raw, path.rstrip("/"), alone))
    pages = Pages(tuple(leaf.start for leaf in leaves), tuple(leaf.path for leaf in leaves))
    problems = Problems(path, pages if leaves else None)
    _useless(leaves, problems)
    draft = _draft(leaves, problems)
    plan = msgspec.structs.replace(
        understand(draft, problems, deps_from),
        path=path,
        sha256=digest(raw),
        files=tuple(File(x.path, x.page.text) for x in leaves),
    )
    faults.find(plan, draft.nodes, problems, "" if plan.tasks else _meant(leaves))
    alone.add(problems.sorted())
    files = tuple(File(x.path, x.page.text, x.page.front_matter) for x in leaves)
    plan = msgspec.structs.replace(pages.own(plan) if leaves else plan, files=files)
    title = next((_title(leaf.page.nodes) for leaf in leaves if leaf.lists), "")
    return msgspec.structs.replace(
        plan, title=title or path.rstrip("/").rpartition("/")[2], problems=alone.sorted()
    )


def _leaves(raw: Mapping[str, bytes], path: str, alone: Problems) -> Iterator[Leaf]:
    start = 0
    names = {name.lower() for name in raw}
    for name in sorted(raw):
        whole = f"{path}/{name}"
        problems = Problems(whole)
        page = read(raw[name], problems)
        alone.add(problems.sorted())
        if page is None:
            continue
        lists = _lists(name, page, names)
        outline = _task(name, page, lists)
        yield Leaf(name, whole, start, page, outline, lists and not outline)
        start += page.text.count("\n") + 2


def _lists(name: str, page: Page, names: Collection[str]) -> bool:
    """Is it about the other files: by its name, or as it names two of them?"""
    if name.lower().rpartition(".")[0] in _INDEX:
        return True
    named = {word.rpartition("/")[2] for word in files(page.text)} - {name.lower()}
    return len(named & set(names)) >= 2


def _task(name: str, page: Page, lists: bool) -> Outline | None:
    """The file as one task: by its front matter, its first heading, or else its own number."""
    if page.outline:
        return page.outline
    first = next((node for node in page.nodes if isinstance(node, Heading)), None)
    called = families.name(first.text) if first and first.level == 1 else None
    if called:
        return grammar.whole(page.nodes, called, first.line if first else 1)
    numbered = _NUMBERED.match(name)
    if lists or numbered is None or len(grammar.outline(page.nodes).members) > 1:
        return None
    title = _title(page.nodes) or name.rpartition(".")[0]
    return grammar.whole(page.nodes, Name("task", numbered["number"], title), 1)


def _useless(leaves: tuple[Leaf, ...], problems: Problems) -> None:
    """Files that are neither a task nor about the tasks; and files that are listed only."""
    for leaf in leaves:
        line = leaf.start + 1
        if leaf.outline or leaf.lists:
            continue
        inside = grammar.outline(leaf.page.nodes)
        if len(inside.members) > 1 and inside.runs:
            problems.error(
                "several-tasks",
                line,
                f"this file is a plan of its own, of {len(inside.members)} tasks; "
                "a directory holds one task a file",
                "launch it by itself, or move it elsewhere",
            )
        elif any(isinstance(node, Fence) and grammar.runs(node) for node in leaf.page.nodes):
            problems.error(
                "no-task-id",
                line,
                "this file has commands and no id, so that its place in the plan is not known",
                'begin it with a heading such as "# Task 05: Title", or move it elsewhere',
            )
    _missing(leaves, problems)


def _meant(leaves: tuple[Leaf, ...]) -> str:
    """The path of the one file that is a plan by itself, or of plan.md; empty: no such file."""
    plans = [leaf for leaf in leaves if grammar.outline(leaf.page.nodes).runs]
    if len(plans) > 1:
        plans = [leaf for leaf in plans if leaf.name.lower() == "plan.md"]
    return plans[0].path if plans else ""


def _missing(leaves: tuple[Leaf, ...], problems: Problems) -> None:
    here = {leaf.name.lower() for leaf in leaves}
    for leaf in leaves if len(here) > 1 else ():
        for number, text in enumerate(leaf.page.text.split("\n"), 1) if leaf.lists else ():
            for word in files(text):
                name = word.rpartition("/")[2]
                if name not in here and _NUMBERED.match(name):
                    here.add(name)
                    problems.warning(
                        "missing-file",
                        leaf.start + number,
                        f"{name} is listed here and is not in the directory",
                        "add the file, or take it off the list",
                    )


def _draft(leaves: tuple[Leaf, ...], problems: Problems) -> Draft:
    """All files as one text: the lines of each after those of the one before."""
    nodes: list[Node] = []
    own: list[tuple[Member, tuple[Node, ...]]] = []
    outside: list[Node] = []
    front = {}
    for leaf in leaves:
        found = shifted(leaf.outline.nodes if leaf.outline else leaf.page.nodes, leaf.start)
        if leaf.outline:
            member = _moved(leaf.outline.members[0], len(nodes), leaf.start)
            own.append((member, _without(found, member.start - len(nodes))))
            front[member.line] = shifted(leaf.page.front, leaf.start)
        elif leaf.lists:
            # A heading of its own, so that no section goes on from one file into the next.
            outside += (Heading(0, leaf.name, leaf.start + 1), *found)
        nodes += found
    shares = Shares(tuple(members.merged(own, problems)), (), tuple(outside))
    family = Counter(member.name.family for member, _ in own).most_common(1)
    named = Named(_names(leaves))
    listed = tuple(listing.metas(tuple(outside), named))
    groups = tuple(listing.groups(tuple(outside), named))
    named = Named(named.names, {group.key: group.tasks for group in groups})
    chosen = family[0][0] if family else ""
    return Draft(tuple(nodes), chosen, shares, front, named, listed, groups)


def _moved(member: Member, nodes: int, lines: int) -> Member:
    return msgspec.structs.replace(
        member, line=member.line + lines, start=member.start + nodes, end=member.end + nodes
    )


def _without(nodes: tuple[Node, ...], heading: int) -> tuple[Node, ...]:
    return nodes[:heading] + nodes[heading + 1 :]


def _names(leaves: tuple[Leaf, ...]) -> dict[str, str]:
    """Ids by file names, with and without their ending, and by themselves."""
    found: dict[str, str] = {}
    for leaf in leaves:
        if leaf.outline:
            name = leaf.outline.members[0].name
            said = (meta.value for meta in leaf.page.front if meta.key == "task id")
            words = (name.id, leaf.name, leaf.name.rpartition(".")[0], *said)
            found |= {word.lower(): name.id for word in words}
    return found


def _title(nodes: tuple[Node, ...]) -> str:
    return next((node.text for node in nodes if isinstance(node, Heading)), "")


def digest(raw: Mapping[str, bytes]) -> str:
    """The SHA-256 of a directory's files, with their names."""
    whole = hashlib.sha256()
    for name in sorted(raw):
        for part in (name.encode("utf-8", "surrogateescape"), raw[name]):
            whole.update(len(part).to_bytes(8, "big") + part)
    return whole.hexdigest()


def joined(plan: Plan) -> tuple[Plan, Pages]:
    """A plan of several files as if it were one text, for what looks at all tasks together; and
    which line of it is whose. The files that only speak of tasks come first."""
    with_tasks = {task.file for task in plan.tasks}
    files = sorted(plan.files, key=lambda file: file.path in with_tasks)
    counts = (file.source.count("\n") + 2 for file in files)
    starts = tuple(itertools.accumulate(counts, initial=0))[: len(files)]
    pages = Pages(starts, tuple(file.path for file in files))
    source = "\n\n".join(file.source for file in files)
    named = msgspec.structs.replace(plan, files=(), problems=(), template=None, claims=Claims())
    whole = pages.whole(named)
    return msgspec.structs.replace(whole, source=source, files=plan.files), pages


def per_file(plan: Plan) -> tuple[Plan, ...]:
    """A plan for each file with tasks, its text as the source: for what looks at lines of text.

    What stands between tasks of two files is in none of them. A plan of one file is itself.
    """
    if not plan.files:
        return (plan,)
    return tuple(one for file in plan.files if (one := _of_file(plan, file)).tasks)


def _of_file(plan: Plan, file: File) -> Plan:
    tasks = tuple(task for task in plan.tasks if task.file == file.path)
    ids = {task.id for task in tasks}
    return msgspec.structs.replace(
        plan,
        path=file.path,
        source=file.source,
        files=(),
        tasks=tasks,
        edges=tuple(edge for edge in plan.edges if {edge.task, edge.on} <= ids),
        loose=tuple(block for block in plan.loose if block.file == file.path),
        claims=Claims(),
        template=None,
    )
