"""Rows as bars, in SVG: ours and everybody else's medians, with a line from least to most."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from benches.measure import OURS, Series
from benches.row import Row
from benches.show import number

WIDE, NAMES, BARS = 760, 200, 420
HIGH, GAP = 20, 34
STYLE = """\
<style>
text { font: 12px system-ui, sans-serif; fill: #1f2328 }
.head { font-weight: 600 }
.bar { fill: #9aa4b2 } .ours { fill: #2563eb }
.spread { stroke: #1f2328; stroke-width: 1.5 }
@media (prefers-color-scheme: dark) {
  text { fill: #e6edf3 } .bar { fill: #6e7681 } .ours { fill: #58a6ff }
  .spread { stroke: #e6edf3 }
}
</style>"""


def bars(rows: Iterable[Row]) -> str:
    """One group a row, each on its own scale."""
    parts: list[str] = []
    top = 0
    for row in rows:
        series = (row.ours, *row.others)
        most = max(max(one.values) for one in series) or 1.0
        parts.append(_text(0, top + 18, f"{row.work}: {row.measure}", "head"))
        top += GAP - 8
        for one in series:
            parts.append(_bar(one, top, BARS / most))
            top += HIGH
        top += GAP - HIGH
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDE} {top}" width="{WIDE}">'
    return "\n".join([head, STYLE, *parts, "</svg>", ""])


def _bar(one: Series, top: int, scale: float) -> str:
    low, high = NAMES + min(one.values) * scale, NAMES + max(one.values) * scale
    middle, kind = top + 7, "ours" if one.name == OURS else "bar"
    return "\n".join(
        (
            _text(0, top + 12, one.name),
            f'<rect class="{kind}" x="{NAMES}" y="{top}" '
            f'width="{max(1.0, one.median * scale):.1f}" height="14"/>',
            f'<line class="spread" x1="{low:.1f}" x2="{high:.1f}" y1="{middle}" y2="{middle}"/>',
            _text(round(high) + 8, top + 12, number(one.median)),
        )
    )


def _text(x: int, y: int, text: str, kind: str = "") -> str:
    named = f' class="{kind}"' if kind else ""
    return f'<text{named} x="{x}" y="{y}">{escape(text)}</text>'
