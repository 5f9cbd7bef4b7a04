"""Ids: which task a reference in a plan, or a word that a user typed, means."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import msgspec

from tmuxplan.errors import UsageError
from tmuxplan.later import Later
from tmuxplan.plan import families, references
from tmuxplan.plan.grammar import Member
from tmuxplan.plan.model import Plan, Task
from tmuxplan.plan.patterns import lazy
from tmuxplan.plan.references import Ref, Said

if TYPE_CHECKING:
    import difflib
else:
    difflib = Later("difflib")

_COMMA = lazy(r"[,;&]|\s+and\s+")
_PARENTHESES = lazy(r"\([^()]*\)")
_FILE = lazy(r"[\w./-]+\.md\b")
_HASH = lazy(r"#?\s*(\d{1,9})")
_NUMBER = r"\d{1,9}(?:\.\d{1,9}){0,6}[a-z]?"
_SHORT = lazy(
    rf"(?P<letters>[A-Za-z]{{1,8}})[-_.]?(?P<number>{_NUMBER})"
    rf"(?:\s*[-–—]\s*(?P=letters)[-_.]?(?P<until>{_NUMBER}))?"
)


class Named(msgspec.Struct, frozen=True):
    """What a directory adds: ids by words that mean them, and tasks by their group's name."""

    names: Mapping[str, str] = {}
    groups: Mapping[tuple[str, str], tuple[str, ...]] = {}

    def exactly(self, text: str) -> Said | None:
        """The tasks of a text that is nothing but ids of any kind and names of files."""
        return _nothing_but(text, self._ref) if self.names else None

    def _ref(self, word: str) -> Ref | None:
        task = self.names.get(word.lower().rpartition("/")[2])
        return Ref("id", task, None, task) if task else None

    def inside(self, text: str) -> tuple[str, ...]:
        """The tasks whose files a text names."""
        words = (word.rpartition("/")[2] for word in files(text)) if self.names else ()
        return tuple(dict.fromkeys(self.names[w] for w in words if w in self.names))


def _nothing_but(text: str, meant: Callable[[str], Ref | None]) -> Said | None:
    """A list of ids of which `meant` knows one at least; None where anything else is in it."""
    found: list[Ref] = []
    known = False
    for part in _COMMA.split(_PARENTHESES.sub("", text)):
        word = part.strip(" `'\"*.")
        ref = meant(word)
        refs = (ref,) if ref else references.read(part).refs
        if word and not refs:
            return None
        found += refs
        known = known or ref is not None
    return Said("ids", tuple(found), " ".join(_PARENTHESES.findall(text))) if known else None


def files(text: str) -> list[str]:
    """The Markdown files that a text names, in lower case."""
    lowered = text.lower()
    return _FILE.findall(lowered) if ".md" in lowered else []


class Index:
    """Looks up the tasks of one plan by family and number, terminal, or group."""

    def __init__(
        self,
        family: str,
        tasks: tuple[Task, ...],
        members: tuple[Member, ...] = (),
        groups: tuple[Member, ...] = (),
        named: Named | None = None,
    ) -> None:
        self.family = family
        self.order = {task.id: n for n, task in enumerate(tasks)}
        self.ids = tuple(task.id for task in tasks)
        self._starts = [member.start for member in members]
        self._group_names = {(m.name.family, m.name.key): m for m in groups}
        self._by_alias = {alias: task.id for task in tasks for alias in task.aliases}
        self.named = named or Named()
        known = families.BY_NAME.get(family)
        self._is_shortened = bool(known and known.words) and family != "task"
        self._grouped = {name for name, _ in (*self._group_names, *self.named.groups)}
        self._terminals: dict[str, set[str]] = {}
        for task in tasks:
            number = _HASH.fullmatch(task.terminal.text) if task.terminal else None
            if number:
                self._terminals.setdefault(families.key(number.group(1)), set()).add(task.id)

    def task(self, family: str, key: str) -> str | None:
        """The task that a heading of this family and key began."""
        return self._by_alias.get(f"{family} {key}")

    def terminal(self, key: str) -> str | None:
        """The one task that says that it runs in this terminal."""
        found = self._terminals.get(key, set())
        return next(iter(found)) if len(found) == 1 else None

    def has_groups(self, family: str) -> bool:
        """Does the plan have sections of this family?"""
        return family in self._grouped

    def group(self, family: str, key: str) -> tuple[str, ...] | None:
        """The tasks inside the section of this name; None where the plan has no such section."""
        member = self._group_names.get((family, key))
        if member is None:
            return self.named.groups.get((family, key))
        low = bisect_left(self._starts, member.start)
        return self.ids[low : bisect_left(self._starts, member.end)]

    def said(self, text: str) -> Said:
        """What a value says. Ids that are words, files, and short ones (`S2` for step 2) count
        where it is nothing but ids."""
        short = _nothing_but(text, self._short) if self._is_shortened else None
        return self.named.exactly(text) or short or references.read(text)

    def _short(self, word: str) -> Ref | None:
        """`S2` in a plan of steps; not where it could be a stage's, and T2 is a task's."""
        found = _SHORT.fullmatch(word)
        if not found:
            return None
        letters = found["letters"].lower()
        meant = [name for name in {self.family, *self._grouped} if name.startswith(letters)]
        if letters == "t" or meant != [self.family]:
            return None
        return Ref(self.family, found["number"], found["until"], word)

    def number(self, key: str, hashed: bool) -> str | None:
        """A number without a word: a task's, or with `#` a terminal's if they don't differ."""
        task = self.task(self.family, key) or self.task("task", key)
        terminal = self.terminal(key) if hashed else None
        if task and terminal and task != terminal:
            return None
        return task or terminal

    def find(self, ref: Ref, key: str) -> str | None:
        """The task that one number of a reference means; None where there is none."""
        if ref.family == "id":
            return ref.number
        if ref.family is None:
            return self.number(key, ref.text.startswith("#"))
        found = self.task(ref.family, key)
        if found is None and ref.family in ("terminal", "tab"):
            return self.terminal(key)
        return found


def resolve(plan: Plan, text: str) -> str:
    """The id of the task that a user means by `t1`, `T001`, `1`, `task 1`, `#1`, `step-2`.

    Raises UsageError naming the nearest known ids where none, or more than one, fits.
    """
    wanted = text.strip()
    index = Index(plan.family, plan.tasks)
    lowered = {task.id.lower(): task.id for task in plan.tasks}
    found = lowered.get(wanted.lower()) or _meant(index, wanted)
    if found:
        return found
    near = difflib.get_close_matches(wanted.lower(), list(lowered)[:2000], 3, 0.4)
    known = [lowered[name] for name in near] or [task.id for task in plan.tasks[:3]]
    names = ", ".join(known)
    meant = f"it is one of {names}" if len(plan.tasks) <= len(known) else f"did you mean {names}?"
    remedy = meant if known else "the plan has no tasks"
    raise UsageError(f"no task is called {wanted[:60]!r}", remedy, plan.path)


def _meant(index: Index, wanted: str) -> str | None:
    said = index.said(wanted if len(wanted) != 1 else wanted.upper())
    keys = [(ref, key) for ref in said.refs for key in references.numbers(ref)]
    if said.kind != "ids" or len(keys) != 1:
        return None
    ref, key = keys[0]
    return index.find(ref, key) or index.find(ref, key.upper())
