"""References to tasks in prose: ids, lists, ranges, "all previous", "none" (grammar D2)."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable
from typing import Literal, NamedTuple

import msgspec

from tmuxplan.plan import families
from tmuxplan.plan.families import FAMILIES, KEYED, LETTER, NUMBER
from tmuxplan.plan.patterns import lazy

_WORD = "|".join(f"(?P<{f.name}>(?i:(?:{f.words})(?:s|en|es)?))" for f in FAMILIES if f.words)
_LIST = r"(?:\s*[,、;&/+]\s*(?:(?:and|und|и|y|et|e)\s+)?|\s+(?:and|AND|und|и|y|et|e|plus)\s+)"
_RANGE = r"(?:\s*(?:\.\.\.?|…|–|—|-)\s*|\s+(?:to|through|thru|bis|до|по)\s+)"


class _Patterns(NamedTuple):
    """What names a task: at the first place, further on in a list, and as a bare number."""

    first: re.Pattern[str]
    next: re.Pattern[str]
    bare: re.Pattern[str]


def _patterns(letter: str) -> _Patterns:
    """`letter`: what an id does not end in the middle of."""
    end = rf"(?!{letter})"
    return _Patterns(
        lazy(
            rf"(?<!{letter})(?<![.-])(?:(?:{_WORD})(?:[\s#_№-]{{0,3}}(?P<number>{NUMBER})|[\s#_-]{{1,3}}(?P<letter>{LETTER})){end}"
            rf"|[Tt]-?(?P<short>{NUMBER}){end}|(?P<keyed>{KEYED}){end})"
        ),
        lazy(
            rf"(?:(?P<list>{_LIST})|(?P<range>{_RANGE}))"
            rf"(?:(?:(?:{_WORD})[\s#_№-]{{0,3}}|#|(?P<t>[Tt]-?))?(?P<number>{NUMBER}|{LETTER})){end}"
        ),
        lazy(rf"\s*#?(?P<number>{NUMBER}|[A-Z]){end}"),
    )


# Kana and ideographs may follow an id directly: タスク2の, Level 0完了後. To compile that takes
# four milliseconds, as `re` makes a map of 27,000 characters; a text of ASCII has none of them.
_ASCII, _ANY = _patterns(r"\w"), _patterns(r"[^\W\u3040-\u30ff\u3400-\u9fff]")


def _for(text: str) -> _Patterns:
    return _ASCII if text.isascii() else _ANY


# A bare number goes on a list only where nothing but the list's end or its own words follow:
# "Task 1, 3 retries" names one task.
_LIST_GOES_ON = lazy(
    r"\s*(?:$|[,、;&/+.)\]|:–—-]|and\b|und\b|и\b|to\b|through\b|complete|done|pass|finish|must|are\b|is\b)",
    re.IGNORECASE,
)
_PARENS = lazy(r"[(（][^()（）]*[)）]")
_SEPARATOR = lazy(_LIST)
_OF_ALL = lazy(
    r"\b(?:both|all|each|either|these|beide|alle|оба|все|ambos|todos|todas)\b|都|両方",
    re.IGNORECASE,
)
_NONE = lazy(
    r"\W*(?:$|(?:none|nothing|n/?a|nil|no|no (?:\w+ )?(?:dependenc\w+|prerequisites?)"
    r"|not applicable"
    r"|keine|нет|なし|无|無|没有|ninguna?|aucune)\W*(?:$|[-–—:;,.]))",
    re.IGNORECASE,
)
_NEGATED = lazy(r"\W*(?:no|not|without)\b(?!.*\b(?:except|besides|but)\b)", re.IGNORECASE)
_ALL = lazy(
    r"\W*(?:all|every|each|everything)\b(?:\W+(?:of|the|other))*\W*"
    r"(?:(?:previous|prior|preceding|earlier|above|other)\b(?:\W+\w+){0,6}"
    r"|(?:tasks?|steps?|terminals?|agents?)?(?:\W+(?:are|must|be|have|been|to|completed?|done"
    r"|finish(?:ed)?|pass(?:ed)?|above|before))*)\W*$"
    r"|\W*(?:すべて|全て|全部|所有|все предыдущие|todas? las? anterior|alle vorherigen)",
    re.IGNORECASE,
)
_PREVIOUS = lazy(
    r"\W*(?:the\s+)?(?:previous|preceding|last|prior) (?:task|step|one|terminal|agent)\b"
    r"|\W*(?:the )?(?:task|step) (?:before|above)\b",
    re.IGNORECASE,
)


class Ref(msgspec.Struct, frozen=True):
    """One id, or a range of them; `family` None is a bare number, `hash` one written `#1`."""

    family: str | None
    number: str
    until: str | None = None
    text: str = ""


class Said(msgspec.Struct, frozen=True):
    """What a text says of dependencies. `condition` is what stands in parentheses."""

    kind: Literal["ids", "none", "all", "previous", "prose"]
    refs: tuple[Ref, ...] = ()
    condition: str = ""


def read(text: str) -> Said:
    """What the value of a dependency line or cell says."""
    outer, condition = _without_parens(text)
    outer = outer.replace("`", "").replace("**", "").strip()
    found = refs(outer)
    if not found and not _NONE.match(outer):
        found = _bare(outer)
    if found and not _NEGATED.match(outer):
        return Said("ids", found, condition)
    if found or _NONE.match(outer):
        return Said("none" if outer or not condition else "prose", (), condition)
    if _PREVIOUS.match(outer):
        return Said("previous", (), condition)
    if _ALL.match(outer):
        listed = refs(condition)
        return Said("ids", listed, condition) if listed else Said("all", (), condition)
    return Said("prose", (), condition)


def parts(
    said: Said, text: str, read: Callable[[str], Said] = read
) -> tuple[tuple[Said, str], ...]:
    """The members of a list of ids that `read` has read, each with what its own parentheses say.

    "T002, T004 (optional)" says "optional" of T004 alone; "(both running)" is said of all.
    """
    whole = ((said, text),)
    if len(said.refs) < 2 or not _PARENS.search(text) or _OF_ALL.search(said.condition):
        return whole
    pieces = _members(text)
    found = [read(piece) for piece in pieces]
    counts = [len(one.refs) for one in found]
    if 0 in counts or sum(counts) != len(said.refs):
        return whole
    # The words that name a family may stand before the first number only: the refs are the list's.
    ends = list(itertools.accumulate(counts))
    return tuple(
        (Said("ids", said.refs[end - count : end], one.condition), piece)
        for piece, one, count, end in zip(pieces, found, counts, ends, strict=True)
    )


def _members(text: str) -> list[str]:
    """`text` cut at the commas and words of its list that stand outside parentheses."""
    inside = [found.span() for found in _PARENS.finditer(text)]
    pieces, start = [], 0
    for mark in _SEPARATOR.finditer(text):
        if not any(low < mark.start() < high for low, high in inside):
            pieces.append(text[start : mark.start()])
            start = mark.end()
    return [*pieces, text[start:]]


def refs(text: str) -> tuple[Ref, ...]:
    """The ids that `text` names with their family's word, with their lists and ranges."""
    found: list[Ref] = []
    position = 0
    pattern = _for(text).first
    while first := pattern.search(text, position):
        position = first.end()
        short = first["short"]
        family = "task" if short else "issue" if first["keyed"] else _family(first)
        number = short or first["keyed"] or first["number"] or first["letter"]
        found.append(Ref(family, number, None, first.group()))
        if first["keyed"]:
            continue
        plural = not short and first.group().lower().rstrip("0123456789. #-abcdefgh").endswith("s")
        position = _go_on(text, position, family, found, plural)
    return tuple(found)


def _bare(text: str) -> tuple[Ref, ...]:
    """A value that is nothing but numbers: `2, 3`, `1-3`, `#4`."""
    first = _for(text).bare.match(text)
    if not first:
        return ()
    found = [Ref(None, first["number"], None, first.group().strip())]
    end = _go_on(text, first.end(), None, found, plural=True)
    return tuple(found) if not text[end:].strip(" .;,") else ()


def _go_on(text: str, position: int, family: str | None, found: list[Ref], plural: bool) -> int:
    pattern = _for(text).next
    while more := pattern.match(text, position):
        named = "task" if more["t"] else _family(more)
        if named is None and not _LIST_GOES_ON.match(text, more.end()):
            break
        tight = not more["range"] or more["range"].strip() == more["range"] or plural or named
        if not tight:
            break
        if more["range"]:
            last = found[-1]
            found[-1] = Ref(
                last.family, last.number, more["number"], f"{last.text}-{more['number']}"
            )
        else:
            family = named or family
            found.append(Ref(family, more["number"], None, more.group().strip(" ,;&/+、")))
        position = more.end()
    return position


def _family(found: re.Match[str]) -> str | None:
    return next((f.name for f in FAMILIES if f.words and found[f.name]), None)


def plain(text: str) -> str:
    """The text without what stands in parentheses."""
    return _without_parens(text)[0]


def _without_parens(text: str) -> tuple[str, str]:
    """The text without what stands in parentheses, and that: it is a reason, not a reference."""
    inside: list[str] = []
    for _ in range(3):
        inside += [part[1:-1] for part in _PARENS.findall(text)]
        text = _PARENS.sub(" ", text)
    return text, " ".join(inside)


_ROMAN = {
    roman: n
    for n, roman in enumerate("I II III IV V VI VII VIII IX X XI XII XIII XIV XV".split(), 1)  # noqa: SIM905
}


def numbers(ref: Ref) -> tuple[str, ...]:
    """The keys that a reference means; a range of more than 10,000 is its two ends."""
    first = families.key(ref.number)
    if ref.until is None:
        return (first,)
    last = families.key(ref.until)
    if first.isdecimal() and last.isdecimal() and 0 <= int(last) - int(first) <= 10_000:
        return tuple(str(n) for n in range(int(first), int(last) + 1))
    if first.isalpha() and last.isalpha() and len(first) == len(last) == 1 and first <= last:
        return tuple(chr(c) for c in range(ord(first), ord(last) + 1))
    if first in _ROMAN and last in _ROMAN and _ROMAN[first] <= _ROMAN[last]:
        return tuple(r for r, n in _ROMAN.items() if _ROMAN[first] <= n <= _ROMAN[last])
    head, _, low = first.rpartition(".")
    head_last, _, high = last.rpartition(".")
    if head and head == head_last and low.isdecimal() and high.isdecimal():
        return tuple(f"{head}.{n}" for n in range(int(low), min(int(high), int(low) + 10_000) + 1))
    return (first, last)
