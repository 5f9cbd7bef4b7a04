"""Bullets -> success criteria: commands, regular expressions, or a person's business."""

from __future__ import annotations

import re
from typing import Literal

from tmuxplan.expressions import refusal
from tmuxplan.plan.markdown import Item
from tmuxplan.plan.model import Criterion
from tmuxplan.plan.patterns import lazy
from tmuxplan.plan.problems import Problems

_BOX = lazy(r"^\[[ xX✓✔]?\]\s*")
_SPAN = lazy(
    r"(?P<not>(?:^|(?<=\s))!\s*)?(?<!`)(?P<ticks>`{1,9})(?!`)(?P<code>.+?)(?<!`)(?P=ticks)(?!`)"
)
_SIGN = lazy(r"^\s*(?P<not>!?)\s*(?P<sign>[$~])\s+(?P<code>\S.*?)\s*$")


# Nothing in it can be wrong: words, and any character, any number of times. To compile an
# expression takes a tenth of a millisecond, and most are no more than this.
_PLAIN = lazy(r"(?:[\w \-:;,/@=%'\"<>!&~#]|\.[*+?]?)*", re.ASCII)


def criteria(item: Item, problems: Problems) -> tuple[Criterion, ...]:
    """One criterion a bullet; a bullet with several signed spans is several."""
    text = _BOX.sub("", item.text.strip())
    if not text:
        return ()
    machine = tuple(_machine(text, item.line))
    for criterion in machine:
        _check(criterion, problems)
    return machine or (Criterion(text, item.line, "person"),)


def _machine(text: str, line: int) -> list[Criterion]:
    found = []
    for span in _SPAN.finditer(text):
        signed = _SIGN.match(span["code"])
        if signed:
            kind: Literal["command", "regex"] = "command" if signed["sign"] == "$" else "regex"
            negated = bool(signed["not"]) != bool(span["not"])
            found.append(Criterion(text, line, kind, signed["code"], negated))
    return found


def _check(criterion: Criterion, problems: Problems) -> None:
    if criterion.kind != "regex" or _PLAIN.fullmatch(criterion.code):
        return
    why_not = refusal(criterion.code)
    if why_not:
        problems.error(
            "bad-regex",
            criterion.line,
            f"`~ {criterion.code}` is no regular expression: {why_not}",
            "mend the expression, or drop the `~` to leave the criterion to a person",
        )
