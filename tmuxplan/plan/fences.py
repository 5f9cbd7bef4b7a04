"""Fences as authors write them, where CommonMark reads them otherwise (grammar R3 to R5).

Nested fences of the same length, fences indented or closed too deep, and a ``` inside a
heredoc. `relaxed` gives the text with those fences put so that CommonMark reads them as meant.
"""

from __future__ import annotations

import re
from bisect import bisect_right

import msgspec

from tmuxplan.plan import shells
from tmuxplan.plan.markdown import Fence, Node
from tmuxplan.plan.patterns import lazy

_OPENER = lazy(
    r"^(?P<prefix>[ \t>]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)*)(?P<marks>`{3,}|~{3,})(?P<info>[^\n]*)$"
)
_CLOSER = lazy(r"^(?P<indent>[ \t>]*)(?P<marks>`{3,}|~{3,})[ \t]*$")
_HEREDOC = lazy(r"(?<!<)<<(?P<dash>-?)\s*(?P<quote>['\"\\]?)(?P<word>[A-Za-z_]\w*)(?P=quote)?")
_WORD = lazy(r"^\s*[A-Za-z_]\w*\s*$")
_OUTER = {"markdown", "md", "text", "txt", "xml", ""}


class Span(msgspec.Struct, frozen=True):
    """One fence, from its opening line to its closing line (None: never closed)."""

    line: int
    end: int | None
    info: str
    body: str


class Relaxed(msgspec.Struct, frozen=True):
    """`text` for CommonMark; `bodies` by opening line; `lines` where the two readings differ."""

    text: str
    bodies: dict[int, str]
    lines: tuple[int, ...]


def relaxed(text: str, nodes: tuple[Node, ...]) -> Relaxed | None:
    """The lenient reading, or None where it is CommonMark's, which read `nodes`."""
    lines = text.split("\n")
    strict = {n.line: n for n in nodes if isinstance(n, Fence)}
    spans = scan(lines)
    other = [span for span in spans if not _same(span, strict.get(span.line))]
    if not other:
        return None
    for span in other:
        end = span.end or len(lines) + 1
        lines[span.line - 1] = "```" + span.info.replace("`", "")
        lines[span.line : end - 1] = [""] * (end - 1 - span.line)
        if span.end:
            lines[end - 1] = "```"
    bodies = {span.line: span.body for span in other}
    return Relaxed("\n".join(lines), bodies, tuple(sorted(bodies)))


def restore(nodes: tuple[Node, ...], bodies: dict[int, str]) -> tuple[Node, ...]:
    """`nodes` of a relaxed text with their bodies put back."""
    return tuple(
        msgspec.structs.replace(n, text=bodies[n.line])
        if isinstance(n, Fence) and n.line in bodies
        else n
        for n in nodes
    )


def _same(span: Span, fence: Fence | None) -> bool:
    if fence is None:
        return False
    return span.body == fence.text and (span.end is not None) == fence.closed


def scan(lines: list[str]) -> list[Span]:
    """The outermost fences of `lines`, line by line."""
    spans: list[Span] = []
    heredocs = _Heredocs(lines)
    number, comment = 0, False
    while number < len(lines):
        line = lines[number]
        opener = None if comment else _opener(line)
        if opener is None:
            if comment or "<!--" in line:
                comment = "<!--" in line.rpartition("-->")[2] or (comment and "-->" not in line)
            number += 1
            continue
        close = _close(lines, number, opener, heredocs)
        end = len(lines) - (not lines[-1]) if close is None else close
        body = _body(lines[number + 1 : end], opener["prefix"])
        info = opener["info"].strip()
        spans.append(Span(number + 1, None if close is None else close + 1, info, body))
        number = end + 1
    return spans


def _opener(line: str) -> re.Match[str] | None:
    if "```" not in line and "~~~" not in line:  # as in most of 100,000 lines
        return None
    found = _OPENER.match(line)
    if found is None or (found["marks"][0] == "`" and "`" in found["info"]):
        return None
    return found


def _close(lines: list[str], start: int, opener: re.Match[str], heredocs: _Heredocs) -> int | None:
    """The index of the closing line; inner fences and heredocs are passed over."""
    marks = opener["marks"]
    fence = Fence(0, opener["info"].strip(), "")
    tag, shell = shells.tag(fence), shells.language(fence)
    limit = len(opener["prefix"].expandtabs(4)) + 3
    inner, number = 0, start + 1
    while number < len(lines):
        line = lines[number]
        after = heredocs.end(number) if shell and "<<" in line else None
        if after is not None:
            number = after + 1
            continue
        closer = _CLOSER.match(line) if marks in line else None
        if closer and closer["marks"].startswith(marks):
            if not inner and len(closer["indent"].expandtabs(4)) <= max(limit, 3):
                return number
            inner -= inner > 0
        elif tag in _OUTER and (nested := _opener(line)) and nested["marks"].startswith(marks):
            inner += bool(nested["info"].strip())
        number += 1
    return None


class _Heredocs:
    """Where heredocs end that hold fences; looked up, since plans have 100,000 lines."""

    def __init__(self, lines: list[str]) -> None:
        self._lines = lines
        self._words: dict[str, list[int]] = {}
        self._fences = [0]
        for number, line in enumerate(lines):
            fence = ("```" in line or "~~~" in line) and _OPENER.match(line)
            self._fences.append(self._fences[-1] + bool(fence))
            word = line.strip()
            if " " not in word and _WORD.match(word):
                self._words.setdefault(word, []).append(number)

    def end(self, number: int) -> int | None:
        """The last line of a heredoc that opens on this line and holds whole fences, or None."""
        line = self._lines[number]
        opened = _HEREDOC.search(line)
        if opened is None or line.lstrip().startswith("#"):
            return None
        ends = self._words.get(opened["word"], [])
        at = bisect_right(ends, number)
        if at == len(ends):
            return None
        # An odd number of fences between is this block's own end and another's beginning.
        held = self._fences[ends[at]] - self._fences[number + 1]
        return ends[at] if held and held % 2 == 0 else None


def _body(lines: list[str], prefix: str) -> str:
    """The body without the opener's own indentation, or its quote marks."""
    if ">" in prefix:
        lines = [re.sub(r"^[ \t]{0,3}>[ \t]?", "", line) for line in lines]
        prefix = prefix.rpartition(">")[2].removeprefix(" ")
    width = len(prefix.expandtabs(4))
    if width:
        lines = [_outdent(line, width) for line in lines]
    return "".join(f"{line}\n" for line in lines)


def _outdent(line: str, width: int) -> str:
    """Up to `width` columns of leading blanks taken off."""
    taken = 0
    for position, char in enumerate(line):
        if taken >= width or char not in " \t":
            return " " * max(0, taken - width) + line[position:]
        taken += 4 - taken % 4 if char == "\t" else 1
    return ""
