"""A template's labels and placeholders (`- Completed: X`, `[Date]`), filled in. Pure."""

from __future__ import annotations

import re

from tmuxplan.report.facts import FAILURES, RunFacts
from tmuxplan.report.vocabulary import Concept, concept
from tmuxplan.report.words import clock, date, prose, span

_VALUE = (
    r"\[[^\]]*\]|\{\{[^}]*\}\}|<[^>]*>|\$\([^)]*\)|_{2,}|\?+|YYYY-MM-DD|[XYZN]{1,3}\b|\d+(?:\.\d+)?"
)
_LABEL = re.compile(
    rf"^(?P<lead>\s*(?:(?:[-*+]|\d+[.)])\s+|\|\s*)?(?:\*\*|__)?)(?P<label>[^:：|\[\]*]{{2,40}}?)"
    rf"(?P<sep>\s*(?:\*\*|__)?\s*(?:[:：]|\|)\s*(?:\*\*|__)?\s*)(?P<value>{_VALUE})"
    rf"(?P<of>\s*/\s*(?:{_VALUE}))?(?P<rest>.*)$"
)
PLACEHOLDER = re.compile(
    r"\[(?!\s*\])[^\[\]\n]{1,60}\](?![(\[:])|\{\{[^}\n]{1,60}\}\}|\$\(date[^)]*\)|\bYYYY-MM-DD\b"
    r"|(?<=: )[XYZN]\b(?!\w)|\b(?i:pass(?:ed)?\s*/\s*fail(?:ed)?)\b"
)
# "X passed, Y failed": each is what the word beside it says, whatever the line's label.
_BESIDE = re.compile(
    r"(?:\b[XYZN]\b|\[[XYZN]\])(?=\s+(passed|failed|blocked|skipped|halted|completed)\b)", re.I
)
_LONE = re.compile(r"(?<![\w%\[])[XYZN]\b(?!\w)")
_UNITS: tuple[tuple[str, float], ...] = (
    (r"\s*(minutes?|mins?\b|phút|minuten|分)", 60.0),
    (r"\s*(seconds?|secs?\b|giây|sekunden|秒)", 1.0),
    (r"\s*(hours?|hrs?\b|giờ|stunden|heures?|horas?)", 3600.0),
)
_COUNTED: dict[Concept, tuple[str, ...]] = {
    "passed": ("passed",),
    "failed": tuple(FAILURES),
    "blocked": ("blocked",),
    "skipped": ("skipped",),
    "halted": ("halted",),
    "waiting": ("waiting",),
}
OTHERS = ("blocked", "halted", "skipped", "waiting", "running", "not started", "not asked for")


def label_of(line: str) -> Concept | None:
    """What the line's label stands for, if it has one and a place for a value."""
    found = _LABEL.match(line)
    return concept(found["label"]) if found else None


def filled_label(line: str, run: RunFacts) -> str | None:
    """`- Completed: X` with the number in it; None where the line is nothing of the kind."""
    found = _LABEL.match(line)
    meaning = concept(found["label"]) if found else None
    if found is None or meaning is None or _BESIDE.search(line) or _LONE.search(found["rest"]):
        return None
    value = _value(meaning, run, found["rest"])
    of = f"/{len(run.tasks)}" if found["of"] else ""
    return f"{found['lead']}{found['label']}{found['sep']}{value}{of}{found['rest']}"


def other_counts(line: str, labels: frozenset[Concept], run: RunFacts) -> tuple[str, ...]:
    """Lines in the style of `line` for outcomes that the template has no label for, so that
    its numbers add up."""
    found = _LABEL.match(line)
    if found is None:
        return ()
    missing = [(word, _count(run, word)) for word in OTHERS if word not in labels]
    rest = found["rest"] if found["rest"].strip() in ("|", "**") else ""
    return tuple(
        f"{found['lead']}{word.capitalize()}{found['sep']}{count}{rest}"
        for word, count in missing
        if count
    )


def filled_inline(line: str, run: RunFacts) -> tuple[str, tuple[str, ...]]:
    """The line with the placeholders that are known filled in, and those that stay."""
    left: list[str] = []

    def put(found: re.Match[str]) -> str:
        name = found[0].strip("[]{}$() ")
        meaning = concept(name) if len(name) > 1 else None
        if meaning is None:
            left.append(found[0])
            return found[0]
        return _value(meaning, run, "")

    def beside(found: re.Match[str]) -> str:
        meaning = concept(found[1])
        return _value(meaning, run, "") if meaning else found[0]

    filled = PLACEHOLDER.sub(put, _BESIDE.sub(beside, line))
    lone = _LONE.findall(filled) if _LABEL.match(line) else []
    return filled, (*left, *(each for each in lone if each not in left))


def _value(meaning: Concept, run: RunFacts, rest: str) -> str:
    counted = _COUNTED.get(meaning)
    if counted is not None:
        count = sum(_count(run, word) for word in counted)
        if rest.startswith("%"):
            return f"{100 * count / max(1, len(run.tasks)):.0f}"
        return str(count)
    values = {
        "total": str(len(run.tasks)),
        "lost": str(_count(run, "lost")),
        "date": date(run.started),
        "started": clock(run.started),
        "ended": clock(run.ended) if run.ended else "not ended",
        "time": _time(run.seconds, rest),
        "host": prose(run.host),
        "user": prose(run.user),
        "run": run.id,
        "plan": prose(run.plan_title),
        "verdict": run.verdict or "unfinished",
    }
    return values[meaning]


def _count(run: RunFacts, word: str) -> int:
    return sum(task.outcome == word for task in run.tasks)


def _time(seconds: float | None, rest: str) -> str:
    if seconds is None:
        return "unknown"
    for unit, length in _UNITS:
        if re.match(unit, rest, re.IGNORECASE):
            amount = seconds / length
            return f"{amount:.0f}" if amount >= 10 else f"{amount:.1f}"
    return span(seconds)
