"""The plan's failure protocol: retries, how many failures halt it, where issues are written."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tmuxplan.plan.markdown import Heading, Item, Node, Paragraph
from tmuxplan.plan.model import Protocol, Text
from tmuxplan.plan.patterns import lazy

_SECTION = lazy(
    r"\bescalat|\bfailure (?:protocol|handling|policy|procedure|response)"
    r"|\bretry (?:policy|protocol)|\berror handling|\bon failure\b"
    r"|\bwhen (?:things|something|a task|tasks) fails?\b|эскалац|失败处理",
    re.IGNORECASE,
)
_RETRY = lazy(
    r"\bretr(?:y|ies)\b[^.\n\d]{0,40}?(?P<after>\d{1,3})\s*(?:times?\b|x\b|×|attempts?|раз)"
    r"|\b(?P<before>\d{1,3})\s*(?:retries|times? retry|retry attempts)"
    r"|\b(?:max(?:imum)?\.? )?retries\s*[:=]\s*\**\s*(?P<value>\d{1,3})"
    r"|\bretry(?: \w+){0,3}? (?P<word>once|twice)\b"
    r"(?! (?:the|it|its|you|we|they|that|this|all|every|each|an?)\b)",
    re.IGNORECASE,
)
_COUNT = lazy(
    r"\b(?P<plus>\d{1,4})\s*(?:\+|or more|and more)\s*(?:\w+\s+){0,2}?"
    r"(?:terminals?|tasks?|failures?|failed)"
    r"|\bmax(?:imum)?\.? failures\s*[:=]\s*\**\s*(?P<value>\d{1,4})"
    r"|\b(?:after|if|at|once)\s+(?P<after>\d{1,4})\s+(?:or more\s+)?(?:\w+\s+){0,2}?(?:fail\w*)",
    re.IGNORECASE,
)
_HALT = lazy(r"\b(?:halt|stop|abort|cancel|pause|freeze)\b", re.IGNORECASE)
_ISSUES = lazy(r"\b(?:issues?|document|write|record|log|file)\b", re.IGNORECASE)
_PATH = lazy(r"`(?P<path>[^`\s]*/[^`\s]*)`")
_WORDS = {"once": 1, "twice": 2}


def read(nodes: tuple[Node, ...]) -> Protocol:
    """What the sections about failure say; `nodes` are those outside tasks."""
    lines = tuple(_lines(nodes))
    return Protocol(_retries(lines), _max_failures(lines), _issues(lines), lines)


def _lines(nodes: tuple[Node, ...]) -> Iterator[Text]:
    inside: int | None = None
    for node in nodes:
        if isinstance(node, Heading):
            if inside is not None and node.level <= inside:
                inside = None
            if inside is None and _SECTION.search(node.text):
                inside = node.level
        elif inside is not None and isinstance(node, (Paragraph, Item)):
            yield from (Text(line.text.strip(), line.line) for line in node.lines)


def _retries(lines: tuple[Text, ...]) -> int | None:
    for line in lines:
        found = _RETRY.search(line.text)
        if found:
            word = found["word"]
            number = found["after"] or found["before"] or found["value"]
            return _WORDS[word.lower()] if word else int(number)
    return None


def _max_failures(lines: tuple[Text, ...]) -> int | None:
    """A number of failures counts where it, or a line soon after it, says to halt."""
    for n, line in enumerate(lines):
        found = _COUNT.search(line.text)
        if found and (found["value"] or any(_HALT.search(t.text) for t in lines[n : n + 4])):
            number = int(found["plus"] or found["value"] or found["after"])
            return number or None
    return None


def _issues(lines: tuple[Text, ...]) -> str | None:
    for line in lines:
        path = _PATH.search(line.text)
        if path and _ISSUES.search(line.text):
            return path["path"]
    return None
