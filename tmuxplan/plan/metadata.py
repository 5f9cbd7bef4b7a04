"""`**Key:** value` lines: which keys mean what, in several languages."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

import msgspec

from tmuxplan.plan.patterns import lazy

_KEYS = {
    "terminal": "terminal|tab|терминал|终端|ターミナル",
    "time": "소요 시간|예상 시간|czas|durata|thời gian|duração|duración|"
    "time|estimate|estimates|estimated|estimated time|time estimate|est time|duration"
    "|expected duration|estimated duration|expected time|время|оценка|длительность|时间|预计时间"
    "|所要時間|tiempo|tempo|dauer|zeit|durée",
    "dependencies": "dependencies|dependency|depends|depends on|depend on|deps|blocked by|requires"
    "|is blocked by|predecessors|predecessor|required|prerequisites|prerequisite|after|start after"
    "|starts after|run after|runs after|comes after|follows"
    "|can start after|needs|依存|依存関係|依赖|前置|前置条件|前置任务|前提|의존성|선행 작업"
    "|зависимости|зависит от"
    "|dependencias|depende de|dependências|pré requisitos|abhängigkeiten|abhängigkeit"
    "|hängt ab von|voraussetzungen|dépendances|dépend de|prérequis|dipendenze|dipende da"
    "|prerequisiti|zależności|zależy od|phụ thuộc|afhankelijk van|bağımlılıklar",
    "impact": "failure impact|impact|impact on failure|impact of failure|влияние",
    "priority": "priority|severity|приоритет|优先级|prioridad|priorität",
    "gate": "gate",
    "locks": "locks|lock",
    "ready": "ready|ready when",
    "keep": "keep",
    "timeout": "timeout",
    "retries": "retries|retry",
    "shell": "shell",
    "host": "host",
    "objective": "objective|goal|purpose|目标|目的|цель|objetivo|ziel|objectif",
    "blocks": "blocks",
    "parallel": "parallel|can run in parallel|parallelizable|run in parallel|并行|並列",
    "wait for": "wait for",
    "total tasks": "total tasks|number of tasks|task count|tasks total",
    "serial time": "total time (serial)|serial time|total time serial|sequential time",
    "parallel time": "total time (parallel)|parallel time|total time parallel",
}


def _bare(word: str) -> str:
    """In lower case, without the accents of Latin letters, which are often left out."""
    word = word.lower()
    if word.isascii():
        return word
    kept: list[str] = []
    for char in unicodedata.normalize("NFD", word):
        accent = unicodedata.combining(char) and kept and kept[-1] < "\u0250"
        if not accent:
            kept.append(char)
    return unicodedata.normalize("NFC", "".join(kept))


_CANONICAL = {_bare(word): name for name, words in _KEYS.items() for word in words.split("|")}
# Words whose loss changes what runs and when; the others only describe.
_DESCRIBING = {"objective", "total tasks", "serial time", "parallel time"}
EFFECTIVE = frozenset(
    word for name, words in _KEYS.items() if name not in _DESCRIBING for word in words.split("|")
)
# Plain `Key: value` counts only for keys that are no ordinary sentence's beginning.
_PLAIN = {"dependencies", "impact", "locks", "total tasks", "time", "terminal", "priority"} | {
    "gate",
    "timeout",
    "retries",
    "wait for",
}

_BOLD = lazy(
    r"\s*(?:[-*+]\s+)?(?:\[[ xX]\]\s+)?[^\w\s*`]{0,4}\s*(?P<mark>\*\*|__)(?P<key>[^*_`\n]{1,60}?)"
    r"(?:\s*[:：]\s*(?P=mark)|(?P=mark)\s*[:：])[ \t]*(?P<value>.*)$"
)
_WORD = lazy(r"\s*(?P<key>[^\W\d_][\w ()]{1,40}?)\s*[:：][ \t]+(?P<value>\S.*)$")
_SLANTED = lazy(r"\s*(?:[-*+]\s+)?(?P<mark>[*_])(?!(?P=mark))(?P<text>[^*_].*?)(?P=mark)\s*$")
_BAR = lazy(r"\s+\|\s+")


class Meta(msgspec.Struct, frozen=True):
    """One pair. `key` is canonical where known, else as written in lower case."""

    key: str
    value: str
    line: int
    label: str = ""


def pairs(text: str, line: int) -> tuple[Meta, ...]:
    """The pairs of one line; several may be separated by ` | `."""
    return tuple([Meta(key, value, line, label) for key, value, label in _pairs(text)])


_Pair = tuple[str, str, str]
"""Key, value, label."""


@lru_cache(maxsize=1024)  # several readers ask of a task's lines
def _pairs(text: str) -> tuple[_Pair, ...]:
    slanted = _SLANTED.match(text) if "*" in text or "_" in text else None
    text = slanted["text"] if slanted else text
    first, *rest = _BAR.split(text) if " | " in text else (text,)
    found = _pair(first)
    if found is None:
        return ()
    pairs = [found]
    for piece in rest:
        more = _pair(piece)
        if more is None:
            key, value, label = pairs[-1]
            pairs[-1] = (key, f"{value} | {piece}", label)
        else:
            pairs.append(more)
    return tuple(pairs)


def _pair(text: str) -> _Pair | None:
    bold = _BOLD.match(text) if "**" in text or "__" in text else None
    if bold:
        label = bold["key"].strip()
        return canonical(label), bold["value"].strip(), label
    plain = _WORD.match(text)
    if plain and canonical(plain["key"]) in _PLAIN:
        return canonical(plain["key"]), plain["value"].strip(), plain["key"]
    return None


def row(cells: Sequence[str], line: int) -> tuple[Meta, ...]:
    """The pair that a row of two cells is, where its first one is a key of ours."""
    if len(cells) != 2 or canonical(cells[0]) not in _KEYS:
        return ()
    return (Meta(canonical(cells[0]), cells[1].strip(), line, cells[0].strip(" *_")),)


@lru_cache(maxsize=4096)  # few different ones, asked for again and again
def canonical(label: str) -> str:
    """`⏱️ Estimated Time` -> `time`; a label that means nothing to us, in lower case."""
    words = re.sub(r"[^\w()]+", " ", label).strip()
    return _CANONICAL.get(_bare(words), words.lower())
