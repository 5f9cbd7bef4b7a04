"""The list of tasks, one of them chosen. Only what is seen is drawn, of ten or ten thousand."""

from __future__ import annotations

from typing import ClassVar

from rich.style import Style
from textual import events
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from tmuxplan.report.facts import TaskFacts
from tmuxplan.ui.dashboard.lines import MOVES, strip
from tmuxplan.ui.dashboard.rows import Shape, row, shape

_CHOSEN = Style(reverse=True)


class TaskList(ScrollView, can_focus=True):
    """Up and down choose; a click chooses, another one opens the log."""

    DEFAULT_CSS = "TaskList { overflow-x: hidden; scrollbar-size-vertical: 1; }"
    BINDINGS: ClassVar = [*MOVES]

    class Chosen(Message):
        """Another task is chosen, or the same one once more: `again`."""

        def __init__(self, again: bool = False) -> None:
            super().__init__()
            self.again = again

    def __init__(self, **names: str) -> None:
        super().__init__(**names)  # type: ignore[arg-type]
        self._tasks: tuple[TaskFacts, ...] = ()
        self._shape = Shape(4, 10, 11, 10, 0, 0)
        self.at = 0
        self.by_hand = False  # not by a message: what is drawn before it comes must know

    @property
    def chosen(self) -> TaskFacts | None:
        """The task that keys act on."""
        return self._tasks[self.at] if self.at < len(self._tasks) else None

    def show(self, tasks: tuple[TaskFacts, ...], keep: str) -> None:
        """These tasks; the one with the id `keep` stays chosen, where it is among them."""
        old, before, at = self._tasks, self._shape, self.at
        self._tasks = tasks
        ids = [task.id for task in tasks]
        self.at = ids.index(keep) if keep in ids else min(self.at, max(0, len(ids) - 1))
        self._shape = shape(tasks, self.size.width - 1)
        if len(old) != len(tasks):
            self.virtual_size = Size(self.size.width, len(tasks))
            self.refresh(layout=True)
        if self.at != at:
            self._reveal()
        if len(old) != len(tasks) or self._shape != before:
            self.refresh()
        else:
            self._refresh_changed(old, at)

    def _refresh_changed(self, old: tuple[TaskFacts, ...], at: int) -> None:
        """Of what can be seen, what is another line than before."""
        first = self.scroll_offset.y
        for y in range(first, min(first + self.size.height, len(old))):
            new = self._tasks[y]
            chosen = (y == at) != (y == self.at)
            if chosen or (new is not old[y] and row(new, self._shape) != row(old[y], self._shape)):
                self.refresh_line(y)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002
        """As many lines as tasks; below others, it leaves them room."""
        share = 0.6 if width < viewport.width - 10 else 0.4
        return max(3, min(len(self._tasks), int(viewport.height * share)))

    def choose(self, at: int) -> None:
        """The task on line `at`, from 0: a person wants it."""
        self.by_hand = True
        at = max(0, min(at, len(self._tasks) - 1))
        if not self._tasks:
            return
        old, self.at = self.at, at
        self.refresh_line(old)
        self.refresh_line(at)
        self._reveal()
        if old != at:
            self.post_message(self.Chosen())

    def _reveal(self) -> None:
        """A step at the edge scrolls by a line; what is far away comes to the middle."""
        first, height = self.scroll_offset.y, max(1, self.size.height)
        above, below = first - self.at, self.at - (first + height - 1)
        if max(above, below) > 1:
            to = self.at - height // 2
        elif above > 0:
            to = self.at
        elif below > 0:
            to = first + 1
        else:
            return
        self.scroll_to(y=max(0, to), animate=False, immediate=True, force=True)

    def action_by(self, by: int) -> None:
        self.choose(self.at + by)

    def action_first(self) -> None:
        self.choose(0)

    def action_last(self) -> None:
        self.choose(len(self._tasks) - 1)

    def action_pages(self, by: int) -> None:
        self.choose(self.at + by * max(1, self.size.height - 1))

    def on_click(self, event: events.Click) -> None:
        at = event.y + self.scroll_offset.y
        if at >= len(self._tasks):
            return
        again = at == self.at
        self.choose(at)
        if again and event.chain > 1:
            self.post_message(self.Chosen(again=True))

    def on_resize(self) -> None:
        self._shape = shape(self._tasks, self.size.width - 1)
        self.virtual_size = Size(self.size.width, len(self._tasks))
        self._reveal()
        self.refresh()

    def render_line(self, y: int) -> Strip:
        at = y + self.scroll_offset.y
        if at >= len(self._tasks):
            return Strip.blank(self.size.width)
        over = _CHOSEN if at == self.at else None
        return strip(row(self._tasks[at], self._shape), self.size.width, over)
