"""The plan's own report template: a fence of text under a heading that says so."""

from __future__ import annotations

import re

from tmuxplan.plan import shells
from tmuxplan.plan.markdown import Fence, Heading, Node
from tmuxplan.plan.model import Template
from tmuxplan.plan.patterns import lazy

_SECTION = lazy(
    r"\breports?\b[^\n]{0,40}\btemplate|\btemplate\b[^\n]{0,40}\breport"
    r"|\b(?:execution|final|run|status) report\b"
    r"|шаблон отч[её]та|报告模板|レポート",
    re.IGNORECASE,
)
_TEXT = {"", "markdown", "md", "text", "txt"}


def read(nodes: tuple[Node, ...]) -> Template | None:
    """The first such fence among the nodes outside tasks; `line` is its opening line."""
    inside: int | None = None
    for node in nodes:
        if isinstance(node, Heading):
            if inside is not None and node.level <= inside:
                inside = None
            if inside is None and _SECTION.search(node.text):
                inside = node.level
        elif inside is not None and isinstance(node, Fence) and shells.tag(node) in _TEXT:
            return Template(node.text, node.line)
    return None
