"""A widget of styled lines: never markup, one line of the screen each."""

from __future__ import annotations

from collections.abc import Sequence

from rich.segment import Segment
from rich.style import Style
from textual.binding import Binding
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.widget import Widget

from tmuxplan.ui.dashboard.cells import Line


def strip(line: Line, width: int, over: Style | None = None) -> Strip:
    """The line on the screen. `over`: one style for all of it, as that of what is chosen."""
    segments = []
    for piece in line:
        style = over if over is not None else Style.parse(piece.style)
        if piece.does:
            style += Style(meta={"@click": piece.does})
        segments.append(Segment(piece.text, style))
    return Strip(segments).adjust_cell_length(width, over)


MOVES = (
    Binding("up,k", "by(-1)", show=False),
    Binding("down,j", "by(1)", show=False),
    Binding("pageup", "pages(-1)", show=False),
    Binding("pagedown", "pages(1)", show=False),
    Binding("home", "first", show=False),
    Binding("end", "last", show=False),
)
"""What moves in a list of lines: its actions are `by`, `pages`, `first` and `last`."""


class Lines(Widget):
    """Some lines, as many as there are; only those that changed are drawn again."""

    DEFAULT_CSS = "Lines { width: 1fr; height: auto; }"

    def __init__(self, **names: str) -> None:
        super().__init__(**names)  # type: ignore[arg-type]
        self._lines: list[Line] = []

    def show(self, lines: Sequence[Line]) -> None:
        """These in place of those before."""
        old, self._lines = self._lines, list(lines)
        if len(old) != len(self._lines):
            self.display = bool(self._lines)
            self.refresh(layout=True)
            return
        if old != self._lines:
            self.refresh()

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002
        return len(self._lines)

    def render_line(self, y: int) -> Strip:
        line = self._lines[y] if y < len(self._lines) else ()
        return strip(line, self.size.width)


class Scroll(ScrollView, can_focus=True):
    """Lines that scroll, up and down."""

    DEFAULT_CSS = "Scroll { overflow-x: hidden; scrollbar-size-vertical: 1; }"

    def __init__(self, **names: str) -> None:
        super().__init__(**names)  # type: ignore[arg-type]
        self._lines: list[Line] = []

    def show(self, lines: Sequence[Line]) -> None:
        """These in place of those before; where one stands in them stays."""
        self._lines = list(lines)
        widest = max((sum(len(p.text) for p in line) for line in self._lines), default=0)
        self.virtual_size = Size(widest, len(self._lines))
        self.refresh()

    def render_line(self, y: int) -> Strip:
        at = y + self.scroll_offset.y
        line = self._lines[at] if at < len(self._lines) else ()
        return strip(line, self.size.width)
