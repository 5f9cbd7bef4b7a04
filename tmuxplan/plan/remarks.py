"""Comments among commands that say that one of them is meant to fail (grammar E4).

Read more narrowly than sentences of the plan: a comment that was misread would turn a real
failure into an expected one.
"""

from __future__ import annotations

import re

from tmuxplan.plan.expectations import FAIL, IF, LONGEST
from tmuxplan.plan.model import Expects
from tmuxplan.plan.patterns import lazy

_ARROW = r"(?:→|⇒|⟶|=>|->)"
_ANSWER = r"(?:HTTP[/ ]?(?:1\.1|2)?\s*)?[45]\d\d\b"
_STATUS = (
    r"(?:exit(?:s|ed)?|ends?)\s+(?:with\s+)?(?:an?\s+)?(?:(?:code|status)\s*[:=]?\s*)?[1-9]\d{0,2}\b"
    r"|(?:returns?\s+(?:(?:code|status)\s+)?|(?:code|status)\s*[:=]?\s*)[1-9]\d?\b"
    r"|(?:(?:exit(?:s|ed)?|ends?|returns?)\s+)?(?:with\s+)?(?:an?\s+)?"
    r"(?:(?:exit\s+)?(?:code|status)\s*[:=]?\s*)?non-?\s?zero\b"
)
_ERROR = r"error\b(?!-|:?\s*0|\s+(?:count|rate|free|handling|messages?|logs?|pages?)\b)"
_OUTCOME = (
    rf"(?:{FAIL}|{_ERROR}|{_STATUS}|no\s+match(?:es)?\b"
    r"|(?:be\s+|is\s+|are\s+)?(?:rejected|refused|denied)\b)"
)
_SUBJECT = (
    r"(?:(?:this|it|that|these|both|all|the)\b\s*)?"
    r"(?:(?!and\b|but\b|so\b)[\w`'/.-]{1,40}\s+){0,3}?"
)
_BEGINS = r"(?:^|[(（:：;,–—]|\s-\s)\s*"
_SHOULD = lazy(
    rf"{_BEGINS}{_SUBJECT}(?P<how>should|must|(?:is |are )?expected to|is supposed to)\s+"
    rf"(?:now\s+|always\s+)?"
    rf"(?P<outcome>{_OUTCOME}|(?:(?:return|give|answer|get|respond with)\s+)?{_ANSWER})",
    re.IGNORECASE,
)
_EXPECTED = lazy(
    rf"{_BEGINS}(?:expect(?:ed|s)?(?:\s+(?:result|output|outcome|status|code))?\s*[:=]?"
    rf"|ожидается:?|期待:?|预期:?)\s*(?P<outcome>(?:an?\s+)?(?:{_OUTCOME}|{_ANSWER}))"
    rf"|{_ARROW}\s*(?:expect(?:ed)?:?\s*|should\s+|returns?\s+|gives\s+)?"
    rf"(?P<arrow>{_OUTCOME}|{_ANSWER})",
    re.IGNORECASE,
)
_BACK = lazy(rf"#+\s*(?:{_ARROW}|expected\b|ожидается|期待|预期)", re.IGNORECASE)
_HINT = lazy(r"#[^\n]*(?:expect|should|must|supposed|→|⇒|⟶|=>|->|ожида|期待|预期)", re.IGNORECASE)
_IS_ANSWER = lazy(rf"{_ANSWER}$", re.IGNORECASE)
_CLIENT = lazy(r"(?:^|[\s;&|(])(?:curl|wget|https?|xh)\s")
_REFUSES = lazy(r"\bwget\b|\s--fail|\s-[a-zA-Z]*f[a-zA-Z]*\b|--check-status")


def any_in(commands: str) -> bool:
    """Whether a comment among these commands may say so; a quick look."""
    return _HINT.search(commands) is not None


def points_back(comment: str) -> bool:
    """Whether a comment on a line of its own is about the command above it."""
    return _BACK.match(comment) is not None


def says(comment: str, command: str) -> Expects:
    """What a comment says of the status of the command that it stands with.

    An answer such as 404 is a failure only of a client that looks at it (`curl -f`): another
    fails where nobody answers, which nobody expects.
    """
    words = comment.lstrip("# \t")[:LONGEST]
    client = _CLIENT.search(command) is not None
    if IF.search(words) or (client and not _REFUSES.search(command)):
        return ""
    should = _SHOULD.search(words)
    expected = None if should else _EXPECTED.search(words)
    found = should["outcome"] if should else expected and (expected["outcome"] or expected["arrow"])
    if not found or (_IS_ANSWER.search(found) and not client):
        return ""
    return "must fail" if should and should["how"].lower() == "must" else "failure"
