"""Commands that are meant to fail: "Expected: FAIL", "No matches", "must fail" (grammar E4).

Sentences around a block; what a comment inside of it says is in `remarks`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from tmuxplan.plan.markdown import Item, Paragraph
from tmuxplan.plan.model import Expects
from tmuxplan.plan.patterns import lazy
from tmuxplan.plan.sections import Placed

# "Fail gracefully" and the like say how a program that works behaves; "fail the build" is of it.
FAIL = (
    r"fail(?:s|ed|ing|ure)?\b"
    r"(?![\s-]*(?:fast|safe|open|closed|over|back|soft|silently|grace\w*|loud\w*|the|an?)\b)"
)
_ERROR = r"(?:an?\s+)?error\b(?!\s*(?:count|rate|:?\s*0|-?\s?free))"
_FAILS = (
    rf"(?:to\s+)?(?:{FAIL}|{_ERROR}|no\s+match(?:es)?\b"
    r"|(?:exits?|returns?)\s+(?:with\s+)?(?:an?\s+)?"
    r"(?:non-?\s?zero|(?:exit\s+)?(?:code|status)\s+[1-9]|[1-9])"
    r"|exit\s+(?:code|status)\s*[:=]?\s*(?:non-?zero|[1-9])|non-?\s?zero)"
)
_EXPECTED = lazy(
    r"[\W_]*(?:expect(?:ed|s)?(?:\s+(?:result|output|outcome|status|behaviou?r))?"
    rf"|ожидается|期待|预期)[\W_]*?[:：—–-]?[\W_]*{_FAILS}",
    re.IGNORECASE,
)
_SHOULD = lazy(
    r"\b(?:should|is expected to|are expected to|will)\s+(?:now\s+)?"
    rf"(?:{FAIL}|exit\s+non-?zero|return\s+non-?zero)",
    re.IGNORECASE,
)
_MUST = lazy(
    rf"\bmust\s+(?:{FAIL}|be\s+(?:rejected|refused)\b|exit\s+(?:with\s+)?non-?\s?zero"
    r"|return\s+(?:with\s+)?non-?\s?zero|not\s+(?:succeed|match)\b)",
    re.IGNORECASE,
)
# "Without this the build will fail" is said of another build.
IF = lazy(r"\b(?:if|when|unless|in case|otherwise|without|or else|until)\b", re.IGNORECASE)
LONGEST = 400


def said(before: str, after: Sequence[Placed]) -> Expects:
    """What the line above a block and the one below it say of the status of its last command."""
    for placed in after:
        if isinstance(placed.node, (Paragraph, Item)) and placed.node.lines:
            below = _says(placed.node.lines[0].text[:LONGEST])
            if below:
                return below
    # What stands above is about the block only where it leads to it.
    leads = before.rstrip(" *_)）").endswith((":", "："))
    return _says(before[:LONGEST]) if leads or _EXPECTED.match(before[:LONGEST]) else ""


def _says(line: str) -> Expects:
    if IF.search(line):
        return ""
    if _MUST.search(line):
        return "must fail"
    return "failure" if _EXPECTED.match(line) or _SHOULD.search(line) else ""
