"""The marks and words by which a template says passed or failed (`✅ / ✗`, `PASS/FAIL`). Pure."""

from __future__ import annotations

import re

from tmuxplan.report.facts import FAILURES, TaskFacts

_GOOD = re.compile(r"[✅✓✔☑🟢]|^(pass|ok\b|success|succeeded|done|yes|đạt)", re.IGNORECASE)
_BAD = re.compile(r"[✗✘❌×❎🔴]|^(fail|no\b|not\b|error|không)", re.IGNORECASE)


def mark_of(slot: str, task: TaskFacts) -> str:
    """The choice of a slot (`✅ / ✗`, `PASS/FAIL`) that is true of this task."""
    choices = [mended(part.strip()) for part in slot.strip("[] ").split("/")]
    good, bad = ("✅", "✗") if len(choices) < 2 else _good_and_bad(choices)
    if task.outcome == "passed":
        return good
    if any(c.isalpha() for c in bad) and task.outcome not in FAILURES:
        # A choice of words has no word for these: FAIL would be as untrue as PASS.
        word = "not run" if task.outcome == "not asked for" else task.outcome
        return word.upper() if bad.upper() == bad else word
    return bad if task.outcome in FAILURES | {"blocked", "halted"} else "–"


def _good_and_bad(choices: list[str]) -> tuple[str, str]:
    """By their meaning, whatever their order; where it is not known, the first and the last."""
    good = next((choice for choice in choices if _GOOD.search(choice)), choices[0])
    others = [choice for choice in choices if choice != good] or ["FAIL"]
    return good, next((choice for choice in others if _BAD.search(choice)), others[-1])


def mended(mark: str) -> str:
    """A mark whose UTF-8 was read as another encoding, as it was meant."""
    if mark.isascii():
        return mark
    readings = (_reread(mark, wrong) for wrong in ("mac_roman", "cp1252"))
    return next((reading for reading in readings if reading), mark)


def _reread(mark: str, wrong: str) -> str:
    try:
        return mark.encode(wrong).decode()
    except UnicodeError:
        return ""
