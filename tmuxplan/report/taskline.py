"""A template's line about a task: `- Task 001: ✅ / ✗ (notes)`, read and written again. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable

import msgspec

from tmuxplan.report.evidence import first_failure, why
from tmuxplan.report.facts import FAILURES, TaskFacts
from tmuxplan.report.marks import mark_of
from tmuxplan.report.slots import readable
from tmuxplan.report.words import code, in_table, prose

_MARK = r"[^\s/|()\[\]:][^/|()\[\]:]{0,15}"
_ONE = r"[✅✓✔☑✗✘❌×]\ufe0f?|(?:PASS|FAIL)(?:ED)?\b|OK\b|DONE\b"
_SLOT = rf"(?P<slot>\[?\s*{_MARK}(?:\s*/\s*{_MARK})+\s*\]?|\[[^\]]*\]|_{{2,}}|\?+|{_ONE}|)"
_REF = r"(?P<ref>\[[^\]]*task[^\]]*\]|#?\d+|[^\W\d_][^\d:|/()\[\]*]{0,24}?(?:\d+|[NX]{1,3}\b))"
_LEAD = r"(?P<lead>\s*(?:[-*+]|\d+[.)])\s+)(?P<box>\[[ xX]\]\s+)?(?P<em>\*\*|__|)"
_LINE = re.compile(
    rf"^{_LEAD}{_REF}(?P<name>[^:|]*?)(?P<sep>\s*(?:\*\*|__)?\s*[:：]\s*(?:\*\*)?\s*|\s+[-–—]\s+)"
    rf"{_SLOT}(?P<tail>\s*(?:[(\[][^)\]]*[)\]])?\s*)$",
    re.IGNORECASE,
)
_MARKS = re.compile(
    r"[✅✓✔☑✗✘❌×⚠❎🟢🔴]|‚ú|‚ù|\b(pass|fail|ok|success|done|yes|đạt)", re.IGNORECASE
)
# "T001 Title" in one cell. Only what is surely a task: "Node 18 installed" is none.
_REF_AND_NAME = re.compile(
    r"^(?:\*\*)?(?P<ref>T\d+|task[\s_#-]*(?:\d+|N\b))(?:\*\*)?(?P<name>[\s:–—-].*)$", re.IGNORECASE
)
_DOTS = re.compile(r"^\s*(?:(?:[-*+]|\d+[.)])\s*)?(?:\.{3}|…)\s*$|^\s*\|(?:\s*(?:\.{3}|…)\s*\|)")


class TaskLine(msgspec.Struct, frozen=True):
    """The parts of such a line. `cells`: it is a table's row, and `ref` its first cell."""

    lead: str
    box: str
    em: str
    ref: str
    name: str
    sep: str
    slot: str
    tail: str
    cells: tuple[str, ...] = ()


def is_dots(line: str) -> bool:
    """ "- ..." or "| ... |": and so on for the other tasks."""
    return bool(_DOTS.match(line))


def read(line: str, in_results: bool) -> TaskLine | None:
    """The line's parts, or None where it is not about a task's result.

    Outside a section of results only a line with well-known marks is taken for one.
    """
    if line.lstrip().startswith("|"):
        return _row(line)
    found = _LINE.match(line) if readable(line) else None
    if found is None:
        return None
    parts = TaskLine(
        lead=found["lead"],
        box=found["box"] or "",
        em=found["em"],
        ref=found["ref"],
        name=found["name"],
        sep=found["sep"],
        slot=found["slot"],
        tail=found["tail"],
    )
    if not in_results and not parts.box and not _MARKS.search(parts.slot):
        return None
    return parts


def _row(line: str) -> TaskLine | None:
    cells = tuple(part.strip() for part in line.strip().strip("|").split("|"))
    ref = re.match(rf"^(?:\*\*)?{_REF}(?:\*\*)?$", cells[0], re.IGNORECASE)
    ref = ref or _REF_AND_NAME.match(cells[0])
    marked = [text for text in cells[1:] if _MARKS.search(text)]
    # A choice with known marks first: "CI/CD" in a title is none.
    slots = [text for text in marked if "/" in text] or marked
    slots = slots or [text for text in cells[1:] if "/" in text]
    if ref is None or not slots:
        return None
    name = ref.groupdict().get("name") or ""
    lead = line[: len(line) - len(line.lstrip())]
    return TaskLine(lead, "", "", ref["ref"], name, "", slots[0], "", cells)


class Names:
    """Finds the task that a reference means, and spells another task in its style."""

    def __init__(self, tasks: tuple[TaskFacts, ...]) -> None:
        self._by_name: dict[str, TaskFacts] = {}
        self._by_number: dict[int, list[TaskFacts]] = {}
        for task in tasks:
            for name in (task.id, *task.aliases):
                self._by_name.setdefault(_plain(name), task)
            number = _number(task.id)
            if number is not None:
                self._by_number.setdefault(number, []).append(task)

    def find(self, ref: str) -> TaskFacts | None:
        named = self._by_name.get(_plain(ref))
        if named is not None:
            return named
        number = _number(ref)
        same = self._by_number.get(number, []) if number is not None else []
        # T002 is number 2 before T006.2, a further shell of T006, is.
        same = [task for task in same if len(re.findall(r"\d+", task.id)) == 1] or same
        return same[0] if len(same) == 1 else None

    def named(self, ref: str) -> bool:
        """Whether this is a task's own name or `Task` and its number: "Phase 1" is not T001."""
        is_task = re.match(r"(?:task|tác vụ|aufgabe|tâche|tarea)\b", ref.strip(), re.IGNORECASE)
        return _plain(ref) in self._by_name or bool(is_task and self.find(ref))

    def spell(self, style: str, task: TaskFacts) -> str:
        """The task's reference as the template writes such references ("Task 007")."""
        number = _number(task.id)
        digits = re.search(r"\d+|[NX]{1,3}$", style)
        if number is None or digits is None or style.startswith("["):
            return task.id
        width = len(digits[0]) if digits[0].isdigit() else 1
        spelled = f"{style[: digits.start()]}{number:0{width}d}{style[digits.end() :]}"
        return spelled if self.find(spelled) is task else task.id


def is_pattern(ref: str) -> bool:
    """ "Task N", "[Task]": a reference that stands for every task."""
    return _number(ref) is None


Column = Callable[[int, tuple[str, ...], TaskFacts], tuple[str | None, bool]]
"""A cell's number and its row -> what it becomes, if that is known, and whether notes go there."""


def last_for_notes(i: int, cells: tuple[str, ...], _: TaskFacts) -> tuple[None, bool]:
    """For a table without headers."""
    return None, i == len(cells) - 1


def write(
    line: TaskLine, task: TaskFacts, ref: str, own: bool, column: Column = last_for_notes
) -> str:
    """The line for this task. `own`: the template wrote it for this very task."""
    if line.cells:
        return _write_row(line, task, ref, own, column)
    box = f"[{'x' if task.outcome == 'passed' else ' '}] " if line.box else ""
    mark = mark_of(line.slot, task)
    name = line.name if own else renamed(line.name, task)
    notes = notes_of(task)
    brackets = line.tail.strip() or "()"
    shown = f" {brackets[0]}{notes}{brackets[-1]}" if notes else ""
    sep = f"{line.sep} " if line.sep.endswith(":") else line.sep
    return f"{line.lead}{box}{line.em}{ref}{name}{sep}{mark}{shown}".rstrip()


def notes_of(task: TaskFacts) -> str:
    """The outcome as a word, and what it rests on: safe in Markdown."""
    if task.outcome in FAILURES:
        return f"{task.outcome}: {shown_failure(task)}"
    reason = prose(why(task))
    if task.outcome == "passed":
        tries = f", attempt {len(task.attempts)}" if len(task.attempts) > 1 else ""
        return f"{reason}{tries}"
    # "blocked by T001", but "running: step 1/3".
    between = ": " if task.outcome in ("running", "not started", "halted") else " "
    return f"{task.outcome}{between}{reason}".rstrip(": ")


def shown_failure(task: TaskFacts) -> str:
    """The evidence to name first, as a code span, and how many more there are."""
    evidence = first_failure(task)
    others = len(task.last.failures) - 1 if task.last else 0
    more = f" and {others} more" if others > 0 else ""
    return f"{code(evidence.text if evidence else why(task), 160)}{more}"


def _write_row(line: TaskLine, task: TaskFacts, ref: str, own: bool, column: Column) -> str:
    """A row: its result, what its columns' headers ask for, and the notes in the last cell,
    or behind the result where there is no cell for them."""
    cells = list(line.cells)
    at = cells.index(line.slot, 1)
    name = line.name if own else renamed(line.name, task)
    cells[0] = cells[0].replace(line.ref, ref, 1)
    if name != line.name:
        cells[0] = cells[0].replace(line.name, in_table(name))
    said = code(why(task), 160) if task.outcome in FAILURES else prose(why(task))
    notes = in_table(f"{task.outcome} {said}".rstrip())
    noted = False
    for i in range(1, len(cells)):
        if i == at:
            continue
        found, is_notes = column(i, line.cells, task)
        if is_notes:
            cells[i], noted = notes, True
        elif found is not None:
            cells[i] = found
        elif not own and i == 1:
            cells[i] = in_table(prose(task.title, 80))
    cells[at] = mark_of(line.slot, task)
    if not noted:
        cells[at] += f" {notes}"
    return f"{line.lead}| {' | '.join(cells)} |"


def renamed(name: str, task: TaskFacts) -> str:
    """The template's words for another task, as this task's title in the same brackets."""
    parts = re.match(r"^([\s\-–—:(]*)(.*?)(\)?\s*)$", name)
    if parts is None or not parts[2]:
        return name
    return f"{parts[1]}{prose(task.title, 80)}{parts[3]}"


def _plain(name: str) -> str:
    return re.sub(r"[\W_]+", "", name).casefold()


def _number(name: str) -> int | None:
    digits = re.findall(r"\d+", name)
    return int(digits[-1]) if digits and len(digits[-1]) < 10 else None
