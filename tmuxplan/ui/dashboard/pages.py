"""Screens of text over the main one: help, and why a task is as it is."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding
from textual.screen import ModalScreen

from tmuxplan.ui.dashboard.cells import Line, Piece
from tmuxplan.ui.dashboard.lines import Lines, Scroll

HELP = """\
Move
  up, down, PgUp, PgDn    choose a task; in the log: scroll
  Tab                     between the tasks and the log
  Enter                   the log on the whole screen, and back (Esc, too)
  End or f                follow the log's end again
  mouse                   click a task, a key, a count; the wheel scrolls

Look
  e                       why the task is as it is: evidence, lines, what to do
  g                       the graph of the tasks
  /                       filter the tasks by words; on the log: search in it
  n, N                    the next line that says it, the one before
  v                       the next group: all, trouble, needs you, running, waiting, done
  1 to 9                  attempt 1 to 9 of the task's log
  o                       the task's own window, to type into it

Act (asked first, where it can't be undone)
  r                       retry a task that did not pass
  s                       sign a task that waits for a person
  x                       skip a task that has not started
  p                       pause the run, and let it go on
  S                       stop the run
  c                       copy the command that runs the task again

  q                       leave; the run goes on\
"""


def help_lines() -> list[Line]:
    """The help, its headings bold."""
    return [(Piece(text, "" if text.startswith(" ") else "bold"),) for text in HELP.splitlines()]


class Page(ModalScreen[None]):
    """A text that scrolls; Esc goes back."""

    DEFAULT_CSS = """
    Page { background: ansi_default; }
    Page Scroll { height: 1fr; padding: 0 1; }
    """
    BINDINGS: ClassVar = [Binding("escape,q,question_mark,e,g,enter,ctrl+c", "back", show=False)]

    def __init__(self, title: str, lines: list[Line]) -> None:
        super().__init__()
        self._title, self._text = title, lines

    def compose(self) -> ComposeResult:
        yield Lines(id="title")
        yield Scroll()
        yield Lines(id="keys")

    def on_mount(self) -> None:
        self.query_one("#title", Lines).show([(Piece(f" {self._title}", "bold reverse"),), ()])
        self.query_one(Scroll).show(self._text)
        self.query_one("#keys", Lines).show([(Piece(" Esc", "bold"), Piece(" back", "dim"))])
        self.query_one(Scroll).focus()

    def action_back(self) -> None:
        self.dismiss(None)
