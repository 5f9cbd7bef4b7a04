"""Families of tasks: how a heading names one, and how its id is spelled. One table for all."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

import msgspec

from tmuxplan.plan.patterns import lazy


class Family(msgspec.Struct, frozen=True):
    """`words` are its names in several languages; `kind` says what it is when others exist.

    "task": units of work; "place": terminals and agents, which run beside each other;
    "step": parts of a procedure; "group": containers of the others.
    """

    name: str
    words: str
    kind: str


# Strongest first: the first of these that a plan uses holds its tasks (grammar T1, T3).
FAMILIES = (
    Family(
        "task",
        "task|задача|задание|任务|任務|タスク|tarefa|tarea|aufgabe|tâche|작업|attività|compito|zadanie"
        "|taak|görev|nhiệm vụ|công việc",
        "task",
    ),
    Family("issue", "", "task"),
    Family("terminal", "terminal|терминал|终端|終端|ターミナル", "place"),
    Family("tab", "tab|вкладка", "place"),
    Family("agent", "agente?|агент", "place"),
    Family("worker", "worker", "place"),
    Family("stream", "stream", "place"),
    Family("track", "track", "place"),
    Family("instance", "instance", "place"),
    Family("test", "test|тест", "step"),
    Family("command", "command|команда", "step"),
    Family(
        "step",
        "step|шаг|步骤|步驟|ステップ|手順|paso|passo|passaggio|étape|etape|schritt|단계|bước|krok|stap|adım",
        "step",
    ),
    Family("item", "", "step"),
    Family("section", "", "step"),
    Family("phase", "phase|фаза|阶段|フェーズ|fase", "group"),
    Family("wave", "wave|волна", "group"),
    Family("stage", "stage|этап", "group"),
    Family("group", "group|группа|группа|组|グループ", "group"),
    Family("batch", "batch", "group"),
    Family("level", "level", "group"),
    Family("chunk", "chunk", "group"),
    Family("part", "part|teil|partie|parte|часть", "group"),
    Family("milestone", "milestone|meilenstein|веха", "group"),
    Family("sprint", "sprint", "group"),
    Family("week", "week|woche|semaine|semana|неделя", "group"),
    Family("day", "day|jour|día|день", "group"),
)
BY_NAME = {family.name: family for family in FAMILIES}

_REST = r"(?:\.\d{1,9}){0,6}(?:\.?[a-zA-Z])?"
NUMBER = rf"\d{{1,9}}{_REST}"
LETTER = r"(?:[A-Z]|[IVX]{2,5})"
"""One capital letter, or a Roman number."""
KEYED = r"[A-Z][A-Z0-9]{1,9}-\d{1,6}"
"""An issue's key, as trackers have them: SHOP-101."""
WORDS = "|".join(f"(?P<{f.name}>(?i:{f.words}))" for f in FAMILIES if f.words)
_PLAIN_WORDS = "|".join(f.words for f in FAMILIES if f.words)
_SEPARATOR = r"\s*[:：.．、。)）\]|—–-]|\s*[(（\[【]|\s*[*_`]*\s*$"
# "Step 1 of 5", "Schritt 1/5"
_OF = r"(?:(?:\s+(?:of|von|de|di|из|sur|z)\s+|\s*/\s*)\d{1,3}(?!\w))?"
# "[CRITICAL] Task 1: …"
_TAGGED = r"(?:\W*[\[(【][^\[\]()【】\n]{1,30}[\])】])?"
_NAMED = lazy(
    rf"{_TAGGED}[^\w]*(?:{WORDS})(?:\s*(?:[#_№-]|[Nn][°ºo]\.?)?\s*(?P<number>{NUMBER}){_OF}(?:(?={_SEPARATOR})|(?<=\d\d)(?=\s))"
    rf"|\s*[#_-]?\s*(?<!\w)(?P<letter>{LETTER})(?={_SEPARATOR}))"
)
_KEY = lazy(rf"[^\w]*(?P<number>{KEYED})(?={_SEPARATOR}|\s)")
_SHORT = lazy(rf"[^\w]*T-?(?P<number>{NUMBER})(?:(?={_SEPARATOR})|(?<=\d\d)(?=\s))")
_BARE = lazy(
    rf"[^\w]*(?P<number>{NUMBER})(?:[.):\]]\s+|[．、：]\s*|(?<=\.\d)\s+"
    r"|(?<!\d{4})\s+[–—-]\s+)(?=\S)"
)
_LOOSE = lazy(
    rf"[^\w]*(?:{WORDS})\s*[#_№-]?\s*(?P<number>{NUMBER})(?P<letter>(?!))?(?=\s+[^\W\d_])"
)
_STRUCK = lazy(r"\W*~~[^~]+~~\W*$")
_TAG = lazy(r"</?[A-Za-z][^<>]*>")
_ATTRIBUTES = lazy(r"\s*\{:?\s*[#.][^{}]*\}$")
_KEYCAP = lazy(r"(?<=\d)\ufe0f?\u20e3\s*[.:、：]?\s*")
_HANS = "零一二三四五六七八九"
_HAN = lazy("[一二三四五六七八九十]")
_CHINESE = lazy(
    rf"^(?P<lead>\W*(?:第|(?:{_PLAIN_WORDS})\s*)?)"
    r"(?P<number>[一二三四五六七八九]?十[一二三四五六七八九]?|[一二三四五六七八九])(?=\s*(?:步|歩|[：:、．.)）]))"
)
_ORDINAL = lazy(r"[^\w]*第\s*(?P<number>\d{1,9})\s*(?:步|歩|手順|ステップ)")
_AFTER_ID = lazy(r"\s*(?:\*\*|__|`)?\s*[:：.．、)）\]|—–-]{0,2}\s*")


class Name(msgspec.Struct, frozen=True):
    """What a heading calls its section: family, the number as written, and the title."""

    family: str
    number: str
    title: str

    @property
    def key(self) -> str:
        return key(self.number)

    @property
    def id(self) -> str:
        return spell(self.family, self.number)


@lru_cache(maxsize=4096)  # of each heading several readers ask
def name(heading: str, loose: bool = False) -> Name | None:
    """The family, id and title of a heading; None where it has no id.

    `loose`: no colon or the like need stand behind the id: "Step 1 Install".
    """
    heading = _plain(heading)
    if _STRUCK.match(heading):
        return None
    found = _NAMED.match(heading) or (_LOOSE.match(heading) if loose else None)
    if found:
        return _named(heading, found)
    ordinal = _ORDINAL.match(heading)
    if ordinal:
        return Name("step", _digits(ordinal["number"]), _title(heading, ordinal))
    short = _SHORT.match(heading)
    if short:
        return Name("task", _digits(short["number"]), _title(heading, short))
    keyed = _KEY.match(heading)
    if keyed:
        return Name("issue", keyed["number"], _title(heading, keyed))
    bare = _BARE.match(heading)
    return Name("item", _digits(bare["number"]), _title(heading, bare)) if bare else None


def _named(heading: str, found: re.Match[str]) -> Name:
    family = next(f.name for f in FAMILIES if f.words and found[f.name])
    return Name(family, _digits(found["number"] or found["letter"]), _title(heading, found))


def _plain(heading: str) -> str:
    """Without anchors and attributes; with digits for keycaps (1️⃣) and Chinese numbers."""
    if "<" in heading:
        heading = _TAG.sub("", heading).strip()
    if heading.endswith("}"):
        heading = _ATTRIBUTES.sub("", heading)
    if "\u20e3" in heading:
        heading = _KEYCAP.sub(". ", heading)
    return _CHINESE.sub(_counted, heading, count=1) if _HAN.search(heading[:24]) else heading


def _counted(found: re.Match[str]) -> str:
    """第十二步 -> 第12步."""
    tens, ten, ones = found["number"].rpartition("十")
    number = (_HANS.index(tens) if tens else 1) * 10 if ten else 0
    return f"{found['lead']}{number + (_HANS.index(ones) if ones else 0)}"


def _digits(number: str) -> str:
    """Full-width digits are digits."""
    return unicodedata.normalize("NFKC", number)


def spell(family: str, number: str) -> str:
    """`TASK 001` is T001, `Task 1` is T1, `Step 2` is step-2, a bare `2.1` is 2.1."""
    if family in ("item", "section", "issue"):
        return number
    if family == "task" and number[0].isdigit():
        return f"T{number}"
    return f"{family}-{number}"


@lru_cache(maxsize=4096)
def key(number: str) -> str:
    """What two spellings of one id have in common: `001` and `1`, `5B` and `5b`."""
    if len(number) == 1 or not number[0].isdigit():
        return number
    return ".".join(part.lstrip("0") or "0" for part in number.lower().split("."))


def _title(heading: str, found: re.Match[str]) -> str:
    """What follows the id, verbatim; emphasis around the whole heading is taken off."""
    after = _AFTER_ID.match(heading, found.end())
    title = heading[after.end() if after else found.end() :].strip()
    for mark in ("**", "__"):
        if mark in heading[: found.end()] and title.count(mark) % 2:
            title = title.removeprefix(mark) if title.startswith(mark) else title.removesuffix(mark)
            title = title.strip()
    return title or heading.strip()
