"""What a plan calls tasks by and no task is called: `S1`, `Task 9`: found in tables, and told."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from tmuxplan.plan import references
from tmuxplan.plan.patterns import lazy
from tmuxplan.plan.problems import Problems

_SHORT = r"[A-Za-z]{1,6}[-_.]?\d{1,6}(?:\.\d{1,6})*[A-Za-z]?"
_FIRST = lazy(rf"[^\w#]*({_SHORT})(?!\w)")
_LIST = lazy(rf"\s*{_SHORT}(?:\s*(?:[,;&+/]|and)\s*{_SHORT})*\W*")
_EACH = lazy(_SHORT)
_LETTERS = lazy(r"[A-Za-z]+")
_KEYED = lazy(r"[A-Za-z]{2,}[-_.]")


class Ids(msgspec.Struct, frozen=True):
    """Ids as written. `surely`: they can only be meant for tasks; else perhaps for
    requirements, stories, or what else a plan counts."""

    names: tuple[str, ...]
    surely: bool


class Series:
    """The ids that are counted: S1 and S2. One `S3` or `Python3` alone is none."""

    def __init__(self, names: Iterable[str]) -> None:
        self._numbers: dict[str, set[str]] = {}
        for name in names:
            self._numbers.setdefault(_letters(name), set()).add(name)

    def __contains__(self, name: str) -> bool:
        return len(self._numbers.get(_letters(name), ())) > 1


def leading(cells: Iterable[str]) -> Ids | None:
    """The ids that cells begin with; None where they are no series."""
    found = [name for cell in cells if (name := _first(cell))]
    series = Series(found)
    names = tuple(name for name in dict.fromkeys(found) if name in series)
    return Ids(names, not any(map(_KEYED.match, names))) if names else None


def _first(cell: str) -> str:
    refs, short = references.refs(cell), _FIRST.match(cell)
    if refs and cell.strip(" *`#").startswith(refs[0].text):
        return refs[0].text
    return short[1] if short else ""


def listed(cell: str) -> tuple[str, ...]:
    """The ids of a cell that is nothing but such."""
    return tuple(_EACH.findall(cell)) if _LIST.fullmatch(cell) else ()


def sure(names: tuple[str, ...], series: Series) -> Ids:
    """The ids of a cell in a table that counts so."""
    return Ids(names, all(name in series and not _KEYED.match(name) for name in names))


def _letters(name: str) -> str:
    found = _LETTERS.match(name)
    return found[0].lower() if found else ""


class Unresolved:
    """Tells of ids that no task of a plan has; `ids` are those that there are."""

    def __init__(self, ids: tuple[str, ...], problems: Problems) -> None:
        self._ids = ids
        self._problems = problems

    def say(self, task: str, line: int, names: Sequence[str], in_prose: bool) -> None:
        """An error, but in a sentence, which may speak of another plan."""
        remedy = f"name one of {self._known()}, or take the id out"
        if len(self._ids) == 1:
            remedy = "launch the directory with the files of both, or take the id out"
        report = self._problems.warning if in_prose else self._problems.error
        said = f"{task} depends on {_some(names)}, and the plan has no such task"
        report("unknown-reference", line, said, remedy)

    def odd(self, task: str, line: int, names: Sequence[str]) -> None:
        """A warning: what looks like ids, and may be names of something else."""
        self._problems.warning(
            "unknown-reference",
            line,
            f"{task} depends on {_some(names)}, and the plan has no such task: it is taken for a "
            "precondition",
            f"name one of {self._known()}, or say in words what it needs",
        )

    def strange(self, line: int, ids: Ids) -> None:
        """A table of dependencies that names no task: an error where it can only mean tasks."""
        report = self._problems.error if ids.surely else self._problems.warning
        report(
            "unknown-reference",
            line,
            f"this table of dependencies names {_some(ids.names)}, and the plan has no such "
            "task: nothing that it says is obeyed",
            f"name the tasks by their ids ({self._known()}), or, where it is about something "
            "else, title its column of dependencies otherwise",
        )

    def _known(self) -> str:
        ids = self._ids
        return ", ".join(ids[:3]) + (f" … {ids[-1]}" if len(ids) > 3 else "")


def _some(names: Sequence[str]) -> str:
    more = f" and {len(names) - 3} more" if names[3:] else ""
    return ", ".join(name[:40] for name in names[:3]) + more
