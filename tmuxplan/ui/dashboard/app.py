"""Mission control: the picture of a run, and what its keys do."""

from __future__ import annotations

from typing import ClassVar

from textual import work

from tmuxplan.errors import TmuxplanError
from tmuxplan.run.control import Request
from tmuxplan.ui.dashboard import acts
from tmuxplan.ui.dashboard.asking import Asking
from tmuxplan.ui.dashboard.cells import Line, Piece
from tmuxplan.ui.dashboard.graph import graph_lines
from tmuxplan.ui.dashboard.layout import KEYS
from tmuxplan.ui.dashboard.pages import Page, help_lines
from tmuxplan.ui.dashboard.picking import following_group
from tmuxplan.ui.dashboard.picture import Picture
from tmuxplan.ui.dashboard.tasklist import TaskList


class Dashboard(Picture):
    """Ends with the argv of what is to be shown instead; empty: a person left."""

    BINDINGS: ClassVar = list(KEYS)

    def on_task_list_chosen(self, event: TaskList.Chosen) -> None:
        self._attempt = 0
        self.say("")
        self._draw_log()
        self._draw_keys()
        if event.again:
            self.action_whole_log()

    def action_leave(self) -> None:
        try:
            stays = self._source.leave()
        except TmuxplanError as error:
            self.say(str(error), "yellow")
            return
        if not stays:
            self.exit(())

    async def action_quit(self) -> None:
        """Textual's own key: also in window 0, where the screen must stay."""
        self.action_leave()

    def action_help(self) -> None:
        self.push_screen(Page("Keys", help_lines()))

    def action_explain(self) -> None:
        task = self.chosen
        if task is None:
            return
        text = self._looking.explained(task)
        lines: list[Line] = [
            (Piece(f" {line}", "bold" if line.endswith(":") else ""),) for line in text.splitlines()
        ]
        self.push_screen(Page(f"Why {task.id}", lines))

    def action_graph(self) -> None:
        chosen = self.chosen.id if self.chosen else ""
        lines = graph_lines(self._looking.run, self._looking.plan.edges, chosen, self.size.width)
        self.push_screen(Page("Graph", lines))

    def action_other(self) -> None:
        """Between the list and the log; where only one is seen there is no other."""
        if self.focused is self._tasklist and self._logview.display:
            self._logview.focus()
        elif not self.screen_stack[0].has_class("whole"):
            self._tasklist.focus()

    def action_whole_log(self) -> None:
        screen = self.screen_stack[0]
        screen.toggle_class("whole")
        (self._logview if screen.has_class("whole") else self._tasklist).focus()
        self.call_after_refresh(self._draw)

    def action_escape(self) -> None:
        if self.screen_stack[0].has_class("whole"):
            self.action_whole_log()
        elif self._words or self._group != "all":
            self._group, self._words = "all", ""
            self._draw()
        self._logview.needle = ""
        self._logview.refresh()
        self._tasklist.focus()
        self.say("")

    def action_group(self) -> None:
        self.action_only(following_group(self._group))

    def action_only(self, group: str) -> None:
        """Only tasks of this group or state; once more: all."""
        self._group = "all" if group == self._group else group
        self._draw()

    def action_choose(self, number: str) -> None:
        """The task with this number in the plan."""
        self._group, self._words = "all", ""
        while len(self.screen_stack) > 1:
            self.pop_screen()
        self._draw()
        self._tasklist.choose(int(number) - 1)

    def action_attempt(self, n: int) -> None:
        task = self.chosen
        if task is None or n > len(task.attempts):
            self.say(f"there is no attempt {n}", "yellow")
            return
        self._attempt = n
        self._draw_log()

    @work
    async def action_filter(self) -> None:
        """On the list: by words; on the log: search in it."""
        searching = self.focused is self._logview
        asked = acts.Question(
            "Search in the log" if searching else "Show only tasks that say",
            (),
            "for" if searching else "by",
            self._logview.needle if searching else self._words,
        )
        text = await self.push_screen_wait(Asking(asked))
        if text is None:
            return
        if searching:
            self._logview.needle, self._logview.found = text, 0
            self.action_find(False)
        else:
            self._words = text
            self._draw()

    def action_find(self, backwards: bool) -> None:
        if self._logview.needle:
            self._find(backwards)
        else:
            self.say("nothing is searched: Tab to the log, then /", "yellow")

    @work(thread=True, exclusive=True, group="find")
    def _find(self, backwards: bool) -> None:
        """In a thread: a gigabyte takes seconds."""
        needle = self._logview.needle
        line = self._logview.search(backwards)
        self.call_from_thread(self._found, needle, line)

    def _found(self, needle: str, line: int) -> None:
        if not line:
            self.say(f"{needle}: not in this log", "yellow")
            return
        self._logview.show_found(line)
        self.say(f"{needle}: line {line}; n: next, N: before, Esc: done")

    def action_copy(self) -> None:
        command = acts.command(self._looking.run, self.chosen)
        self.copy_to_clipboard(command)
        self.say(f"copied, where the terminal allows it: {command}", "bold")

    def action_visit(self) -> None:
        task = self.chosen
        if task is None:
            return
        try:
            argv = self._source.visit(task.id)
        except TmuxplanError as error:
            self.say(str(error), "yellow")
            return
        if argv:
            self.exit(argv)

    @work
    async def action_act(self, act: str) -> None:
        """Ask what has to be asked, then the supervisor."""
        run, task = self._looking.run, self.chosen
        refused = acts.may(act, run, task, bare=self._source.bare)
        if refused:
            self.say(refused, "yellow")
            return
        question = acts.question(act, run, task, self._source.name)
        text = await self.push_screen_wait(Asking(question)) if question is not None else ""
        if text is None:
            self.say("nothing was done")
            return
        self._act(acts.request(act, run, task, self._source.name, text))

    @work(thread=True)
    def _act(self, request: Request) -> None:
        """In a thread: a supervisor that is busy must not hold the screen up."""
        try:
            said, style = self._source.act(request), ""
        except TmuxplanError as error:
            said, style = f"not done: {error}", "bold yellow"
        self.call_from_thread(self.say, said, style)
