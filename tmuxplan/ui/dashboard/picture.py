"""What is on the screen: a fold over the journal, and nothing else; drawn when it changed."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from concurrent.futures import CancelledError

from textual import work
from textual.app import App, ComposeResult
from textual.containers import Horizontal, Vertical
from textual.timer import Timer

from tmuxplan.errors import TmuxplanError
from tmuxplan.report.causes import Where
from tmuxplan.report.facts import AttemptFacts, Excerpt, RunFacts, TaskFacts
from tmuxplan.report.words import one_line
from tmuxplan.ui.dashboard.causelines import why_lines
from tmuxplan.ui.dashboard.cells import Line, Piece, cut
from tmuxplan.ui.dashboard.graph import graph_lines
from tmuxplan.ui.dashboard.heading import attention, heading
from tmuxplan.ui.dashboard.keyline import keys
from tmuxplan.ui.dashboard.layout import CSS, LOW, WIDE
from tmuxplan.ui.dashboard.lines import Lines
from tmuxplan.ui.dashboard.loglines import marks
from tmuxplan.ui.dashboard.logview import LogView
from tmuxplan.ui.dashboard.looking import Looking
from tmuxplan.ui.dashboard.picking import most_urgent, picked
from tmuxplan.ui.dashboard.rows import state_word
from tmuxplan.ui.dashboard.source import Source
from tmuxplan.ui.dashboard.tasklist import TaskList
from tmuxplan.ui.dashboard.titles import log_title, rule, tasks_title
from tmuxplan.ui.dashboard.waitinglines import waiting_lines

_MOST_DRAWN = 60
"""Tasks of a graph that is always drawn; the others' is behind a key."""
_TICK_S = 1.0
_SHARE = 20
"""A clock does not tick again before twenty times what it took: 5 % of a core at most."""


class Picture(App[tuple[str, ...]]):
    """Everything that is seen. Ends with the argv of what is to be shown instead."""

    CSS = CSS
    ENABLE_COMMAND_PALETTE = False

    def __init__(self, source: Source, *, plain: bool = False) -> None:
        super().__init__(ansi_color=True)
        self.theme = "ansi-dark"
        self.animation_level = "none"
        if plain:
            self.be_plain()
        self._source = source
        self._looking = Looking(source)
        self._group, self._words = "all", ""
        self._keep = ""
        self._whose_log: tuple[str, int] = ("", 0)
        self._attempt = 0
        self._clock: Timer | None = None
        self._ticks_left_out = 0
        self._graphed: tuple[object, ...] = ()

    def be_plain(self) -> None:
        """Without colours, as with NO_COLOR."""
        from textual.filter import NoColor  # noqa: PLC0415 (only here)

        if not self.no_color:
            self.no_color = True
            self._filters.append(NoColor())

    def compose(self) -> ComposeResult:
        yield Lines(id="head")
        with Horizontal(id="body"):
            with Vertical(id="left"):
                yield Lines(id="tasks-title")
                yield TaskList(id="tasks")
                yield Lines(id="causes")
                yield Lines(id="graph")
            with Vertical(id="right"):
                yield Lines(id="log-title")
                yield LogView(id="log")
        yield Lines(id="message")
        yield Lines(id="keys")

    def on_mount(self) -> None:
        self._tasklist = self.query_one(TaskList)
        self._logview = self.query_one(LogView)
        self._tasklist.focus()
        self._arrange()
        self._clock = self.set_interval(_TICK_S, self._tick)
        self._source.bell.ring(self._ring)
        self.call_after_refresh(self._look)

    def on_unmount(self) -> None:
        self._source.bell.close()

    def on_resize(self) -> None:
        self._arrange()
        self.call_after_refresh(self._draw)

    def _arrange(self) -> None:
        width, height = self.size
        screen = self.screen_stack[0]
        screen.set_class(width >= WIDE, "wide")
        screen.set_class(width < WIDE, "narrow")
        screen.set_class(height < LOW and width < WIDE, "low")

    # Looking

    def _ring(self) -> None:
        """In the bell's thread: returns when it is drawn. Who has left does not hear it."""
        with contextlib.suppress(RuntimeError, CancelledError):
            self.call_from_thread(self._heard)

    def _heard(self) -> None:
        if not self.screen_stack:
            return  # a person has just left
        self._look()
        self._logview.grown()

    def _tick(self) -> None:
        """Clocks of what runs. A run that is over costs nothing."""
        if self._ticks_left_out > 0:
            self._ticks_left_out -= 1
        else:
            self._look()

    def _look(self) -> None:
        began = self._source.now()
        try:
            self._looking.look()
        except TmuxplanError as error:
            self.say(str(error), "bold yellow")
            return
        self._draw()
        failed = self._looking.unread()
        if failed is not None:
            self._read(failed)
        took = max(0.0, self._source.now() - began)
        self._ticks_left_out = int(took * _SHARE / _TICK_S)

    @work(thread=True)
    def _read(self, failed: RunFacts) -> None:
        printed = self._looking.read(failed)
        self.call_from_thread(self._know, printed)

    def _know(self, printed: Mapping[Where, Excerpt]) -> None:
        self._looking.know(printed)
        if self.screen_stack:
            self._draw()

    # Drawing

    def _draw(self) -> None:
        run, width = self._looking.run, self.size.width
        if self._clock is not None:
            if run.state == "running":
                self._clock.resume()
            else:
                self._clock.pause()
        head = heading(run, self._looking.left, width)
        self._lines("head").show([*head, *attention(run, width, bare=self._source.bare)])
        shown = picked(run.tasks, self._group, self._words)
        self._tasklist.show(shown, self._to_keep())
        left = self._tasklist.size.width or width
        self._lines("tasks-title").show(
            [tasks_title(len(shown), len(run.tasks), self._group, self._words, left)]
        )
        most = max(3, self.size.height // 5)
        self._lines("causes").show(why_lines(self._looking.causes, left, most))
        self._draw_graph()
        self._draw_log()
        self._draw_keys()

    def _to_keep(self) -> str:
        """The task that stays chosen, or what needs a look while nobody has chosen."""
        if not self._tasklist.by_hand:
            return most_urgent(self._looking.run.tasks)
        return self.chosen.id if self.chosen else self._keep

    def _draw_graph(self) -> None:
        """Under the tasks, where a wide screen has room for all of it."""
        run, left = self._looking.run, self.query_one("#left").size
        chosen = self._tasklist.chosen
        states = (tuple(map(state_word, run.tasks)), chosen and chosen.id, left)
        if states == self._graphed or len(run.tasks) > _MOST_DRAWN:
            return
        self._graphed = states
        if self.size.width < WIDE:
            self._lines("graph").show([])
            return
        room = left.height - self._tasklist.size.height - self._lines("causes").size.height - 2
        lines = graph_lines(run, self._looking.plan.edges, chosen.id if chosen else "", left.width)
        title = rule((Piece("Graph", "bold"),), "", left.width)
        self._lines("graph").show([title, *lines] if len(lines) < room else [])

    def _draw_keys(self) -> None:
        whole = self.screen_stack[0].has_class("whole")
        line = keys(
            self._looking.run, self.chosen, self.size.width, whole=whole, bare=self._source.bare
        )
        self._lines("keys").show([line])

    def _draw_log(self) -> None:
        task = self.chosen
        self._keep = task.id if task else self._keep
        attempt = self._attempt_of(task)
        instead = waiting_lines(self._looking.run, task) if task and attempt is None else []
        wanted = (task.id, attempt.n) if task and attempt else (task.id if task else "", 0)
        if wanted != self._whose_log:
            self._whose_log = wanted
            self._source.bell.watch(*wanted)
            log = self._source.log(lambda: self._looking.state, *wanted) if attempt else None
            self._logview.look_at(log, instead)
        live = attempt is not None and attempt.verdict is None
        self._logview.tell(marks(attempt), live, instead)
        self._lines("log-title").show([log_title(task, attempt, self._logview.size.width)])

    def _attempt_of(self, task: TaskFacts | None) -> AttemptFacts | None:
        """The one that was asked for, else the newest."""
        if task is None or not task.attempts:
            return None
        if 0 < self._attempt <= len(task.attempts):
            return task.attempts[self._attempt - 1]
        return task.attempts[-1]

    @property
    def facts(self) -> RunFacts:
        """The run as it was seen last."""
        return self._looking.run

    @property
    def chosen(self) -> TaskFacts | None:
        """The chosen one, as it is now."""
        return self._tasklist.chosen

    def _lines(self, name: str) -> Lines:
        return self.screen_stack[0].query_one(f"#{name}", Lines)

    def say(self, text: str, style: str = "") -> None:
        """A line above the keys, until the next one."""
        if not self.screen_stack:
            return
        line: Line = (Piece(f" {one_line(text, 1000)}", style),)
        self._lines("message").show([cut(line, self.size.width)] if text else [])
