"""Markdown text -> a flat tuple of blocks with their lines, by markdown-it (CommonMark).

What stands in `<details>` is a section, its summary the heading (`folds`).

Three of CommonMark's rules are off: setext headings (a `---` under a metadata line is meant
as a rule), link definitions (`[Date]: x` is text), and inline parsing (not ours to render).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Union

import msgspec

from tmuxplan.later import Later
from tmuxplan.plan.model import Text
from tmuxplan.plan.patterns import lazy

if TYPE_CHECKING:
    import html

    from markdown_it import MarkdownIt
    from markdown_it.token import Token
else:
    html = Later("html")


class Heading(msgspec.Struct, frozen=True):
    level: int
    text: str
    line: int


class Paragraph(msgspec.Struct, frozen=True):
    """A paragraph line by line; `depth` counts the lists and quotes around it."""

    lines: tuple[Text, ...]
    line: int
    depth: int = 0


class Item(msgspec.Struct, frozen=True):
    """A list item's own lines, without its children. `number` as written in ordered lists."""

    lines: tuple[Text, ...]
    line: int
    depth: int = 1
    number: str | None = None

    @property
    def text(self) -> str:
        return " ".join(text.text.strip() for text in self.lines)


class Fence(msgspec.Struct, frozen=True):
    """A fenced block. `line` is the opening fence's, `body_line` its first body line's."""

    line: int
    info: str
    text: str
    closed: bool = True
    depth: int = 0

    @property
    def body_line(self) -> int:
        return self.line + 1


class Row(msgspec.Struct, frozen=True):
    cells: tuple[str, ...]
    line: int


class Table(msgspec.Struct, frozen=True):
    header: Row
    rows: tuple[Row, ...]
    line: int


Node = Union[Heading, Paragraph, Item, Fence, Table]


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt  # noqa: PLC0415 (slow to import; plain plans need none)

    parser = MarkdownIt("commonmark").enable("table").disable(["lheading", "reference"])
    parser.core.ruler.enableOnly(["normalize", "block"])
    return parser


def read(text: str) -> tuple[Node, ...]:
    """All blocks of `text` in document order."""
    tokens = _parser().parse(text)
    return tuple(_nodes(tokens, _folds(tokens)))


def piece(text: str, line: int, last: bool) -> tuple[Node, ...] | None:
    """The blocks of a piece of a text that begins at this line.

    None: a fence or HTML at its end may go on behind it; never of the `last`.
    """
    tokens = _parser().parse(text)
    if not last and _is_open(tokens):
        return None
    for token in tokens:
        if token.map:
            token.map = [token.map[0] + line - 1, token.map[1] + line - 1]
    return tuple(_nodes(tokens, _folds(tokens)))


def _is_open(tokens: list[Token]) -> bool:
    last = next((token for token in reversed(tokens) if token.nesting >= 0), None)
    if last is None or last.type != "fence":
        return last is not None and last.type == "html_block"
    return not _fence(last, 0).closed


def open_comment(text: str) -> int:
    """The line of an HTML comment that is never closed and hides what follows; 0: there is none."""
    if text.rfind("<!--") <= text.rfind("-->"):
        return 0
    blocks = (token for token in _parser().parse(text) if token.type == "html_block")
    begun = (b for b in blocks if b.content.startswith("<!--") and "-->" not in b.content)
    return next((_line(block) for block in begun), 0)


def _nodes(tokens: list[Token], folds: Mapping[int, tuple[Heading, ...]]) -> Iterator[Node]:
    depth = 0
    inside = 0
    item: Token | None = None
    position = 0
    while position < len(tokens):
        token = tokens[position]
        position += 1
        if token.type in _CONTAINERS:
            depth += _CONTAINERS[token.type]
        elif token.type == "list_item_open":
            item = token
            continue
        elif token.type == "table_open":
            end = _closing(tokens, position)
            yield _table(tokens[position:end], _line(token))
            position = end
        elif token.type == "fence":
            yield from _bare(item, depth)
            yield _fence(token, depth)
        elif token.type == "heading_open" and not depth:
            level = inside + int(token.tag[1:])
            yield Heading(level, tokens[position].content, _line(token))
            position += 1
        elif position - 1 in folds and not depth:
            for heading in folds[position - 1]:
                inside = heading.level if heading.text else heading.level - FOLD
                yield heading
        elif token.type == "inline":
            yield _inline(token, item, depth)
        else:
            continue
        item = None


FOLD = 10
"""Headings in `<details>` are this much deeper than others, so that none of them ends it."""

_FOLDS = lazy(
    r"<details\b[^>]*>(?:\s*<summary\b[^>]*>(?P<summary>.*?)</summary>)?|(?P<end></details>)",
    re.IGNORECASE | re.DOTALL,
)
_TAGS = lazy(r"<[^>]*>")


def _folds(tokens: list[Token]) -> dict[int, tuple[Heading, ...]]:
    """By token the headings that begin and (without a text) end folded sections.

    Nothing where they are not all closed: the rest of the plan would be in one of them.
    """
    found: dict[int, tuple[Heading, ...]] = {}
    level = 0
    for n, token in enumerate(tokens):
        marks = _FOLDS.finditer(token.content) if token.type == "html_block" else ()
        headings: list[Heading] = []
        for mark in marks:
            line = _line(token) + token.content.count("\n", 0, mark.start())
            level += 0 if mark["end"] else FOLD
            text = "" if mark["end"] else _words(mark["summary"] or "Details")
            headings.append(Heading(level, text, line))
            level -= FOLD if mark["end"] else 0
            if level < 0:
                return {}
        if headings:
            found[n] = tuple(headings)
    return {} if level else found


def _words(summary: str) -> str:
    """A summary without tags; what is left of nothing is still a heading."""
    return " ".join(html.unescape(_TAGS.sub(" ", summary)).split()) or "Details"


_CONTAINERS = {
    "bullet_list_open": 1,
    "ordered_list_open": 1,
    "blockquote_open": 1,
    "bullet_list_close": -1,
    "ordered_list_close": -1,
    "blockquote_close": -1,
}


def _line(token: Token) -> int:
    return token.map[0] + 1 if token.map else 0


def _bare(item: Token | None, depth: int) -> Iterator[Node]:
    """An item that begins with a fence is still an item."""
    if item is not None:
        yield Item((), _line(item), depth, item.info or None)


def _inline(token: Token, item: Token | None, depth: int) -> Node:
    line = _line(token)
    lines = tuple(Text(text, line + n) for n, text in enumerate(token.content.split("\n")))
    if item is None:
        return Paragraph(lines, line, depth)
    return Item(lines, line, depth, item.info or None)


def _fence(token: Token, depth: int) -> Fence:
    height = token.map[1] - token.map[0] if token.map else 0
    closed = height == token.content.count("\n") + 2
    return Fence(_line(token), token.info.strip(), token.content, closed, depth)


def _closing(tokens: list[Token], position: int) -> int:
    while tokens[position].type != "table_close":
        position += 1
    return position + 1


def _table(tokens: list[Token], line: int) -> Table:
    rows: list[Row] = []
    cells: list[str] = []
    for token in tokens:
        if token.type == "tr_open":
            cells = []
        elif token.type == "inline":
            cells.append(token.content.strip())
        elif token.type == "tr_close":
            # The header's row is followed by the rule of dashes, which is no row.
            rows.append(Row(tuple(cells), line + len(rows) + (1 if rows else 0)))
    return Table(rows[0], tuple(rows[1:]), line)
