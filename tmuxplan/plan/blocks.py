"""A text's blocks: what most plans are made of is read here, line by line; the parser reads the
rest, in pieces that it would read alike in their places (decision 0012).

Plain are headings, fences, rules, paragraphs and bullets that begin at the margin, where what
stands before and behind them leaves no doubt. Whatever is not goes to the parser, from there to
the next heading at the margin behind a blank line: that ends every block but a fence or HTML
that is not closed, and a piece that ends in one of those is made longer.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator
from functools import lru_cache

from tmuxplan.plan import markdown
from tmuxplan.plan.markdown import Fence, Heading, Item, Node, Paragraph
from tmuxplan.plan.model import Text
from tmuxplan.plan.patterns import lazy

_BLANK = r"(?:[ \t]*\n)"
# What begins nothing but text: no mark of another block, and nothing of a table's rule.
_TEXT = r"(?:[^\s\\#>\-+*\d`~<|:_=]|`(?!``)|\*{1,2}[^\s*]|\d+(?![\d.)]))[^\n]*\n"
_PLAIN = lazy(
    rf"(?P<blank>{_BLANK}+)"
    r"|(?P<marks>#{1,6})[ ]+(?P<title>[^\s#][^\n]*)(?<![\s#\\])\n"
    r"|(?P<ticks>`{3,})(?P<info>[^`\n]*)\n"
    rf"|(?P<text>(?:{_TEXT})+)(?={_BLANK}|#{{1,6}}[ ]|`{{3,}}[^`\n]*\n|\Z)"
    rf"|(?P<items>(?:-[ ]{_TEXT})+)(?=#{{1,6}}[ ]|{_BLANK}+(?:\S|\Z)|\Z)"
    r"|(?P<rule>-{3,}|\*{3,})\n"
)
_CUT = lazy(r"\n[ \t]*\n(?=#{1,6} )")
_FOLD = lazy(r"</?details\b", re.IGNORECASE)


def read(text: str) -> tuple[Node, ...]:
    """All blocks of `text` in document order, exactly as `markdown.read` has them."""
    if "\r" in text or "\0" in text or _FOLD.search(text):
        return markdown.read(text)  # a fold goes over headings and whatever else it holds
    return tuple(_blocks(text))


def _blocks(source: str) -> Iterator[Node]:
    text = source if source.endswith("\n") else f"{source}\n"
    at, line = 0, 1
    while at < len(text):
        found = _PLAIN.match(text, at)
        close = _end(found, text) if found else None
        if found is None or close is None:
            end = yield from _parsed(source, at, line)
        else:
            end = close
            yield from _plain(found, text, end, line)
        line += text.count("\n", at, end)
        at = end


def _end(found: re.Match[str], text: str) -> int | None:
    """Where a plain block ends; None: it is a fence that is not closed."""
    if found.lastgroup != "info":
        return found.end()
    close = _closer(len(found["ticks"])).search(text, found.end())
    return close.end() + 1 if close else None


@lru_cache(maxsize=8)
def _closer(ticks: int) -> re.Pattern[str]:
    return re.compile(rf"^ {{0,3}}`{{{ticks},}}[ \t]*$", re.MULTILINE)


def _plain(found: re.Match[str], text: str, end: int, line: int) -> Iterator[Node]:
    kind = found.lastgroup
    if kind == "title":
        yield Heading(len(found["marks"]), found["title"], line)
    elif kind == "info":
        body = text[found.end() : text.rindex("\n", 0, end - 1) + 1]
        yield Fence(line, found["info"].strip(), body)
    elif kind == "text":
        lines = found["text"].strip().split("\n")
        yield Paragraph(tuple([Text(each, line + n) for n, each in enumerate(lines)]), line)
    elif kind == "items":
        for n, each in enumerate(found["items"][:-1].split("\n"), line):
            yield Item((Text(each[2:].strip(), n),), n)


def _parsed(text: str, start: int, line: int) -> Generator[Node, None, int]:
    """What the parser says of a piece from here on; returns the piece's end."""
    more = 1
    while True:
        end = start
        for _ in range(more):
            cut = _CUT.search(text, end)
            end = cut.end() if cut else len(text)
        nodes = markdown.piece(text[start:end], line, last=end == len(text))
        if nodes is not None:
            yield from nodes
            return end
        more *= 2  # not one by one: the parser reads the piece again each time
