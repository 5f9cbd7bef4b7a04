"""What sentences and headings say of dependencies: "(after Task 2)", "Level 0完了後" (D1)."""

from __future__ import annotations

import re

from tmuxplan.plan import references
from tmuxplan.plan.patterns import lazy
from tmuxplan.plan.references import Said

_AFTER = (
    r"(?:(?:only\s+)?(?:once|after|following)|depends? on|depends(?=:)|deps?(?=:)"
    r"|depending on|requires?|blocked by"
    r"|wait(?:s|ing)? (?:for|on|until)|после|nach|después de|après|depois de)"
)
_IN_TITLE = lazy(rf"(?<!\w){_AFTER}:?\s+(?P<rest>[^\n]+)", re.IGNORECASE)
_IN_PARENTHESES = lazy(rf"[(（]\s*(?:\w+\s+){{0,2}}?{_AFTER}:?\s+(?P<rest>[^()（）\n]+)[)）]", re.I)
# Japanese and Chinese put the verb behind: Level 0完了後, タスク2の終了後, 任务 2 完成后.
_BEHIND = lazy(
    r"(?P<rest>[^\n。、,(（]{1,80}?)\s*(?:の|が|を)?\s*(?:完了|終了|完成|结束|結束)\s*(?:した)?(?:後|后|したら|してから|之后|以后)"
)
_LINE = lazy(
    r"[\W_]{0,9}(?:(?:this|it|the)\s+(?:task|step|agent|terminal|phase|one)?\s*)?"
    r"(?:(?:can|may|must|should|will|do|only|please|to|be)\s+){0,3}"
    r"(?:(?:start|begin|run|execute|launch)(?:s|ed|ing)?|started|run)\s+"
    r"(?:this\s+|it\s+)?(?:(?:task|step)\s+)?(?:only\s+)?(?:after|once|when|following)\s+"
    r"(?P<rest>[^\n]+)",
    re.IGNORECASE,
)
_NOT_BEFORE = lazy(
    r"[\W_]{0,9}(?:do not|don't|don’t|never|must not|cannot)\s+(?:start|begin|run|execute|launch)\b"
    r"[^\n]{0,30}?\b(?:until|before)\s+(?P<rest>[^\n]+)",
    re.IGNORECASE,
)
_WAIT = lazy(r"[\W_]{0,9}wait\s+(?:for|until)\s+(?P<rest>[^\n]+)", re.IGNORECASE)
_BLOCKED = lazy(
    r"[\W_]{0,9}(?:this\s+(?:task|step)\s+)?(?:is\s+)?"
    r"(?:blocked by|depends on|dependent on|requires completion of|(?:runs|comes|starts) after)\s+"
    r"(?P<rest>[^\n]+)",
    re.IGNORECASE,
)
_SUBJECT = lazy(
    r"[\W_]{0,9}(?P<who>[^\n]{1,80}?)[\s*_]{0,5}(?:[(（][^()（）\n]{0,80}[)）][\s*_]{0,5})?"
    r"\b(?:(?:both|all|each|must|should|can|may|will|only)\s+){0,3}"
    r"(?:depends? on|waits? for|(?:starts?|begins?|runs?|comes?) (?:only )?after"
    r"|(?:is|are) blocked by)\s+(?P<rest>[^\n]+)",
    re.IGNORECASE,
)
_OTHER_WAY = lazy(r"\bor\b[^\n]{0,20}\bparallel\b", re.IGNORECASE)
_END = lazy(r"(?<=\w)[.;。](?:\s|$)|\s[-–—]\s")


def title(text: str) -> tuple[Said, str] | None:
    """What a heading says that its section comes after; without an id only in parentheses."""
    text = text[:_LONGEST]
    if not _HINT.search(text):
        return None
    for pattern in (_IN_PARENTHESES, _IN_TITLE, _BEHIND):
        found = pattern.search(text)
        meant = _meant(found["rest"]) if found else None
        if meant and found and (meant[0].kind != "prose" or pattern is _IN_PARENTHESES):
            return meant
    return None


def line(text: str) -> tuple[Said, str] | None:
    """What a line of a task says that the task comes after; None where it names no task."""
    text = text[:_LONGEST]
    if not _HINT.search(text):
        return None
    for pattern in (_LINE, _NOT_BEFORE, _WAIT, _BLOCKED, _BEHIND):
        found = pattern.match(text)
        meant = _meant(found["rest"]) if found else None
        if meant and meant[0].kind != "prose":
            return meant
    return None


def subject(text: str) -> tuple[Said, Said, str] | None:
    """Who comes after whom in a sentence that begins with ids: "Tasks 2-6 depend on Task 1"."""
    text = text[:_LONGEST]
    if not _HINT.search(text):
        return None
    found = _SUBJECT.match(text)
    who = references.read(found["who"]) if found else None
    if found is None or who is None or who.kind != "ids" or not _only_ids(found["who"]):
        return None
    meant = _meant(found["rest"])
    return (who, *meant) if meant and meant[0].kind != "prose" else None


_LONGEST = 500
"""Characters of a line or a heading that are looked at."""
_HINT = lazy(
    r"after|once|depend|\bdeps?:|requires?|blocked|wait|until|before|when|following|после|nach|después"
    r"|après|depois|[後后]|したら|してから",
    re.IGNORECASE,
)


def _meant(rest: str) -> tuple[Said, str] | None:
    end = _END.search(rest)
    rest = rest[: end.start()] if end else rest
    rest = rest.rstrip(" )）]*_:：.。")
    if _OTHER_WAY.search(rest):
        return None
    said = references.read(rest)
    if said.kind == "prose":
        inside = references.refs(rest)[:1]
        # "Terminal 1 backend to start" names one terminal, whatever else it says.
        said = Said("ids", inside, rest) if inside and rest.startswith(inside[0].text) else said
    return (said, rest) if rest and said.kind != "none" else None


def _only_ids(text: str) -> bool:
    """Nothing but ids, lists and ranges: what stands before "depends on" is the one who does."""
    left = re.sub(r"[\W_]|\d", " ", text).split()
    known = {"and", "all", "both", "each", "t", "to", "through", "the"}
    words = [word for word in left if word.lower() not in known]
    named = references.refs(text)
    return len(words) <= sum(ref.family is not None for ref in named)
