"""A task's log, live: it stays at the end until one scrolls back, and reads what is seen."""

from __future__ import annotations

from typing import ClassVar

from rich.style import Style
from textual.binding import Binding
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from tmuxplan.report.sheet import LogLine
from tmuxplan.ui.dashboard.cells import Line, Piece
from tmuxplan.ui.dashboard.lines import MOVES, strip
from tmuxplan.ui.dashboard.loglines import Marks, log_line
from tmuxplan.ui.dashboard.source import Log

LAG_S = 0.3
"""Bytes younger than this wait: the journal names a secret just after it was printed."""


class LogView(ScrollView, can_focus=True):
    """What is in sight of a log of any length, or some lines in its place."""

    DEFAULT_CSS = "LogView { overflow-x: hidden; scrollbar-size-vertical: 1; }"
    BINDINGS: ClassVar = [
        *MOVES,
        Binding("b", "pages(-1)", show=False),
        Binding("space", "pages(1)", show=False),
        Binding("f", "last", show=False),
    ]

    def __init__(self, **names: str) -> None:
        super().__init__(**names)  # type: ignore[arg-type]
        self._log: Log | None = None
        self._instead: list[Line] = []
        self._marks = Marks()
        self._known: dict[int, LogLine] = {}
        self._seen = (0, 0)
        self._due = False
        self._early: tuple[LogLine, ...] = ()
        self._hidden = 0
        self._live = False
        self.follows = True
        self.needle = ""
        self.found = 0

    def look_at(self, log: Log | None, instead: list[Line]) -> None:
        """Another log, from its end; None: these lines in its place."""
        self._log, self._instead = log, instead
        self._known, self._seen, self.follows, self.found = {}, (0, 0), True, 0
        self._due, self._early = False, ()
        self._size_up()
        self.scroll_to(y=0, animate=False, immediate=True)
        self.refresh()

    def tell(self, marks: Marks, live: bool, instead: list[Line]) -> None:
        """What is known of its lines now; `live`: more may come, and the newest bytes wait."""
        if instead != self._instead:
            self._instead = instead
            self._size_up()
        hidden = self._log.hidden if self._log is not None else 0
        if (marks, hidden) != (self._marks, self._hidden):
            if hidden != self._hidden:
                self._known.clear()
            self._marks, self._hidden = marks, hidden
            self.refresh()
        self._live = live
        self.grown()

    def grown(self) -> None:
        """The file may be longer than it was."""
        if self._log is None or self._due or self._log.size() == self._seen[0]:
            return
        self._due = True
        size = self._log.size()
        if self._live and self._seen[0]:
            log = self._log
            self.set_timer(LAG_S, lambda: self._show_of(log, size))
        else:
            self._show(size)

    def _show_of(self, log: Log, until: int) -> None:
        if log is self._log:  # else another is looked at by now
            self._show(until)

    def _show(self, until: int) -> None:
        if self._log is None:
            self._due = False
            return
        if not self._log.grow(until):
            if not self._seen[0] and not self._early:
                self._early = tuple(self._log.last(max(1, self.size.height)))
                self.refresh()
            log = self._log
            self.set_timer(0.01, lambda: self._show_of(log, until))  # let others draw meanwhile
            return
        self._due, self._early = False, ()
        if not self._seen[1]:
            self.follows = True  # whatever the log before it made of where we are
        # The last line may have been printed in part.
        self._known.pop(self._seen[1], None)
        self._seen = (until, self._log.count)
        self._size_up()
        self.refresh()
        self.grown()

    def _count(self) -> int:
        """Its lines, without the last record, which stands alone and says nothing."""
        if self._log is None:
            return len(self._instead)
        last = self._log.lines(self._log.count, 1)
        return self._log.count - bool(last and not last[0].text)

    def _size_up(self) -> None:
        count = self._count()
        self.virtual_size = Size(self.size.width, count)
        if self.follows and self._log is not None:
            # Forced: whether there is a scroll bar is known only once all this is drawn.
            self.scroll_end(animate=False, immediate=True, force=True)

    def on_resize(self) -> None:
        self._size_up()

    def search(self, backwards: bool = False) -> int:
        """The number of the next line that says `needle`; 0: none. A gigabyte takes seconds."""
        if self._log is None or not self.needle:
            return 0
        start = self.found or (self._log.count + 1 if backwards else self.scroll_offset.y)
        return self._log.find(self.needle, start, backwards)

    def show_found(self, line: int) -> None:
        """Show this line, from 1, as the one that was found."""
        self.found = line
        self.go_to(line)

    def go_to(self, line: int) -> None:
        """Show this line, from 1."""
        self.follows = False
        self.scroll_to(y=max(0, line - 1 - self.size.height // 3), animate=False, force=True)
        self.refresh()

    def watch_scroll_y(self, old: float, new: float) -> None:
        super().watch_scroll_y(old, new)
        if new < old:
            self.follows = False
        elif self.scroll_offset.y >= self.max_scroll_y:
            self.follows = True

    def action_by(self, by: int) -> None:
        self.scroll_relative(y=by, animate=False)

    def action_pages(self, by: int) -> None:
        self.scroll_relative(y=by * max(1, self.size.height - 1), animate=False)

    def action_first(self) -> None:
        self.scroll_home(animate=False)

    def action_last(self) -> None:
        self.follows = True
        self.scroll_end(animate=False)

    def render_line(self, y: int) -> Strip:
        at, width = y + self.scroll_offset.y, self.size.width
        if self._log is None:
            return strip(self._instead[at] if at < len(self._instead) else (), width)
        line = self._line(at + 1) if at < self.virtual_size.height else None
        if self._early:
            line = self._early[y] if y < len(self._early) else None
        if line is None and y == 0 and not self._log.count:
            return strip((Piece(" nothing was printed" + " yet" * self._live, "dim"),), width)
        if line is None:
            return Strip.blank(width)
        digits = max(3, len(str(self._log.count)))
        text = log_line(line, self._marks, digits, width, self.needle)
        segments = list(text.render(self.app.console))
        over = Style(reverse=True) if line.n == self.found else None
        return Strip(segments).adjust_cell_length(width).apply_style(over or Style())

    def _line(self, n: int) -> LogLine | None:
        """Read with those around it, and remembered while it is in sight."""
        if self._log is None or n > self._log.count:
            return None
        if n not in self._known:
            height = max(1, self.size.height)
            if len(self._known) > 8 * height:
                self._known.clear()
            first = self.scroll_offset.y + 1
            for line in self._log.lines(max(1, min(n, first)), height + 1):
                self._known[line.n] = line
        return self._known.get(n)
