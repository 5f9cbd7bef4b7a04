"""A template's line of counts (`Total: 10 passed, 2 failed`), understood whole or not at all. Pure.

A number that is not understood may be the template's sample, and would be read as ours.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from tmuxplan.report.facts import FAILURES, RunFacts
from tmuxplan.report.slots import SLOT, name_of
from tmuxplan.report.vocabulary import Concept, concept, is_neutral, is_rate

_COUNTED: dict[Concept, tuple[str, ...]] = {
    "passed": ("passed",),
    "failed": tuple(FAILURES),
    "blocked": ("blocked",),
    "skipped": ("skipped",),
    "halted": ("halted",),
    "lost": ("lost",),
    "waiting": ("waiting",),
}
COUNTS: frozenset[Concept] = frozenset({*_COUNTED, "total"})
_LONGEST = 300
_LEAD = re.compile(r"^\s*(?:(?:[-*+]|\d+[.)])\s+|>\s*|\|\s*)*")
_TOKEN = re.compile(
    rf"(?P<slot>{SLOT})|(?P<of>(?<=[\w\]}}>])\s*/\s*(?={SLOT})|\s+(?:out\s+)?(?:of|von|sur|de|trên)\s+)"
    r"|(?P<percent>\s?%)|(?P<colon>\s*(?:\*\*|__)?\s*[:：=](?:\*\*|__(?=\s+\S))?\s*|\s*\|)|(?P<joint>[,;/()·•—–&+]|\s-\s|\band\b)"
    r"|(?P<mark>\*\*|__|[`\s])|(?P<words>[^\W\d_](?:[^,;/()·•—–&+:：=|\d\[\]{}<>*`_%\n]*[^\s,;/()·•—–&+:：=|\d\[\]{}<>*`_%\n])?)"
    r"|(?P<other>.)"
)
_TITLES = re.compile(r"(summary|overall|results?|tasks?|counts?|totals?|status)", re.IGNORECASE)
_NOUN = re.compile(r"(tasks?|tác vụ|nhiệm vụ|aufgaben?|tâches?|tareas?)", re.IGNORECASE)


class _Token(msgspec.Struct, frozen=True):
    kind: str  # a name of _TOKEN's groups
    text: str
    at: int


class Count(msgspec.Struct, frozen=True):
    """One number of the line: where it stands, and what it counts. `share`: in percent of all."""

    start: int
    end: int
    meaning: Concept
    share: bool = False


def counts(line: str) -> tuple[Count, ...] | None:
    """The numbers of a line; None where any of it is not understood, or nothing is counted."""
    if len(line) > _LONGEST:
        return None
    lead = _LEAD.match(line)
    tokens = [t for t in _tokens(line, lead.end() if lead else 0) if t.kind != "mark"]
    if any(token.kind == "other" and token.text.isalnum() for token in tokens):
        return None
    tokens = [token for token in tokens if token.kind != "other"]
    found = [_count(tokens, i) for i, token in enumerate(tokens) if token.kind == "slot"]
    if not found or not _words_known(tokens):
        return None
    known = tuple(count for count in found if count is not None)
    return known if len(known) == len(found) else None


def filled(line: str, run: RunFacts) -> str | None:
    """The line with its numbers; None as in `counts`."""
    found = counts(line)
    if found is None:
        return None
    for count in reversed(found):
        sign = "%" if count.share and not line[count.end :].lstrip().startswith("%") else ""
        line = f"{line[: count.start]}{_number(count, run)}{sign}{line[count.end :]}"
    return line


def single(line: str) -> Concept | None:
    """What a line counts that counts one thing; None for others, and for shares."""
    found = counts(line) or ()
    kinds = {count.meaning for count in found[:1]}
    plain = found and not any(count.share for count in found[:1])
    rest = {count.meaning for count in found[1:] if not count.share} - {"total"}
    return next(iter(kinds)) if plain and not rest else None


def count_of(run: RunFacts, meaning: Concept) -> int:
    """How many of the run's tasks a concept means."""
    if meaning == "total":
        return len(run.tasks)
    return sum(task.outcome in _COUNTED[meaning] for task in run.tasks)


def _number(count: Count, run: RunFacts) -> str:
    number, total = count_of(run, count.meaning), len(run.tasks)
    if not count.share:
        return str(number)
    share = round(100 * number / max(1, total))
    # 199 of 200 are no 100 %, and 1 of 300 is no 0 %.
    return str(min(share, 99) if number < total else 100) if share else ("1" if number else "0")


def _tokens(line: str, at: int) -> Iterator[_Token]:
    for found in _TOKEN.finditer(line, at):
        yield _Token(str(found.lastgroup), found[0], found.start())


def _words_known(tokens: list[_Token]) -> bool:
    """Whether every word belongs to a number, or is a noun or the line's own title ("Summary:")."""
    for i, token in enumerate(tokens):
        if token.kind != "words" or _NOUN.fullmatch(token.text):
            continue
        before, behind = _kind(tokens, i - 1), _kind(tokens, i + 1)
        title = i == 0 and behind == "colon" and _TITLES.fullmatch(token.text)
        beside = before in ("slot", "percent") or behind == "colon"
        if not title and not (beside and _meaning(token.text) is not None):
            return False
    return True


def _count(tokens: list[_Token], i: int) -> Count | None:
    slot = tokens[i]
    meaning = _meant(tokens, i)
    named = name_of(slot.text)
    if meaning is None or not (is_neutral(named) or concept(named) in (meaning, "total")):
        return None  # "Completed: [Date]", "Failed tasks: [list]"
    share = _kind(tokens, i + 1) == "percent" or is_rate(_label(tokens, i))
    return Count(slot.at, slot.at + len(slot.text), meaning, share)


def _meant(tokens: list[_Token], i: int) -> Concept | None:
    """What slot `i` counts: by the word behind it, else by the label before it."""
    if _is_second(tokens, i):
        return "total" if _meant(tokens, i - 2) is not None else None
    behind = i + 1
    while _kind(tokens, behind) == "percent":
        behind += 1
    if _kind(tokens, behind) == "of" and _kind(tokens, behind + 1) == "slot":
        behind += 2
    if _kind(tokens, behind) == "words" and _kind(tokens, behind + 1) != "colon":
        labelled, said = _meaning(_label(tokens, i)), tokens[behind].text
        if _NOUN.fullmatch(said):
            return labelled or "total"
        # "passed: X / Y skipped" is anybody's guess.
        return _meaning(said) if labelled in (None, "total", _meaning(said)) else None
    if _in_brackets(tokens, i):
        before = i - 4 if _is_second(tokens, i - 2) else i - 2
        return _meant(tokens, before) if _kind(tokens, before) == "slot" else None
    if _kind(tokens, i - 1) == "colon":
        return _meaning(_label(tokens, i))
    return None


def _is_second(tokens: list[_Token], i: int) -> bool:
    """The 10 of "8/10"."""
    return _kind(tokens, i - 1) == "of" and _kind(tokens, i - 2) == "slot"


def _in_brackets(tokens: list[_Token], i: int) -> bool:
    """ "8 (80%)": the share of the number before."""
    shared = _kind(tokens, i + 1) == "percent"
    return shared and _kind(tokens, i - 1) == "joint" and tokens[i - 1].text == "("


def _label(tokens: list[_Token], i: int) -> str:
    if _kind(tokens, i - 1) == "colon" and _kind(tokens, i - 2) == "words":
        return tokens[i - 2].text
    return ""


def _kind(tokens: list[_Token], i: int) -> str:
    return tokens[i].kind if 0 <= i < len(tokens) else ""


def _meaning(words: str) -> Concept | None:
    meaning = concept(words)
    return meaning if meaning in COUNTS else None
