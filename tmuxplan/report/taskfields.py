"""What a template asks of one task: a table's column, a line under the task's heading. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from tmuxplan.report import labels
from tmuxplan.report.evidence import first_failure, why
from tmuxplan.report.facts import FAILURES, TaskFacts
from tmuxplan.report.marks import mark_of
from tmuxplan.report.slots import PLACE, is_number, places, readable, slots
from tmuxplan.report.taken import each, took, total_s
from tmuxplan.report.taskline import Names, notes_of, renamed, shown_failure
from tmuxplan.report.vocabulary import Field, field
from tmuxplan.report.words import clock, in_table, listed, prose

_FIELD = re.compile(
    r"^(?P<lead>\s*(?:[-*+]\s+)?(?:\[[ xX]\]\s+)?(?:\*\*|__)?)(?P<label>[^:：|*\[\]]{2,40}?)"
    r"(?P<sep>\s*(?:\*\*|__)?\s*[:：]\s*(?:\*\*|__)?)(?P<value>(?:\s.*)?)$"
)
_HEAD = re.compile(
    r"^(?P<lead>\s{0,3}(?P<level>#{2,6})\s+[^\w\[#]*)"
    r"(?P<ref>\[[^\]]*\b(?:task|id)\b[^\]]*\]|(?:task|step)[\s_-]*(?:\[[^\]]*\]|#?[NX]{1,3}\b|#(?!\d))"
    r"|#?[^\W_][^\s:|/()\[\]*–—]*(?:[\s_-]+#?(?:\d+|[A-Z])\b)?)(?P<name>.*)$",
    re.IGNORECASE,
)
_PATTERN = re.compile(r"[\[#]|\b[NX]{1,3}$")
_BREAK = re.compile(r"^\s*(?:-{3,}|\*{3,}|_{3,})\s*$")
_REPEAT = re.compile(
    r"^\s*(?:[-*+]\s+)?[\[(<*_.…!-]{1,4}[^:\[\](){}]*"
    r"\b(?:repeat|continue|and so on|(?:for|same|the|remaining|other)?\s*(?:each|every|all|other"
    r"|remaining)\s+(?:task|step|section)s?|lặp lại|wiederholen|répéter|repetir)\b[^:]*$"
    r"|^\s*(?:[-*+]\s+)?[\[(]?(?:\.{3}|…)[\])]?\s*$",
    re.IGNORECASE,
)
_OPEN = re.compile(rf"\s*(?:{PLACE}|\([^()]*\)|n/?a|none|-|–)?\s*", re.IGNORECASE)
_MARK = r"(?:[^\s\w\[\]/|]{1,3}\s*)?[^\W\d_]{0,12}(?:[ -][^\W\d_]{1,8})?"
_CHOICE = re.compile(rf"\s*\[?{_MARK}(?:\s*[/|]\s*{_MARK})+\]?\s*")
_DONE = re.compile(
    r"\s*(?:[✅✓✔☑✗✘❌×]\ufe0f?\s*)?(?:pass(?:ed)?|fail(?:ed)?|ok|done|success|completed?)?\s*",
    re.I,
)


class Section(msgspec.Struct, frozen=True):
    """A heading of one task (or of "Task N": every task) and the lines under it."""

    lead: str
    ref: str
    name: str
    body: tuple[str, ...]


class Written(msgspec.Struct, frozen=True):
    """Lines for the report, and what of them was left as the template has it."""

    lines: tuple[str, ...]
    left: tuple[str, ...] = ()


def is_pattern(ref: str) -> bool:
    """ "Task N", "[Task Name]": it stands for every task."""
    return bool(_PATTERN.search(ref))


def is_repeat(line: str) -> bool:
    """ "[Repeat for each task]", "..."."""
    return bool(_REPEAT.match(line))


def read(lines: tuple[str, ...], at: int, names: Names) -> Section | None:
    """The section that begins at `at`; None where the heading is no task's, or asks nothing."""
    head = _HEAD.match(lines[at]) if readable(lines[at]) else None
    if head is None or not (is_pattern(head["ref"]) or names.named(head["ref"])):
        return None
    body = tuple(_body(lines, at + 1, len(head["level"])))
    if not any(_asks(line) for line in body):
        return None
    return Section(head["lead"], head["ref"], head["name"], body)


def write(section: Section, task: TaskFacts, ref: str, own: bool) -> Written:
    """The section for this task. `own`: the template wrote it for this very task."""
    name = section.name if own else renamed(section.name, task)
    found = [f"{section.lead}{ref}{name}".rstrip()]
    left: list[str] = []
    kinds = {kind for line in section.body if (kind := _asks(line)) is not None}
    for line in section.body:
        filled = _line(line, task, alone=not kinds & {"notes", "error"})
        left += [] if filled is not None else _left(line)
        found.append(line if filled is None else filled)
    return Written(tuple(found), tuple(left))


def cell_of(header: str, cell: str, task: TaskFacts) -> str | None:
    """A table's cell for this task, by its column's header; None where it stays as it is."""
    kind = field(header)
    if kind is None:
        return None
    filled = _value(kind, f" {cell}" if cell else "", task)
    return in_table(filled) if filled is not None else None


def _body(lines: tuple[str, ...], at: int, level: int) -> Iterator[str]:
    for line in lines[at:]:
        heading = re.match(r"^\s{0,3}(#{1,6})\s", line)
        if _BREAK.match(line) or is_repeat(line) or (heading and len(heading[1]) <= level):
            return
        yield line


def _asks(line: str) -> Field | None:
    found = _FIELD.match(line) if readable(line) else None
    return field(found["label"]) if found else None


def _line(line: str, task: TaskFacts, *, alone: bool) -> str | None:
    kind = _asks(line)
    found = _FIELD.match(line) if kind is not None else None
    if found is None or kind is None:
        return None
    value = _value(kind, found["value"], task)
    if value is None:
        return None
    if kind == "status" and alone and notes_of(task):
        value = f"{value} ({notes_of(task)})"
    return f"{found['lead']}{found['label']}{found['sep'].rstrip()} {value}"


def _left(line: str) -> tuple[str, ...]:
    """What a line that stays leaves open; all of it where a sample number is in it."""
    if places(line):
        return places(line)
    ours = _asks(line) and any(is_number(slot) for slot in slots(line))
    return (line.strip(),) if ours or labels.sounds_like_ours(line) else ()


def _value(kind: Field, value: str, task: TaskFacts) -> str | None:
    """What takes the place of `value`; None where that is more than a place for it."""
    if kind == "status":
        fits = _OPEN.fullmatch(value) or _CHOICE.fullmatch(value) or _DONE.fullmatch(value)
        return _status(value, task) if fits else None
    if kind == "time":
        if not value.strip():
            return took(task) or "not run"
        return _in_time(value.strip(), task) if task.attempts else "not run"
    if kind in ("started", "ended"):
        fits_moment = not value.strip() or labels.is_moment(value.strip())
        return _moment(kind, task) if fits_moment else None
    if not _OPEN.fullmatch(value) and not (kind in ("code", "attempts") and _number(value)):
        return None
    return _text(kind, task)


def _number(value: str) -> bool:
    return value.strip().isdigit()


def _status(value: str, task: TaskFacts) -> str:
    if _CHOICE.fullmatch(value):
        return mark_of(value.strip(), task)
    # One state, or an open place: our own word, with a mark where the template has one.
    marked = value.strip() and not value.strip()[0].isalnum() and not places(value)
    return f"{mark_of('', task)} {task.outcome}" if marked else task.outcome


def _moment(kind: Field, task: TaskFacts) -> str:
    at = [a.started if kind == "started" else a.ended for a in task.attempts]
    known = [moment for moment in at if moment is not None]
    if not known:
        return "not run" if not task.attempts else "not known"
    return clock(known[0] if kind == "started" else known[-1])


def _in_time(value: str, task: TaskFacts) -> str | None:
    """In the template's own unit; of several attempts all together, and each."""
    filled = labels.in_time(value, total_s(task))
    if filled is None or len(task.attempts) == 1:
        return filled
    return f"{filled} in all ({each(task)})"


def _text(kind: Field, task: TaskFacts) -> str:
    if kind == "notes":
        return notes_of(task) or task.outcome
    if kind == "error":
        return _error(task)
    if kind == "code":
        known = task.last is not None and task.last.status is not None
        return str(task.last.status) if known and task.last else "not known"
    if kind == "resolution":
        said = listed(tuple(text.text for text in task.recovery), 12)
        wrong = task.outcome in FAILURES
        return f"open; the plan says: {prose(said, 2000)}" if wrong and said else "none"
    values = {
        "terminal": prose(task.terminal) or "not stated",
        "title": prose(task.title, 120),
        "attempts": str(len(task.attempts)),
        "retries": str(max(0, len(task.attempts) - 1)),
        "impact": prose(task.impact) or "not stated",
    }
    return values[kind]


def _error(task: TaskFacts) -> str:
    if task.outcome in FAILURES and first_failure(task) is not None:
        return shown_failure(task)
    return prose(why(task)) if task.outcome in ("blocked", "halted") else "none"
