"""Statements -> edges: reconciled, the union obeyed, contradictions and cycles reported."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from tmuxplan.plan import closure, families, references
from tmuxplan.plan.ids import Index
from tmuxplan.plan.model import Edge, EdgeKind, Source, SourceKind, Text
from tmuxplan.plan.patterns import lazy
from tmuxplan.plan.problems import Problems
from tmuxplan.plan.statements import Stated, Statement

_TOGETHER = lazy(
    r"\b(?:parallel(?:izable|ized|ism|ly)?|concurrent(?:ly)?|simultaneous(?:ly)?"
    r"|independent(?:ly)?)\b"
    r"|параллельн|независим|并行|並列|paralel[oa]",
    re.IGNORECASE,
)
_OF_TASKS = lazy(
    r"\b(?:tasks?|steps?|terminals?|agents?|everything|execution|implementation"
    r"|all(?! (?:\w+ )?(?:tests?|builds?|jobs?|services?|servers?|requests?|containers?|pods?"
    r"|shards?|queries|files|packages|checks|workers?)\b))\b|задач|任务|タスク",
    re.IGNORECASE,
)
_NOT = lazy(
    r"\b(?:not|no|never|non|cannot|sequential(?:ly)?|in order|one after)\b|n't|n’t", re.IGNORECASE
)


def reconcile(index: Index, stated: Stated, problems: Problems) -> tuple[Edge, ...]:
    """One edge a pair, in the order of the tasks, with every place that states it."""
    pairs: dict[tuple[str, str], list[Statement]] = {}
    for statement in stated.statements:
        for on in statement.on:
            pairs.setdefault((statement.task, on), []).append(statement)
    edges = []
    place = index.order
    for (task, on), said in sorted(pairs.items(), key=lambda p: (place[p[0][0]], place[p[0][1]])):
        if task == on:
            problems.error(
                "self-reference", said[0].line, f"{task} depends on itself", "take the id out"
            )
            continue
        edges.append(_edge(task, on, said, problems))
    _contradictions(index, stated, problems)
    return tuple(edges)


def _edge(task: str, on: str, said: list[Statement], problems: Problems) -> Edge:
    pairwise = [s for s in said if not s.blanket] or said
    says = {s.says for s in pairwise}
    if "soft" in says and len(says) > 1:
        _disagree(task, on, pairwise, problems)
    kind: EdgeKind = "soft"
    if "hard" in says:
        kind = "ready" if "ready" in says else "hard"
    elif "ready" in says:
        kind = "ready"
    return Edge(task, on, kind, tuple(_source(statement) for statement in said))


def _source(statement: Statement) -> Source:
    """What the place says, also where nobody can know when the other is up."""
    return Source(statement.kind, statement.line, "ready" if statement.up else statement.says)


def _disagree(task: str, on: str, said: list[Statement], problems: Problems) -> None:
    soft = [s for s in said if s.says == "soft"]
    other = [s for s in said if s.says != "soft"]
    problems.warning(
        "dependency-conflict",
        other[0].line,
        f"{task} on {on}: {_places(soft, problems)} says soft, "
        f"{_places(other, problems)} says {other[0].says}; "
        f"{other[0].says} is obeyed",
        _REMEDY,
    )


_REMEDY = "make them agree, or pick one source with --deps-from"


def _contradictions(index: Index, stated: Stated, problems: Problems) -> None:
    """A source that leaves out, with all that follows from it, what another one states."""
    by_kind: dict[SourceKind, dict[str, list[Statement]]] = {}
    for statement in stated.statements:
        by_kind.setdefault(statement.kind, {}).setdefault(statement.task, []).append(statement)
    closures = {kind: _closure(index, tasks.values()) for kind, tasks in by_kind.items()}
    for task in index.ids:
        speaking = [kind for kind in by_kind if task in by_kind[kind]]
        _preconditions(task, stated, [by_kind[kind][task] for kind in speaking], problems)
        if len(speaking) < 2 or len({_stated_on(by_kind[kind][task]) for kind in speaking}) == 1:
            continue
        silent: dict[tuple[SourceKind, tuple[str, ...]], list[Statement]] = {}
        for kind in speaking:
            # What is said of a whole group leaves the order inside it open.
            if all(s.blanket for s in by_kind[kind][task]):
                continue
            for other in speaking:
                said = by_kind[other][task]
                # A task need not say again what is said of its group.
                if other == "prose" and all(s.blanket for s in said):
                    continue
                missing = _missing(index, task, closures[kind], said)
                if other != kind and missing:
                    silent.setdefault((other, missing), []).extend(by_kind[kind][task])
        for (other, missing), less in silent.items():
            wanted = set(missing)
            more = [s for s in by_kind[other][task] if not wanted.isdisjoint(s.on)]
            _report(task, less, missing, more, problems)


def _stated_on(statements: list[Statement]) -> frozenset[str]:
    return frozenset(on for s in statements for on in s.on)


def _closure(index: Index, statements: Iterable[list[Statement]]) -> list[int] | None:
    before: dict[int, set[int]] = {}
    for said in statements:
        for s in said:
            before.setdefault(index.order[s.task], set()).update(index.order[on] for on in s.on)
    return closure.closure(len(index.ids), before)


def _missing(
    index: Index, task: str, masks: list[int] | None, more: list[Statement]
) -> tuple[str, ...]:
    if masks is None:
        return ()
    mask = masks[index.order[task]]
    return tuple(on for s in more for on in s.on if not mask >> index.order[on] & 1)


def _report(
    task: str,
    less: list[Statement],
    missing: tuple[str, ...],
    more: list[Statement],
    problems: Problems,
) -> None:
    missing = tuple(dict.fromkeys(missing))
    shown = ", ".join(missing[:5]) + (f" and {len(missing) - 5} more" if missing[5:] else "")
    nothing = not any(s.on for s in less)
    does = (
        "says that it depends on nothing"
        if nothing
        else "leave out what"
        if len({s.kind for s in less}) > 1
        else "leaves out what"
    )
    first = min(less, key=lambda s: s.line)
    says = f"{_places(more, problems)} says: {shown}"
    problems.warning(
        "dependency-conflict",
        first.line,
        f"{task}: {_places(less, problems)} {does}{',' if nothing else ''} {says}; all are obeyed",
        _REMEDY,
    )


def _preconditions(
    task: str, stated: Stated, said: list[list[Statement]], problems: Problems
) -> None:
    wanted = stated.preconditions.get(task, ())
    nothing = [s for group in said for s in group if not s.on and s.kind in ("table", "prose")]
    if wanted and nothing:
        problems.warning(
            "dependency-conflict",
            wanted[0].line,
            f"{task}: {problems.places([wanted[0].line])} wants {wanted[0].text[:80]!r}, "
            f"{_places(nothing, problems)} says that it depends on nothing",
            "name the task that provides it, or make the two agree",
        )


def _places(statements: Iterable[Statement], problems: Problems) -> str:
    by_kind: dict[str, dict[int, None]] = {}
    for statement in statements:
        by_kind.setdefault(statement.kind, {})[statement.line] = None
    return " and ".join(
        f"{_NAMES.get(kind, kind)} ({problems.places(sorted(at))})" for kind, at in by_kind.items()
    )


_NAMES = {"mermaid": "the graph", "table": "the table", "front matter": "the front matter"}


def possible(index: Index, statements: Iterable[Statement]) -> bool:
    """Can all of them be obeyed, or do they wait for each other?"""
    by_task: dict[str, list[Statement]] = {}
    for statement in statements:
        by_task.setdefault(statement.task, []).append(statement)
    return _closure(index, by_task.values()) is not None


def in_order(index: Index, lines: tuple[int, ...], up: Collection[str]) -> tuple[Edge, ...]:
    """Each task after the one before it: once that has passed, or is up where it says how."""
    following = zip(index.ids[1:], index.ids, lines[1:], strict=False)
    return tuple(
        Edge(task, on, kind, (Source("order", line, kind),))
        for task, on, line in following
        for kind in (_HOW[on in up],)
    )


_HOW: tuple[EdgeKind, EdgeKind] = ("hard", "ready")


def runs_together(family: str, said: Iterable[Text]) -> Text | None:
    """What says, of a plan without dependencies, that its tasks may run beside each other."""
    if families.BY_NAME[family].kind == "place":
        return Text(f"they are {family}s", 0)
    for text in said:
        if (
            _TOGETHER.search(text.text)
            and _OF_TASKS.search(text.text)
            and not _NOT.search(text.text)
            and not references.refs(text.text)  # said of those alone
        ):
            return text
    return None


def cycles(index: Index, edges: tuple[Edge, ...], problems: Problems) -> None:
    """An error for each knot of tasks that wait for each other; soft edges wait, too."""
    before: dict[int, set[int]] = {}
    by_pair: dict[tuple[str, str], Edge] = {}
    for edge in edges:
        before.setdefault(index.order[edge.task], set()).add(index.order[edge.on])
        by_pair[edge.task, edge.on] = edge
    for numbers in closure.cycles(len(index.ids), before):
        names = [index.ids[n] for n in numbers]
        links = list(zip(names, names[1:] + names[:1], strict=True))
        lines = [by_pair[link].sources[0].line for link in links]
        parts = [
            f"{on} ({problems.places([at])})" for (_, on), at in zip(links, lines, strict=True)
        ]
        shown = parts if len(parts) <= 12 else [*parts[:6], "…", *parts[-5:]]
        problems.error(
            "cycle",
            min(lines),
            f"tasks wait for each other: {names[0]} → {' → '.join(shown)}",
            "take one of these dependencies out",
        )
