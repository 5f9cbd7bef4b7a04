"""A template's labels and placeholders (`- Date: [Date]`, `Time: Z minutes`), filled in. Pure.

A line is understood whole or left as it is. Counts are `counts`.
"""

from __future__ import annotations

import re

import msgspec

from tmuxplan.report import counts
from tmuxplan.report.facts import RunFacts
from tmuxplan.report.slots import NUMBER, PLACE, SLOT, is_number, name_of, places, readable
from tmuxplan.report.vocabulary import Concept, concept, hints_at, is_of_others
from tmuxplan.report.words import clock, date, in_table, prose, span

_LABEL = re.compile(
    r"^(?P<lead>\s*(?:(?:[-*+]|\d+[.)])\s+|\|\s*|>\s*)?(?:\*\*|__)?)(?P<label>[^\s:：|\[\]*][^:：|\[\]*]{0,38}?[^\s:：|\[\]*])"
    r"(?P<sep>\s*(?:(?:\*\*|__)\s*)?(?:[:：]|\|)(?:\*\*|__(?=\s+\S))?\s*)(?P<value>\S.*)$"
)
_EMPTY = re.compile(
    r"^\s*(?:(?:[-*+]|\d+[.)])\s+)?(?:\*\*|__)?(?P<label>[^:：|\[\]*]{2,40}?)(?:\*\*)?\s*[:：]\s*(?:\*\*)?$"
)
_END = r"(?P<end>\s*(?:\*\*|\|)?\s*)$"
_UNITS: tuple[tuple[str, float], ...] = (
    (r"minutes?|mins?|m|phút|minuten|分", 60.0),
    (r"seconds?|secs?|s|giây|sekunden|secondes?|segundos?|秒", 1.0),
    (r"hours?|hrs?|h|giờ|stunden|heures?|horas?", 3600.0),
)
_UNIT = "|".join(unit for unit, _ in _UNITS)
_AMOUNT = rf"~?\s*(?:{SLOT}|\d+)\s*(?:{_UNIT})\b"
_DIGITS = r"(?:\d{1,2}|[HhMmSs]{2}|_{2}|[XYZN]{2})"
_CLOCK = rf"{_DIGITS}:{_DIGITS}(?::{_DIGITS})?"
_YMD = r"[YyMmDdTJj]"
_DAY = (
    r"(?:\d{4}[-/]\d{2}[-/]\d{2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{4}"
    rf"|{_YMD}{{2,4}}[-/.]{_YMD}{{2}}[-/.]{_YMD}{{2,4}})"
)
_ESTIMATED = r"(?P<note>\s*\([^()]*\b(?:estimat|target|expect|plan|budget|vs)[^()]*\))?"
_ONE_TIME = re.compile(
    rf"^~?\s*(?P<value>{SLOT})(?:\s*(?P<unit>{_UNIT})\b)?{_ESTIMATED}{_END}", re.I
)
_SEVERAL = re.compile(rf"^(?:{_AMOUNT}(?:[\s,]*{_AMOUNT})+|{_CLOCK}){_ESTIMATED}{_END}", re.I)
_MOMENT = re.compile(
    rf"^(?:{PLACE}|{_DAY}(?:[ T]{_CLOCK}|\s+{PLACE})?|{_CLOCK}|\$\(date[^)]*\))"
    rf"(?:\s*(?:UTC|GMT|Z))?{_END}",
    re.I,
)
_OPEN = re.compile(rf"^(?:{PLACE}){_END}")
_STATE = (
    r"(?:[^\w\s/|]\ufe0f?\s*)*(?:no[\s_-]?go|go|pass(?:ed)?|fail(?:ed|ure)?|success(?:ful)?"
    r"|partial(?:ly)?|completed?|pending|blocked|aborted)"
)
_STATES = re.compile(rf"^{_STATE}(?:\s*/\s*{_STATE})*{_END}", re.I)
_TEXTS: frozenset[Concept] = frozenset({"host", "user", "run", "plan"})
PLACEHOLDER = re.compile(
    r"\[(?!\s*\])[^\[\]\n]{1,60}\](?![(\[:])|\{\{[^}\n]{1,60}\}\}|\{\w{1,30}\}|\$\(date[^)]*\)"
    r"|\bYYYY-MM-DD\b|\b(?i:pass(?:ed)?\s*/\s*fail(?:ed)?)\b"
)
_NUMBER = re.compile(NUMBER)
_OUTCOME = r"(?:passed|failed|completed|skipped|blocked)\b"
_BESIDE = re.compile(
    rf"{SLOT}\s+(?:\w+\s+)?{_OUTCOME}|\b{_OUTCOME}(?:\s+\w+)?\s*[:：=]\s*{SLOT}", re.IGNORECASE
)
_HOLDS_NUMBER_WORDS = re.compile(r"\b(number|count|total|tasks?)\b", re.I)
OTHERS = ("blocked", "halted", "skipped", "waiting", "running", "not started", "not asked for")


class Line(msgspec.Struct, frozen=True):
    """A line as it goes into the report, and what of it was left as the template has it."""

    text: str
    left: tuple[str, ...] = ()


def filled_line(line: str, run: RunFacts, about_run: bool) -> Line:
    """The line with what is known filled in. `about_run`: it stands where a template speaks of
    the whole run; elsewhere a `Status` or a `Time` is somebody else's."""
    if not readable(line):
        return Line(line, (line.strip()[:80],))
    if about_run:
        whole = counts.filled(line, run)
        whole = whole if whole is not None else _labelled(line, run)
        if whole is not None:
            return Line(whole)
    return _inline(line, run, about_run)


def is_empty(line: str) -> bool:
    """A label of ours with nothing behind it: `- Date:`."""
    found = _EMPTY.match(line)
    return bool(found and concept(found["label"]))


def other_counts(line: str, labels: frozenset[Concept], run: RunFacts) -> tuple[str, ...]:
    """Lines in the style of `line` for outcomes that the template has no label for, so that
    its numbers add up."""
    found = _LABEL.match(line)
    if found is None:
        return ()
    missing = [(word, run.count(word)) for word in OTHERS if word not in labels]  # type: ignore[arg-type]
    rest = "**" if found["value"].endswith("**") else " |" if found["value"].endswith("|") else ""
    return tuple(
        f"{found['lead']}{word.capitalize()}{found['sep']}{count}{rest}"
        for word, count in missing
        if count
    )


def in_time(value: str, seconds: float | None) -> str | None:
    """A template's `X minutes`, `2h 30m`, `HH:MM` or `[time]` as this span; None: it is none."""
    if seconds is None:
        return None
    several = _SEVERAL.match(value)
    if several is not None:
        return f"{span(seconds)}{several['note'] or ''}{several['end']}"
    found = _ONE_TIME.match(value)
    if found is None or not (found["unit"] or not is_number(found["value"])):
        return None
    end = f"{found['note'] or ''}{found['end']}"
    for unit, length in _UNITS:
        if found["unit"] and re.fullmatch(unit, found["unit"], re.IGNORECASE):
            amount = seconds / length
            space = value[found.end("value") : found.start("unit")]
            shown = f"{amount:.0f}" if amount >= 10 else f"{amount:.1f}"
            shown = "<0.1" if shown == "0.0" and seconds else shown
            return f"{shown}{space}{found['unit']}{end}"
    return f"{span(seconds)}{end}"


def is_moment(value: str) -> bool:
    """Whether the value is a place for a time of day or a date."""
    return bool(_MOMENT.match(value))


def _labelled(line: str, run: RunFacts) -> str | None:
    found = _LABEL.match(line)
    meaning = concept(found["label"]) if found else None
    if found is None or meaning is None or meaning in counts.COUNTS:
        return None
    value = _value(meaning, found["value"], run)
    return None if value is None else f"{line[: found.start('value')]}{value}"


def _value(meaning: Concept, value: str, run: RunFacts) -> str | None:
    """The value that takes the place of the template's; None where that is not understood."""
    if meaning == "time":
        return in_time(value, run.seconds)
    if meaning in ("date", "started", "ended"):
        found = _MOMENT.match(value)
    elif meaning == "verdict":
        found = _STATES.match(value) or _OPEN.match(value)
    else:
        found = _OPEN.match(value)
    if is_of_others(value):  # "Result: [passed tests]"
        return None
    return f"{_known(meaning, run)}{found['end']}" if found else None


def _inline(line: str, run: RunFacts, about_run: bool) -> Line:
    """What stands in the middle of words: only names that can mean one thing."""
    left: list[str] = []
    label = _LABEL.match(line)
    # "Backend: [Status]" and "Completed: 8 of [Total], maybe": not of the run, or not understood.
    free = about_run and (label is None or line.lstrip().startswith("#"))

    # "Completed: [Date]" would be the day of the end.
    counted = label is not None and concept(label["label"]) in counts.COUNTS

    def put(found: re.Match[str]) -> str:
        name = name_of(found[0]) or found[0]
        meaning = concept(name)
        if meaning is not None and not counted and _may_stand(meaning, name, free):
            return _known(meaning, run)
        left.append(found[0])
        return found[0]

    text = PLACEHOLDER.sub(put, line)
    known = {*left, *(found[0] for found in PLACEHOLDER.finditer(line))}
    if label is not None or line.lstrip().startswith("|"):
        left += [place for place in places(text.lstrip("# ")) if place not in known]
    if not left and sounds_like_ours(line):
        left.append(line.strip())
    return Line(text, tuple(left))


def _may_stand(meaning: Concept, name: str, free: bool) -> bool:
    if meaning in _TEXTS or meaning == "date":
        return True
    if not free:
        return False
    # "[Passed]" may be a mark; "[Number of passed tasks]" is a number.
    return meaning not in counts.COUNTS or bool(_HOLDS_NUMBER_WORDS.search(name))


def sounds_like_ours(line: str) -> bool:
    """A sample number behind a label of ours, or beside a word of ours: the report's readers
    must not take it for one of the run."""
    if not readable(line):
        return False
    label = _LABEL.match(line)
    if label is not None and hints_at(label["label"]) and _NUMBER.match(label["value"]):
        return True
    return bool(_BESIDE.search(line))


def _known(meaning: Concept, run: RunFacts) -> str:
    if meaning in counts.COUNTS:
        return str(counts.count_of(run, meaning))
    values = {
        "date": date(run.started),
        "started": clock(run.started),
        "ended": clock(run.ended) if run.ended else "not ended",
        "time": span(run.seconds),
        "host": in_table(prose(run.host)),  # the place can be a cell
        "user": in_table(prose(run.user)),
        "run": run.id,
        "plan": in_table(prose(run.plan_title)),
        "verdict": run.verdict or "unfinished",
    }
    return values[meaning]
