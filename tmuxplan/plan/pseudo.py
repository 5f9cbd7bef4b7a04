"""Lines meant as headings: a whole line in bold, a paragraph `Step 1. …` (grammar R7)."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from tmuxplan.plan import families
from tmuxplan.plan.families import Name
from tmuxplan.plan.markdown import FOLD, Heading, Node, Paragraph
from tmuxplan.plan.model import Text
from tmuxplan.plan.patterns import lazy

LEVEL = 7
"""Deeper than every real heading that stands with it."""

_BOLD = lazy(
    r"\s*[^\w\s*]{0,4}\s*(?P<mark>\*\*|__)(?P<text>[^*\n]{1,200}?)(?P=mark)\s*[:：]?"
    # A time or a remark may follow: **Agent 1 - Schema** ⏱️ 15 min
    r"(?P<tail>\s+(?:[(\[（–—-]|[^\w\s*.,;:!?'\"]{1,3}\s)[^*\n]{0,60})?\s*$"
)
_PLAIN = lazy(r"\s*\S{0,4}?\s*[^\W\d_]+[ #-]?\d{1,4}(?:[.:：]|\s+[–—-](?=\s))\s+\S.{0,120}$")
# **Step 1:** Build the image
_BOLD_ID = lazy(
    r"\s*[^\w\s*]{0,4}\s*(?P<mark>\*\*|__)(?P<id>[^*\n]{1,40}?)\s*[:：.–—-]?\s*(?P=mark)"
    r"\s*[:：.–—-]?\s+(?P<title>[^\s*].{0,120})$"
)


def name(line: str, alone: bool) -> Name | None:
    """What a line would be called if it were a heading. `alone`: it is its paragraph's first."""
    line = _narrow(line)
    bold = _BOLD.match(line)
    if bold or (alone and _bold_id(line)):
        return families.name(_plain(line))
    # `1. Do this` is an item of a list, and no heading, unless it is bold: a word comes first.
    return families.name(line.strip()) if alone and _PLAIN.match(line) else None


def _narrow(line: str) -> str:
    """Gaps as one space each, as they are shown: the patterns take cubic time over wide ones."""
    return " ".join(line.split())


def _bold_id(line: str) -> bool:
    """Is an id alone in bold, its title behind it? A number is an item of a list."""
    found = _BOLD_ID.match(line)
    called = families.name(f"{found['id']}:") if found else None
    return bool(called and called.family not in ("item", "issue") and called.title)


def found(nodes: tuple[Node, ...]) -> set[str]:
    """The families that such lines name."""
    return {called.family for _, called in _lines(nodes)}


def _lines(nodes: tuple[Node, ...]) -> Iterator[tuple[Text, Name]]:
    for node in nodes:
        if isinstance(node, Paragraph) and not node.depth:
            for position, line in enumerate(node.lines):
                called = name(line.text, position == 0)
                if called:
                    yield line, called


def as_headings(nodes: tuple[Node, ...], wanted: Collection[str]) -> tuple[Node, ...]:
    """`nodes` with the lines of these families as headings, the deepest there are."""
    out: list[Node] = []
    fold = 0
    for node in nodes:
        if isinstance(node, Paragraph) and not node.depth:
            out += _split(node, wanted, fold + LEVEL)
            continue
        if isinstance(node, Heading):
            fold = node.level // FOLD * FOLD - (0 if node.text else FOLD)
        out.append(node)
    return tuple(out)


def _split(paragraph: Paragraph, wanted: Collection[str], level: int) -> Iterator[Node]:
    rest: list[Text] = []
    for position, line in enumerate(paragraph.lines):
        called = name(line.text, position == 0)
        if called is None or called.family not in wanted:
            rest.append(line)
            continue
        if rest:
            yield Paragraph(tuple(rest), rest[0].line)
        rest = []
        yield Heading(level, _plain(line.text), line.line)
    if rest:
        yield Paragraph(tuple(rest), rest[0].line)


def _plain(line: str) -> str:
    """The line without its emphasis, and without the colon that leads to what follows."""
    line = _narrow(line)
    bold = _BOLD.match(line)
    text = f"{bold['text']}{bold['tail'] or ''}" if bold else line
    if bold is None and (named := _BOLD_ID.match(line)):
        text = f"{named['id']}: {named['title']}"
    plain = text.strip().rstrip(":： ")
    # What is only an id needs no colon to end it; a title after a blank does.
    return plain if families.name(plain) else f"{plain}:"
