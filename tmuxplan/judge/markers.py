r"""Lines of output that say failure or warning, as values: settings may replace or extend them.

A pattern is tried on each line without colour, indentation and overprinted parts, with damaged
signs repaired. The defaults are the design's: anchored, so that prose which holds the word
("Check output above for FAIL messages."), counts of nothing and names of tests are none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Literal, Union

import msgspec

from tmuxplan.judge import clean, criteria, damage
from tmuxplan.later import Later
from tmuxplan.plan.patterns import lazy

if TYPE_CHECKING:
    import regex
else:
    regex = Later("regex")

Kind = Literal["marker", "warning"]


class Pattern(msgspec.Struct, frozen=True):
    """One regular expression, searched in a cleaned line.

    `literals`: every line that it matches holds one of them (damaged spellings are added by
    `needles`). Without them every line has to be tried, which costs fifteen times as much.
    """

    regex: str
    literals: tuple[str, ...] = ()


class Markers(msgspec.Struct, frozen=True):
    """What counts as failure, and as warning. `ignore` beats both."""

    failure: tuple[Pattern, ...]
    warning: tuple[Pattern, ...]
    ignore: tuple[str, ...] = ()


class Found(msgspec.Struct, frozen=True):
    """What a line is. `text` is safe to show; `line` is the plan's line that it names, or 0."""

    kind: Kind
    text: str
    line: int = 0


# An emoji, a bullet or another sign before the word. Not "+": `set -x` traces begin with it.
_LEAD = r"^(?:[*>•#!-]{1,3}\s+|[^\x00-\x7f]{1,12}\s*)?"
_ZERO = (
    r"(?!\s*[:=]\s*0\s*(?:$|[,;|)/]|(?:of|out|tests?|checks?|cases?|errors?|failures?|failed)\b"
    r"|\w+\s*[:=]))"
)
_END = r"(?:\s*:|\s*[–—]|\s*-+(?:\s|$)|$)"
_SIGN = f"[{''.join(damage.FAILURE_SIGNS)}]"
_COUNTED = r"(?i:failed|failures?|errors?)"
_NOTHING = rf"(?!\S*\s*(?:{_COUNTED}\s*[:=]\s*0\s*$|0\s+{_COUNTED}\b))"

# bash's and dash's and zsh's own words, in the languages that bash is most often seen in.
_NOT_FOUND = (
    "command not found|not found|Kommando nicht gefunden|Befehl nicht gefunden"
    "|commande introuvable|orden no encontrada|no se encontró la orden|comando non trovato"
    "|comando não encontrado|opdracht niet gevonden|nie znaleziono polecenia|команда не найдена"
    "|未找到命令|コマンドが見つかりません|명령어를 찾을 수 없음"
)
_SHELL = lazy(
    rf"(?:^|/)script\.sh\s?:\s?(?:\S+\s)?(\d+)\s?:\s(?:[^:]+:\s(?:{_NOT_FOUND})\.?$"
    r"|command not found: \S)"
)

DEFAULT = Markers(
    failure=(
        Pattern(rf"{_LEAD}(?:FAIL|FAILED|FAILURE|ERROR){_ZERO}{_END}", ("FAIL", "ERROR")),
        Pattern(rf"^{_SIGN}{_NOTHING}", damage.FAILURE_SIGNS),
        Pattern(r"(?<=\S)(?<![^\d.,]0)(?<!^0)\s+FAIL$", ("FAIL",)),
        Pattern(_SHELL.pattern, ("script.sh:",)),
    ),
    warning=(
        Pattern(rf"^{damage.WARNING_SIGNS[0]}", damage.WARNING_SIGNS),
        Pattern(rf"{_LEAD}(?:WARN\b(?!\s*[:=]\s*0\s*$)|WARNING\s*:(?!\s*0\s*$))", ("WARN",)),
    ),
    ignore=(r"^\++ ",),  # `set -x` traces show the echo of a marker before the marker
)


@lru_cache(maxsize=64)
def needles(markers: Markers) -> tuple[bytes, ...] | None:
    """Byte strings one of which every marked line holds; None if a pattern names none."""
    found: list[bytes] = []
    for pattern in (*markers.failure, *markers.warning):
        if not pattern.literals:
            return None
        for literal in pattern.literals:
            found += [text.encode() for text in (literal, *_damaged(literal))]
    # What is overstruck (`F\bFA\bA`) holds no word in one piece.
    return (*dict.fromkeys(found), b"\b")


def _damaged(literal: str) -> tuple[str, ...]:
    return () if literal.isascii() else damage.spellings(literal)


def find(line: bytes, markers: Markers = DEFAULT) -> Found | None:
    """What this one line of output is; for many lines keep a `Finder`."""
    return Finder(markers)(line)


class Finder:
    """Says what each line of one attempt's output is.

    It remembers which of the settings' patterns ran out of time: such a pattern is named once, as
    what it would have found (the task can't pass where it is a failure's), and never asked again.
    """

    def __init__(self, markers: Markers) -> None:
        self._markers = markers
        self._too_slow: set[_Regex] = set()
        self._told: set[_Regex] = set()

    @cached_property
    def _patterns(self) -> tuple[_Patterns, _Patterns, _Patterns]:
        return _compiled(self._markers)  # 3 ms, which no start waits for

    def __call__(self, line: bytes) -> Found | None:
        """Failure before warning, its first such part; None: neither."""
        found = self._found(line)
        untold = self._too_slow - self._told
        if not untold or (found and found.kind == "marker"):
            return found
        self._told |= untold
        return self._unjudged(untold)

    def _found(self, line: bytes) -> Found | None:
        failure, warning, ignore = self._patterns
        for piece in clean.pieces(clean.decode(line[:LONGEST])):
            said = damage.repair(piece)
            if self._any(ignore, said):
                continue
            if self._any(failure, said):
                return Found("marker", _shown(piece, said), _named(said))
            if self._any(warning, said):
                return Found("warning", _shown(piece, said))
        return None

    def _any(self, patterns: tuple[_Regex, ...], text: str) -> bool:
        return any(self._occurs(pattern, text) for pattern in patterns)

    def _occurs(self, pattern: _Regex, text: str) -> bool:
        if isinstance(pattern, re.Pattern):
            return pattern.search(text) is not None
        if pattern in self._too_slow:
            return False
        try:
            return criteria.occurs(pattern, text)
        except TimeoutError:
            self._too_slow.add(pattern)
            return False

    def _unjudged(self, slow: set[_Regex]) -> Found:
        named = ", ".join(sorted(pattern.pattern for pattern in slow))
        kind: Kind = "warning" if slow.isdisjoint(self._patterns[0]) else "marker"
        return Found(kind, f"can't be judged: the marker takes too long on this output: {named}")


LONGEST = 1 << 16
"""Bytes of a line that are looked at: the watcher cuts longer ones itself."""


def _shown(piece: str, said: str) -> str:
    """What was printed, if it is safe to show; else with its signs repaired and cleaned.

    Of the shell's own words without the script's folder, which says nothing to a reader.
    """
    shown = piece if piece.isprintable() else clean.clean(said)
    return shown[shown.find("script.sh") :] if _SHELL.search(said) else shown


def _named(said: str) -> int:
    match = _SHELL.search(said)
    return int(match[1]) if match else 0


_Regex = Union["re.Pattern[str]", "criteria.Pattern"]
_Patterns = tuple[_Regex, ...]


@lru_cache(maxsize=32)
def _compiled(markers: Markers) -> tuple[_Patterns, _Patterns, _Patterns]:
    """Failure, warning, ignore. Ours are known to be quick; those of settings need a time-out,
    which `re` does not have."""

    def patterns(texts: Iterable[str]) -> _Patterns:
        return tuple(re.compile(text) if text in _OURS else regex.compile(text) for text in texts)

    return (
        patterns(pattern.regex for pattern in markers.failure),
        patterns(pattern.regex for pattern in markers.warning),
        patterns(markers.ignore),
    )


_OURS = frozenset(
    {*(pattern.regex for pattern in (*DEFAULT.failure, *DEFAULT.warning)), *DEFAULT.ignore}
)
