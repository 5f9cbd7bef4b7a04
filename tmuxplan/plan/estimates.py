"""Estimates that stand in a plan's tables: `| Task | Duration |`. A task's own word is stronger."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from tmuxplan.plan import metadata, tables, times
from tmuxplan.plan.ids import Index
from tmuxplan.plan.markdown import Node, Table
from tmuxplan.plan.model import Estimate, Task
from tmuxplan.plan.patterns import lazy
from tmuxplan.plan.problems import Problems

_UNIT = lazy(r"(?P<label>.*?)\s*[(\[](?P<unit>[^\W\d_]{1,10})[)\]]\s*")
# How long something took is no estimate.
_MEASURED = lazy(r"\b(?:actual|results?|verdict|outcome)\b")
_SUM = lazy(r"\W*(?:sub-?)?(?:total|sum|overall|all)\b")


def from_tables(
    nodes: Iterable[Node],
    outside: Iterable[Node],
    index: Index,
    tasks: Mapping[str, Task],
    problems: Problems,
) -> dict[str, Estimate]:
    """By task, the estimate of a table where the task says none of its own.

    Inside a task's section only a table of dependencies is about other tasks. Where table and
    task, or two tables, disagree, that is a warning with both places.
    """
    found: dict[str, Estimate] = {}
    own = {name: task.estimate for name, task in tasks.items() if task.estimate}
    titles: tables.Titles | None = None
    for table, column, unit in _timed(nodes, outside):
        titles = titles or tables.Titles(tuple(tasks.values()))
        for task, said in _rows(table, column, unit, index, titles):
            known = own.get(task) or found.setdefault(task, said)
            if not _agree(known, said):
                _disagree(task, known, said, problems)
    return found


def _timed(nodes: Iterable[Node], outside: Iterable[Node]) -> Iterator[tuple[Table, int, str]]:
    """The tables of tasks with a column of estimates, that column, and its unit if it has one."""
    about_all = {node.line for node in outside if isinstance(node, Table)}
    for node in nodes:
        if not isinstance(node, Table):
            continue
        depends = tables.dependencies(node) is not None
        if depends or (node.line in about_all and tables.names_tasks(node)):
            column = _column(node.header.cells)
            if column:
                yield (node, *column)


def _column(titles: tuple[str, ...]) -> tuple[int, str] | None:
    if any(tables.group(title) for title in titles):
        return None
    measured = any(_MEASURED.search(title.lower()) for title in titles)
    for n, title in enumerate(titles):
        found = _UNIT.fullmatch(title)
        label, unit = (found["label"], found["unit"]) if found else (title, "")
        estimated = not measured or "est" in label.lower()
        if n and estimated and metadata.canonical(label) == "time":
            return n, unit
    return None


def _rows(
    table: Table, column: int, unit: str, index: Index, titles: tables.Titles
) -> Iterator[tuple[str, Estimate]]:
    depends = tables.dependencies(table) or column
    for row in table.rows:
        text = row.cells[column] if column < len(row.cells) else ""
        if unit and text.strip() and not times.seconds(text):
            text = f"{text.strip()} {unit}"
        said = times.estimate(text, row.line)
        if said is None or _SUM.match(row.cells[0].lower()):
            continue
        task = tables.task_of(row, table.header, depends, index, titles)
        if task:
            yield task, said


def _agree(one: Estimate, other: Estimate) -> bool:
    """One lies within the other, or they share a part: "20 min" is "15-20 minutes"."""
    low, high = max(one.low_s, other.low_s), min(one.high_s, other.high_s)
    point = one.low_s == one.high_s or other.low_s == other.high_s
    return low < high or (low == high and point)


def _disagree(task: str, known: Estimate, said: Estimate, problems: Problems) -> None:
    problems.warning(
        "estimate-conflict",
        said.line,
        f"the table says that {task} takes {said.text.strip()[:40]!r}, "
        f"{problems.places([known.line])} says {known.text.strip()[:40]!r}, which is what counts",
        "make the two agree",
    )
