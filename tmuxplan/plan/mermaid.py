"""Mermaid flowcharts -> nodes and edges, with lines. Anything else of mermaid is left alone."""

from __future__ import annotations

import re

import msgspec

from tmuxplan.plan.patterns import lazy

_HEAD = lazy(r"\s*(?:graph|flowchart)(?:-elk)?(?:\s+(?:TB|TD|BT|RL|LR))?\s*;?\s*$")
_IGNORED = lazy(
    r"\s*(?:%%|style\b|classDef\b|class\b|linkStyle\b|click\b|direction\b|accTitle\b|accDescr\b|end\s*;?\s*$)"
)
_SUBGRAPH = lazy(r"\s*subgraph\b\s*(?P<id>[\w.-]+)?")
_ID = lazy(r"\s*(?P<id>\w+(?:[.-]\w+)*)")
_SHAPES = (
    ("(((", ")))"), ("((", "))"), ("([", "])"), ("[[", "]]"), ("[(", ")]"), ("{{", "}}"),
    ("[/", "/]"), ("[\\", "\\]"), ("[", "]"), ("(", ")"), ("{", "}"), (">", "]"),
)  # fmt: skip
_CLASS = lazy(r":::[\w-]+")
_ARROW = lazy(
    r"\s*(?P<tail><|[xo](?=-|=))?"
    r"(?:(?P<dots>-\.+-)|(?P<dotted>-\.)\s*(?P<dotlabel>[^.|>\n][^.\n]*?)\s*\.-+"
    r"|(?P<thick>={2,})(?:(?=[>xo\s|&]|$)|\s*(?P<thicklabel>[^=|>\n][^=\n]*?)\s*={2,})"
    r"|(?P<invisible>~{3,})"
    r"|(?P<plain>-{2,})(?:(?=[>xo\s|&]|$)(?!\s+[^-|>\n&]*?-{2,}[>xo ])"
    r"|\s*(?P<label>[^-|>\n][^|>\n]*?)\s*-{2,}))"
    r"(?P<head>[>xo](?=[\s|\w]|$))?"
)
_LABEL = lazy(r"\s*\|(?P<text>[^|\n]*)\|")
_SOFT = lazy(
    r"\b(?:optional|soft|info|informational|recommended|nice to have|weak)\b", re.IGNORECASE
)
_BREAK = lazy(r"<br\s*/?>", re.IGNORECASE)


class Arrow(msgspec.Struct, frozen=True):
    """`to` comes after `source`; `label` is the text on it."""

    source: str
    to: str
    line: int
    soft: bool
    label: str = ""


class Graph(msgspec.Struct, frozen=True):
    """One flowchart. `labels` by node id, `lines` where a node is first named."""

    labels: dict[str, str]
    lines: dict[str, int]
    arrows: tuple[Arrow, ...]
    unread: tuple[int, ...] = ()


def read(text: str, line: int) -> Graph | None:
    """The flowchart in `text`, which begins at the plan's `line`; None if it is no flowchart."""
    lines = text.split("\n")
    start = next(
        (n for n, t in enumerate(lines) if t.strip() and not t.strip().startswith(("%%", "---"))),
        None,
    )
    if start is None or not _HEAD.match(lines[start]):
        return None
    builder = _Builder()
    for number, content in enumerate(lines[start + 1 :], line + start + 1):
        for statement in _statements(content):
            builder.statement(statement, number)
    return Graph(builder.labels, builder.lines, tuple(builder.arrows), tuple(builder.unread))


def _statements(line: str) -> list[str]:
    """`;` separates statements, except in a label or text."""
    if ";" not in line or any(mark in line for mark in '["({|'):
        return [line.rstrip("; ")]
    return line.split(";")


class _Builder:
    def __init__(self) -> None:
        self.labels: dict[str, str] = {}
        self.lines: dict[str, int] = {}
        self.arrows: list[Arrow] = []
        self.unread: list[int] = []

    def statement(self, text: str, line: int) -> None:
        if not text.strip() or _IGNORED.match(text):
            return
        if _SUBGRAPH.match(text):
            return
        position, sources = self._nodes(text, 0, line)
        if not sources:
            self.unread.append(line)
        while sources:
            arrow = _ARROW.match(text, position)
            if arrow is None or not arrow.group().strip():
                if text[position:].strip(" ;"):
                    self.unread.append(line)
                return
            label, end = _arrow_label(arrow, text)
            position, targets = self._nodes(text, end, line)
            if not targets:
                self.unread.append(line)
                return
            if not arrow["invisible"]:
                self._link(sources, targets, arrow, label, line)
            sources = targets

    def _link(
        self, sources: list[str], targets: list[str], arrow: re.Match[str], label: str, line: int
    ) -> None:
        soft = bool(arrow["dots"] or arrow["dotted"] or _SOFT.search(label))
        backwards = arrow["tail"] == "<" and arrow["head"] != ">"
        for source in sources:
            for target in targets:
                pair = (target, source) if backwards else (source, target)
                self.arrows.append(Arrow(*pair, line, soft, label))

    def _nodes(self, text: str, position: int, line: int) -> tuple[int, list[str]]:
        found: list[str] = []
        while node := _ID.match(text, position):
            position = node.end()
            name = node["id"]
            self.lines.setdefault(name, line)
            position, label = _shape(text, position)
            if label:
                self.labels[name] = _BREAK.sub(" ", label).strip().strip('"').strip()
            styled = _CLASS.match(text, position)
            position = styled.end() if styled else position
            found.append(name)
            more = re.compile(r"\s*&").match(text, position)
            if not more:
                break
            position = more.end()
        return position, found


def _shape(text: str, position: int) -> tuple[int, str]:
    for opener, closer in _SHAPES:
        if not text.startswith(opener, position):
            continue
        start = position + len(opener)
        if text.startswith('"', start):
            quote = text.find('"', start + 1)
            end = text.find(closer, quote) if quote > 0 else -1
        else:
            end = text.find(closer, start)
        if end >= 0:
            return end + len(closer), text[start:end]
    return position, ""


def _arrow_label(arrow: re.Match[str], text: str) -> tuple[str, int]:
    inline = arrow["label"] or arrow["dotlabel"] or arrow["thicklabel"] or ""
    piped = _LABEL.match(text, arrow.end())
    if piped:
        return piped["text"], piped.end()
    return inline, arrow.end()
