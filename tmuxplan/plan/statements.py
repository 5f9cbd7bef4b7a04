"""Every place where a plan states dependencies -> statements about tasks, with their lines."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator

import msgspec

from tmuxplan.plan import families, mermaid, metadata, prose, readiness, references, tables
from tmuxplan.plan.grammar import Member
from tmuxplan.plan.ids import Index
from tmuxplan.plan.markdown import Fence, Heading, Item, Node, Paragraph, Table
from tmuxplan.plan.mermaid import Graph
from tmuxplan.plan.metadata import Meta
from tmuxplan.plan.model import EdgeKind, Ready, SourceKind, Task, Text
from tmuxplan.plan.problems import Problems
from tmuxplan.plan.references import Said
from tmuxplan.plan.shells import tag
from tmuxplan.plan.tables import Line, Lost

_SOFT = re.compile(
    r"\b(?:optional|soft|recommended|preferred|if available|nice to have)\b", re.IGNORECASE
)
_UP = re.compile(
    r"\b(?:running|up|started|ready|listening|healthy|online|start|starts)\b", re.IGNORECASE
)
_AT_ONCE = re.compile(
    r"\bcan (?:start|run|begin) (?:immediately|any ?time|right away|at once)\b", re.IGNORECASE
)
_TOO_MANY = 300_000
_LONGEST_RANGE = 1000


class Statement(msgspec.Struct, frozen=True):
    """`task` depends on `on`; no `on`: the place says that it depends on nothing.

    `blanket` marks "all previous tasks", which a statement about one pair beats.
    """

    task: str
    on: tuple[str, ...]
    kind: SourceKind
    line: int
    says: EdgeKind = "hard"
    blanket: bool = False


class Stated(msgspec.Struct, frozen=True):
    """All statements, and by task its preconditions, and when it is up where that was found."""

    statements: tuple[Statement, ...]
    preconditions: dict[str, tuple[Text, ...]]
    ready: dict[str, Ready] = {}


class Reader:
    """Reads the statements of one plan; collects its preconditions and problems."""

    def __init__(self, index: Index, tasks: tuple[Task, ...], problems: Problems) -> None:
        self.index = index
        self.tasks = {task.id: task for task in tasks}
        self.problems = problems
        self.found: list[Statement] = []
        self.preconditions: dict[str, list[Text]] = {}
        self.up: dict[str, Ready | None] = {}
        self.room = _TOO_MANY
        self.waits_for_all = 0

    def stated(self) -> Stated:
        return Stated(
            tuple(self.found),
            {task: tuple(texts) for task, texts in self.preconditions.items()},
            {task: ready for task, ready in self.up.items() if ready},
        )

    def metadata(self, task: str, metas: Iterable[Meta], kind: SourceKind = "metadata") -> None:
        for meta in metas:
            if not meta.value:
                continue
            if meta.key == "dependencies" or (meta.key == "wait for" and "`" not in meta.value):
                self._say(task, self._read(meta.value), meta.value, meta.line, kind)
            elif meta.key == "blocks":
                self._inverse(task, meta, kind)

    def tables(self, nodes: Iterable[Node]) -> None:
        titles = tables.Titles(tuple(self.tasks.values()))
        for node in nodes:
            if isinstance(node, Table):
                for row in tables.read(node, self.index, titles):
                    self._row(row)

    def _row(self, row: Line | Lost) -> None:
        if isinstance(row, Lost):
            self.problems.warning(
                "unknown-row",
                row.line,
                f"the table's row {row.text[:80]!r} names no task of this plan for certain",
                "name the task by its id",
            )
            return
        for task in row.tasks:
            self._say(task, row.said, row.text, row.line, "table", row.soft, row.group)

    def groups(self, nodes: tuple[Node, ...], groups: Iterable[Member]) -> None:
        """What the head of a section of tasks says of dependencies holds for all of them."""
        for member in groups:
            inside = self.index.group(member.name.family, member.name.key) or ()
            if families.BY_NAME[member.name.family].kind != "group" or not inside:
                continue
            head = itertools.takewhile(
                lambda node: not isinstance(node, Heading), nodes[member.start + 1 : member.end]
            )
            for meta in metas_outside(head):
                said = references.read(meta.value)
                if meta.key == "dependencies" and said.kind == "ids":
                    for task in inside:
                        self._say(task, said, meta.value, meta.line, "metadata", group=True)
            self.group(inside, member.name.title, member.line)

    def group(self, tasks: tuple[str, ...], title: str, line: int) -> None:
        """What the title of a group says that all its tasks come after."""
        found = prose.title(title)
        if found is None or not tasks or found[0].kind in ("prose", "previous"):
            return
        said, text = found
        if said.kind == "all":
            before = self.index.ids[: self.index.order[tasks[0]]]
            for task in tasks if self._spend(len(before) * len(tasks), line) else ():
                self.found.append(Statement(task, before, "prose", line, "hard", True))
            return
        for task in tasks:
            self._say(task, said, text, line, "prose", group=True)

    def graphs(self, nodes: Iterable[Node]) -> None:
        for node in nodes:
            if isinstance(node, Fence) and tag(node) == "mermaid":
                graph = mermaid.read(node.text, node.body_line)
                if graph:
                    self._graph(graph)

    def _graph(self, graph: Graph) -> None:
        for line in graph.unread:
            self.problems.warning(
                "mermaid", line, "this line of the graph is not understood", "write it as A --> B"
            )
        meant = {name: self._meant(name, graph.labels.get(name, "")) for name in graph.lines}
        before: dict[str, list[mermaid.Arrow]] = {}
        for arrow in graph.arrows:
            before.setdefault(arrow.to, []).append(arrow)
        for name, tasks in meant.items():
            for task in tasks:
                stated = list(self._before(name, before, meant))
                self._spend(len(stated), graph.lines[name])
                self.found += [
                    Statement(task, (on,), "mermaid", line, "soft" if soft else "hard")
                    for on, line, soft in stated
                    if on != task or (name in meant and len(tasks) == 1)
                ]
                if not stated:
                    self.found.append(Statement(task, (), "mermaid", graph.lines[name]))

    def _meant(self, name: str, label: str) -> tuple[str, ...]:
        """The tasks of a node, by its label's id, its own, or the group that it names."""
        for text in (label, name):
            called = families.name(text) if text else None
            if called:
                task = self.index.task(called.family, called.key)
                group = self.index.group(called.family, called.key)
                if task or group:
                    return (task,) if task else group or ()
        number = self.index.number(families.key(name), False) if name.isdecimal() else None
        return (number,) if number else ()

    def _before(
        self, name: str, before: dict[str, list[mermaid.Arrow]], meant: dict[str, tuple[str, ...]]
    ) -> Iterator[tuple[str, int, bool]]:
        """The tasks right before a node; nodes that are no tasks are looked through."""
        seen: set[tuple[str, bool]] = set()
        todo = [(arrow, arrow.line, arrow.soft) for arrow in before.get(name, ())]
        while todo:
            arrow, line, soft = todo.pop()
            if (arrow.source, soft) in seen:
                continue
            seen.add((arrow.source, soft))
            tasks = meant[arrow.source]
            for task in tasks:
                yield task, line, soft
            if not tasks and self._spend(1, line):
                todo += [(a, line, soft or a.soft) for a in before.get(arrow.source, ())]

    def _read(self, text: str) -> Said:
        """What a value says; ids that are words, and files, count where it is nothing else."""
        said = self.index.named.exactly(text)
        return said if said else references.read(text)

    def lines(self, task: str, title: Text, lines: Iterable[Text]) -> None:
        """What a task's heading, and sentences of its own, say that it comes after."""
        found = prose.title(title.text)
        if found:
            self._say(task, *found, title.line, "prose")
        for text in lines:
            found = prose.line(text.text) if not metadata.pairs(text.text, text.line) else None
            if found:
                self._say(task, *found, text.line, "prose")

    def waits(self, reads: Iterable[tuple[str, Iterable[Meta]]]) -> Iterator[Statement]:
        """`Wait for: "a line"` under a task: what comes after it starts once that line is there."""
        last: tuple[str, int] | None = None
        for task, metas in reads:
            if last:
                yield Statement(task, last[:1], "prose", last[1], "ready", True)
            for meta in metas:
                if meta.key == "wait for" and "`" in meta.value and self.tasks[task].ready:
                    last = (task, meta.line)

    def more(self, statements: Iterable[Statement]) -> None:
        """Statements that others made, as long as there is room."""
        for statement in statements:
            if self._spend(len(statement.on), statement.line):
                self.found.append(statement)

    def prose(self, nodes: Iterable[Node]) -> None:
        """Lines outside tasks: one task can start at once, some come after others."""
        for node in nodes:
            if not isinstance(node, (Paragraph, Item)):
                continue
            for text in node.lines:
                if _AT_ONCE.search(text.text):
                    self._at_once(text)
                    continue
                found = prose.subject(text.text)
                if found:
                    who, said, rest = found
                    for task in self._those(who):
                        self._say(task, said, rest, text.line, "prose", group=True)

    def _at_once(self, text: Text) -> None:
        refs = references.refs(text.text)
        keys = references.numbers(refs[0]) if len(refs) == 1 else ()
        task = self.index.find(refs[0], keys[0]) if len(keys) == 1 else None
        if task:
            self.found.append(Statement(task, (), "prose", text.line))

    def _those(self, said: Said) -> tuple[str, ...]:
        """The tasks that a sentence is about; those that the plan does not have are no fault."""
        found: dict[str, None] = {}
        for ref in said.refs:
            for key in references.numbers(ref)[:_LONGEST_RANGE]:
                one = self.index.find(ref, key)
                group = self.index.group(ref.family or self.index.family, key) or ()
                found |= dict.fromkeys((one,) if one else group)
        return tuple(found)

    def _say(
        self,
        task: str,
        said: Said,
        text: str,
        line: int,
        kind: SourceKind,
        soft: bool = False,
        group: bool = False,
    ) -> None:
        # Words in parentheses may be said of one id of a list; those outside are of all.
        if said.kind == "ids":
            soft = soft or bool(_SOFT.search(references.plain(text)))
            for one, words in references.parts(said, text):
                is_soft = soft or bool(_SOFT.search(words))
                self._ids(task, one, words, line, kind, is_soft, group, len(said.refs) == 1)
            return
        soft = soft or bool(_SOFT.search(text))
        if said.kind == "none":
            self.found.append(Statement(task, (), kind, line))
        elif said.kind == "prose":
            if kind != "table" and text.strip():
                self.preconditions.setdefault(task, []).append(Text(text, line))
        else:
            position = self.index.order[task]
            start = self._all_from(position) if said.kind == "all" else max(0, position - 1)
            on = self.index.ids[start:position]
            if self._spend(len(on), line):
                says: EdgeKind = "soft" if soft else "hard"
                self.found.append(Statement(task, on, kind, line, says, said.kind == "all"))
                self.waits_for_all = position if said.kind == "all" else self.waits_for_all

    def _all_from(self, position: int) -> int:
        """Where "all previous" begins: past 200 tasks, at the last one that itself waits for all.

        It comes to the same order, and 5,000 such tasks would be 12 million edges otherwise.
        """
        return self.waits_for_all if self.waits_for_all < position > 200 else 0

    def _ids(
        self,
        task: str,
        said: Said,
        text: str,
        line: int,
        kind: SourceKind,
        soft: bool,
        group: bool,
        alone: bool,
    ) -> None:
        on = self._resolve(task, self._narrowed(said), line, kind, group or not alone)
        if on is None:
            self.preconditions.setdefault(task, []).append(Text(text, line))
            return
        up = bool(_UP.search(said.condition or text)) and not soft
        for other in on:
            says: EdgeKind = "soft" if soft else "hard"
            if up:
                says = self._ready(task, other, line)
            if self._spend(1, line):
                self.found.append(Statement(task, (other,), kind, line, says, group))

    def _ready(self, task: str, other: str, line: int) -> EdgeKind:
        """How one waits for another to be up: by what tells that it is, else for its end."""
        if other not in self.up:
            self.up[other] = readiness.ready(self.tasks[other])
        if self.up[other]:
            return "ready"
        if self.tasks[other].blocks and other != task:
            self.problems.warning(
                "unknown-readiness",
                line,
                f"{task} wants {other} up, and nothing says when it is: it starts when {other} "
                "has passed",
                f"add a line **Ready:** port:8000 (or a URL, or ~ and a regex) to {other}",
            )
        return "hard"

    def _narrowed(self, said: Said) -> Said:
        """ "Group 6 (Task 12)" means that task of the group."""
        if any(ref.family in (None, "id", self.index.family) for ref in said.refs):
            return said
        inside = [r for r in references.refs(said.condition) if r.family == self.index.family]
        return msgspec.structs.replace(said, refs=tuple(inside)) if inside else said

    def _resolve(
        self, task: str, said: Said, line: int, kind: SourceKind, group: bool
    ) -> tuple[str, ...] | None:
        """The ids that the references mean; None where they name nothing of this plan's kind."""
        found: dict[str, None] = {}
        unknown: list[str] = []
        elsewhere = 0
        # A range that holds the task itself means the others; its id alone is a mistake.
        one_only = len(said.refs) == 1 and not group and kind != "prose"
        alone = said.refs[0] if one_only else None
        alone = None if alone and alone.until else alone
        for ref in said.refs:
            family = ref.family or self.index.family
            keys = references.numbers(ref) if self.room >= 0 else ()
            if not self._spend(len(keys) - 1, line):
                break
            for key in keys:
                one = self.index.find(ref, key)
                several = (one,) if one else self.index.group(family, key)
                if several is None and family != self.index.family and not self._uses(family):
                    elsewhere += 1
                elif several is None:
                    unknown.append(families.spell(family, key) if ref.until else ref.text.strip())
                else:
                    found |= dict.fromkeys(s for s in several if s != task or ref == alone)
        if unknown:
            self._unknown(task, unknown, line, kind)
        if not found and not unknown and elsewhere:
            return None
        return tuple(found)

    def _uses(self, family: str) -> bool:
        return family == "task" or self.index.has_groups(family)

    def _unknown(self, task: str, unknown: list[str], line: int, kind: SourceKind) -> None:
        """An error, but in a sentence, which may speak of another plan."""
        names = ", ".join(unknown[:3]) + (f" and {len(unknown) - 3} more" if unknown[3:] else "")
        known = ", ".join(self.index.ids[:3])
        known = f"{known} … {self.index.ids[-1]}" if len(self.index.ids) > 3 else known
        remedy = f"name one of {known}, or take the id out"
        if len(self.index.ids) == 1:
            remedy = "launch the directory with the files of both, or take the id out"
        report = self.problems.warning if kind == "prose" else self.problems.error
        report(
            "unknown-reference",
            line,
            f"{task} depends on {names}, and the plan has no such task",
            remedy,
        )

    def _inverse(self, task: str, meta: Meta, kind: SourceKind) -> None:
        """`Blocks: Tasks 2-6` is the same dependency said from the other end."""
        for ref in references.read(meta.value).refs:
            for key in references.numbers(ref):
                other = self.index.find(ref, key)
                if other and self._spend(1, meta.line):
                    self.found.append(Statement(other, (task,), kind, meta.line))

    def _spend(self, edges: int, line: int) -> bool:
        """False, and an error, once a plan states more edges than anybody can mean."""
        if self.room < 0:
            return False
        self.room -= edges
        if self.room < 0:
            self.problems.error(
                "too-many-edges",
                line,
                f"the plan states more than {_TOO_MANY} dependencies",
                "let a task depend on the last of a chain in place of all before it",
            )
        return self.room >= 0


def metas_outside(nodes: Iterable[Node]) -> Iterator[Meta]:
    """The metadata lines that stand outside every task."""
    for node in nodes:
        if isinstance(node, (Paragraph, Item)):
            for text in node.lines:
                yield from metadata.pairs(text.text, text.line)
