"""Tables that name tasks and what they depend on -> rows with their tasks."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from tmuxplan.plan import references, unresolved
from tmuxplan.plan.families import FAMILIES, NUMBER, key
from tmuxplan.plan.ids import Index
from tmuxplan.plan.markdown import Row, Table
from tmuxplan.plan.model import Task
from tmuxplan.plan.patterns import lazy
from tmuxplan.plan.references import Ref, Said
from tmuxplan.plan.unresolved import Ids, Series

_DEPENDS = lazy(
    r"\b(?:depend(?:s|encies|ency|encias)?(?: on)?|deps|blocked by|requires|prerequisites?"
    r"|predecessors?|wait(?:s)? for|after)\b|依存|依赖|前置|зависи",
    re.IGNORECASE,
)
_PLACE = lazy(r"^\W*(?:terminal|tab|#?\s*term)\b|терминал|终端|ターミナル", re.IGNORECASE)
_NAMES = lazy(
    r"\b(?:tasks?|id|name|title|steps?|agents?|terminal|tab|no\.?|nr)\b|#|任务|タスク|задач",
    re.IGNORECASE,
)
_IS_TASK = lazy(r"\b(?:tasks?|steps?|agents?|terminals?)\b|任务|タスク|задач", re.IGNORECASE)
_SOFT = lazy(r"\b(?:soft|optional)\b", re.IGNORECASE)
_WORD = lazy(r"[^\W_]+")


class Line(msgspec.Struct, frozen=True):
    """What one row says of a task, or of all tasks of a `group`. `soft`: a cell says so.

    `odd`: its words are nothing but what looks like ids, and may be none.
    """

    tasks: tuple[str, ...]
    line: int
    said: Said
    text: str
    soft: bool
    group: bool = False
    odd: Ids | None = None


class Strange(msgspec.Struct, frozen=True):
    """A table of dependencies none of whose rows names a task of the plan, and what it names."""

    line: int
    ids: Ids


class Lost(msgspec.Struct, frozen=True):
    """A row of a dependency table whose task is not in the plan, or not certain."""

    line: int
    text: str


def read(table: Table, index: Index, titles: Titles) -> Iterator[Line | Lost | Strange]:
    """The rows of a dependency table; nothing for any other table."""
    column = dependencies(table)
    if column is None:
        return
    family = next((f for cell in table.header.cells[:column] if (f := group(cell))), None)
    if family:
        yield from _groups(table, column, family, index)
        return
    found = [(row, task_of(row, table.header, column, index, titles)) for row in table.rows]
    if not any(task for _, task in found):
        yield from _strange(table, column)
        return
    series = _series(table, column)
    for row, task in found:
        text = _cell(row, column)
        if task is None:
            if text.strip():
                yield Lost(row.line, " | ".join(row.cells[:2]))
            continue
        said = index.said(text)
        names = unresolved.listed(references.plain(text)) if said.kind == "prose" else ()
        odd = unresolved.sure(names, series) if names else None
        others = " | ".join(c for n, c in enumerate(row.cells) if n != column)
        soft = bool(_SOFT.search(others))  # what its own text says is read with its ids
        yield Line((task,), row.line, said, text, soft, odd=odd)


def dependencies(table: Table) -> int | None:
    """The column that says what rows depend on; None: this is no table of dependencies."""
    cells = table.header.cells
    return next((n for n, cell in enumerate(cells) if n and _DEPENDS.search(cell)), None)


def names_tasks(table: Table) -> bool:
    """Whether a column's title says that the rows are tasks."""
    return any(_IS_TASK.search(title) for title in table.header.cells)


def _cell(row: Row, column: int) -> str:
    return row.cells[column] if column < len(row.cells) else ""


def _series(table: Table, column: int) -> Series:
    """The ids by which the table calls its rows, and what they depend on."""
    cells = (cell for row in table.rows for cell in row.cells[: column + 1])
    return Series(name for cell in cells for name in unresolved.listed(references.plain(cell)))


def _strange(table: Table, column: int) -> Iterator[Strange]:
    """Rows that name no task: a fault where they are called by ids, or as tasks are."""
    header = table.header.cells[:column]
    named = [n for n, cell in enumerate(header) if _NAMES.search(cell)]
    depend = [row for row in table.rows if references.read(_cell(row, column)).kind != "none"]
    if not depend:
        return
    for n in named or range(column):
        ids = unresolved.leading(_cell(row, n) for row in table.rows)
        if ids:
            yield Strange(depend[0].line, Ids(ids.names, ids.surely and bool(named)))
            return
    titles = [n for n in named if _IS_TASK.search(header[n])]
    names = tuple(name for n in titles[-1:] for row in depend if (name := _cell(row, n).strip()))
    if names:
        yield Strange(depend[0].line, Ids(names, False))


def group(title: str) -> str | None:
    """The family of groups that a column's title names: `Phase`, `Wave #`."""
    word = re.match(r"\W*([^\W\d_]+?)s?\W*$", title)
    return next(
        (f.name for f in FAMILIES if word and f.kind == "group" and _is(f.words, word.group(1))),
        None,
    )


def _is(words: str, word: str) -> bool:
    return word.lower() in words.split("|")


def _groups(
    table: Table, column: int, family: str, index: Index
) -> Iterator[Line | Lost | Strange]:
    """The rows of a table of groups: a number without a word is a group's there, not a task's."""
    unknown: list[tuple[Row, str]] = []
    for row in table.rows:
        named = next(
            (c for t, c in zip(table.header.cells, row.cells, strict=False) if group(t)), ""
        )
        number = re.search(rf"{NUMBER}|\b[A-Z]\b", named)
        tasks = index.group(family, key(number.group())) if number else None
        text = _cell(row, column)
        said = references.read(text)
        if said.kind == "ids" and tasks:
            refs = tuple(
                r if r.family else msgspec.structs.replace(r, family=family) for r in said.refs
            )
            said = msgspec.structs.replace(said, refs=refs)
            yield Line(tasks, row.line, said, text, False, True)
        elif said.kind == "ids":
            unknown.append((row, named.strip()))
    if unknown and not index.has_groups(family):
        names = tuple(family if name.isdecimal() else name for _, name in unknown)
        yield Strange(unknown[0][0].line, Ids(names, False))
    elif unknown:
        yield from (Lost(row.line, " | ".join(row.cells[:2])) for row, _ in unknown)


def task_of(row: Row, header: Row, depends: int, index: Index, titles: Titles) -> str | None:
    """By an id, else by `#n` of its terminal checked against the title, else by the title."""
    cells = list(zip(header.cells, row.cells, strict=False))
    named = [
        cell for n, (_, cell) in enumerate(cells) if n != depends and _NAMES.search(cells[n][0])
    ]
    named = named or [cell for n, (_, cell) in enumerate(cells) if n < depends]
    for cell in named:
        files = index.named.inside(cell)
        if len(files) == 1:
            return files[0]
        for ref in references.refs(cell)[:1] or _only(index.said(cell)):
            keys = references.numbers(ref)
            found = index.find(ref, keys[0]) if len(keys) == 1 else None
            if found:
                return found
    by_title = next((task for cell in named if (task := titles.find(cell))), None)
    for title, cell in cells[:depends]:
        number = re.fullmatch(r"\W*(\d{1,6})\W*", cell)
        if not number:
            continue
        place = key(number.group(1))
        by_number = (
            index.terminal(place) if _PLACE.search(title) else index.number(place, "#" in cell)
        )
        if by_number and by_title and by_number != by_title:
            return None
        if by_number:
            return by_number
    return by_title


def _only(said: Said) -> tuple[Ref, ...]:
    """The id that a cell is, and nothing else."""
    return said.refs if len(said.refs) == 1 and said.refs[0].family else ()


class Titles:
    """Finds the one task whose title has a short name's words: "Env Audit"."""

    def __init__(self, tasks: tuple[Task, ...]) -> None:
        self._by_word: dict[str, set[str]] = {}
        for task in tasks:
            for word in _words(task.title):
                self._by_word.setdefault(word, set()).add(task.id)

    def find(self, name: str) -> str | None:
        """The only task with all words of `name` in its title; None where none or several have."""
        words = _words(name)
        if not words or all(word.isdigit() for word in words):
            return None
        known = [self._by_word.get(word, set()) for word in words]
        found = set.intersection(*sorted(known, key=len))
        return next(iter(found)) if len(found) == 1 else None


def _words(text: str) -> list[str]:
    return [word.lower() for word in _WORD.findall(text)]
