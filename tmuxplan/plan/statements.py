"""What is said of a task's dependencies -> statements, with their lines (`sources` finds it)."""

from __future__ import annotations

import re
from collections.abc import Iterable

import msgspec

from tmuxplan.plan import families, readiness, references
from tmuxplan.plan.ids import Index
from tmuxplan.plan.model import EdgeKind, Ready, SourceKind, Task, Text
from tmuxplan.plan.patterns import lazy
from tmuxplan.plan.problems import Problems
from tmuxplan.plan.references import Ref, Said
from tmuxplan.plan.unresolved import Unresolved

_SOFT = lazy(
    r"\b(?:optional|soft|recommended|preferred|if available|nice to have)\b", re.IGNORECASE
)
_UP = lazy(r"\b(?:running|up|started|ready|listening|healthy|online|start|starts)\b", re.IGNORECASE)
_TOO_MANY = 300_000


class Statement(msgspec.Struct, frozen=True):
    """`task` depends on `on`; no `on`: the place says that it depends on nothing.

    `blanket` marks "all previous tasks", which a statement about one pair beats. `up`: the place
    wants the other one up, whether or not anything tells when it is.
    """

    task: str
    on: tuple[str, ...]
    kind: SourceKind
    line: int
    says: EdgeKind = "hard"
    blanket: bool = False
    up: bool = False


class Stated(msgspec.Struct, frozen=True):
    """All statements, and by task its preconditions, and when it is up where that was found."""

    statements: tuple[Statement, ...]
    preconditions: dict[str, tuple[Text, ...]]
    ready: dict[str, Ready] = {}


class Place(msgspec.Struct, frozen=True):
    """Where something is said of a task. `soft`: the place says "optional"; `group`: it is said
    of the task's whole group."""

    task: str
    line: int
    kind: SourceKind
    soft: bool = False
    group: bool = False


class Statements:
    """The statements of one plan as they are found, its preconditions and problems."""

    def __init__(self, index: Index, tasks: tuple[Task, ...], problems: Problems) -> None:
        self.index = index
        self.tasks = {task.id: task for task in tasks}
        self.problems = problems
        self.unresolved = Unresolved(index.ids, problems)
        self.found: list[Statement] = []
        self._preconditions: dict[str, list[Text]] = {}
        self._up: dict[str, Ready | None] = {}
        self._room = _TOO_MANY
        self._waits_for_all = 0

    def stated(self) -> Stated:
        """All that was said."""
        return Stated(
            tuple(self.found),
            {task: tuple(texts) for task, texts in self._preconditions.items()},
            {task: ready for task, ready in self._up.items() if ready},
        )

    def add(self, statements: Iterable[Statement]) -> None:
        """Statements that others made, as long as there is room."""
        for statement in statements:
            if self.spend(len(statement.on), statement.line):
                self.found.append(statement)

    def say(self, place: Place, said: Said, text: str) -> None:
        """What `text` says there of what the task comes after."""
        if said.kind == "ids":
            self._list(place, said, text)
        elif said.kind == "none":
            self.found.append(Statement(place.task, (), place.kind, place.line))
        elif said.kind != "prose":
            self._before(place, said.kind == "all", bool(_SOFT.search(text)))
        elif any(map(str.isalnum, text)):
            self._precondition(place, text)

    def _list(self, place: Place, said: Said, text: str) -> None:
        """Words in parentheses may be said of one id of the list; those outside are of all."""
        of_all = place.soft or bool(_SOFT.search(references.plain(text)))
        alone = len(said.refs) == 1 and not place.group and place.kind != "prose"
        for one, words in references.parts(said, text, self.index.said):
            soft = of_all or bool(_SOFT.search(words))
            self._ids(msgspec.structs.replace(place, soft=soft), one, words, alone)

    def _before(self, place: Place, all_: bool, soft: bool) -> None:
        """All previous tasks, or the one before."""
        position = self.index.order[place.task]
        start = self._all_from(position) if all_ else max(0, position - 1)
        on = self.index.ids[start:position]
        if self.spend(len(on), place.line):
            says: EdgeKind = "soft" if soft or place.soft else "hard"
            self.found.append(Statement(place.task, on, place.kind, place.line, says, all_))
            self._waits_for_all = position if all_ else self._waits_for_all

    def _all_from(self, position: int) -> int:
        """Where "all previous" begins: past 200 tasks, at the last one that itself waits for all.

        It comes to the same order, and 5,000 such tasks would be 12 million edges otherwise.
        """
        return self._waits_for_all if self._waits_for_all < position > 200 else 0

    def _precondition(self, place: Place, text: str) -> None:
        self._preconditions.setdefault(place.task, []).append(Text(text, place.line))

    def _ids(self, place: Place, said: Said, text: str, alone: bool) -> None:
        on = self._resolve(place, self._narrowed(said), alone)
        if on is None:
            self._precondition(place, text)
            return
        up = bool(_UP.search(said.condition or text)) and not place.soft
        for other in on:
            says: EdgeKind = "soft" if place.soft else "hard"
            if up:
                says = "ready" if self.up(place.task, other, place.line) else "hard"
            if self.spend(1, place.line):
                self.found.append(
                    Statement(place.task, (other,), place.kind, place.line, says, place.group, up)
                )

    def up(self, task: str, other: str, line: int) -> bool:
        """Whether one can wait for another to be up; a warning where nothing tells that it is."""
        if other not in self._up:
            self._up[other] = readiness.ready(self.tasks[other])
        if self._up[other] is None and self.tasks[other].blocks and other != task:
            readiness.unknown(task, other, line, self.problems)
        return self._up[other] is not None

    def _narrowed(self, said: Said) -> Said:
        """ "Group 6 (Task 12)" means that task of the group."""
        if any(ref.family in (None, "id", self.index.family) for ref in said.refs):
            return said
        inside = [r for r in references.refs(said.condition) if r.family == self.index.family]
        return msgspec.structs.replace(said, refs=tuple(inside)) if inside else said

    def _resolve(self, place: Place, said: Said, alone: bool) -> tuple[str, ...] | None:
        """The ids that the references mean; None where they name nothing of this plan's kind.

        A range that holds the task itself means the others; its id `alone` is a mistake.
        """
        found: dict[str, None] = {}
        unknown: list[str] = []
        elsewhere = 0
        own = said.refs[0] if alone and not said.refs[0].until else None
        for ref in said.refs:
            keys = references.numbers(ref) if self._room >= 0 else ()
            if not self.spend(len(keys) - 1, place.line):
                break
            for key in keys:
                several = self._several(ref, key)
                family = ref.family or self.index.family
                if several is None and not self._is_ours(family, key):
                    elsewhere += 1
                elif several is None:
                    unknown.append(families.spell(family, key) if ref.until else ref.text.strip())
                else:
                    found |= dict.fromkeys(s for s in several if s != place.task or ref == own)
        if unknown:
            in_prose = place.kind == "prose"
            self.unresolved.say(place.task, place.line, unknown, in_prose)
        if not found and not unknown and elsewhere:
            return None
        return tuple(found)

    def _several(self, ref: Ref, key: str) -> tuple[str, ...] | None:
        """The task of an id, or those of the group that it names."""
        one = self.index.find(ref, key)
        return (one,) if one else self.index.group(ref.family or self.index.family, key)

    def _is_ours(self, family: str, key: str) -> bool:
        """Whether an id of this kind can only be meant to be one of this plan."""
        if family == "issue":
            project = key.partition("-")[0]
            return any(one.partition("-")[0] == project for one in self.index.ids)
        return family in ("task", self.index.family) or self.index.has_groups(family)

    def spend(self, edges: int, line: int) -> bool:
        """False, and an error, once a plan states more edges than anybody can mean."""
        if self._room < 0:
            return False
        self._room -= edges
        if self._room < 0:
            self.problems.error(
                "too-many-edges",
                line,
                f"the plan states more than {_TOO_MANY} dependencies",
                "let a task depend on the last of a chain in place of all before it",
            )
        return self._room >= 0
