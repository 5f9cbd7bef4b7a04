"""Questions before something is done, and lines that are typed."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input

from tmuxplan.ui.dashboard.acts import Question
from tmuxplan.ui.dashboard.cells import Line, Piece, wrapped
from tmuxplan.ui.dashboard.lines import Lines


class Asking(ModalScreen[str | None]):
    """What was typed ("y" where only that is asked), or None."""

    DEFAULT_CSS = """
    Asking { align: center middle; background: transparent; }
    Asking > Vertical { width: 76; max-width: 96%; height: auto; padding: 1 2;
                        background: ansi_default; border: round ansi_yellow; }
    Asking Input { margin: 1 0; width: 1fr; background: ansi_default; color: ansi_default; }
    Asking Input > .input--selection { background: ansi_default; color: ansi_default;
                                       text-style: reverse; }
    """
    BINDINGS: ClassVar = [
        Binding("escape,ctrl+c", "no", show=False),
        Binding("y,Y", "yes", show=False),
        Binding("n,N,q", "no", show=False),
    ]

    def __init__(self, question: Question) -> None:
        super().__init__()
        self._question = question

    def compose(self) -> ComposeResult:
        asked = self._question
        with Vertical():
            yield Lines(id="said")
            if asked.prompt:
                line = Input(
                    value=asked.answer,
                    placeholder=asked.prompt,
                    compact=True,
                )
                line.cursor_blink = False
                yield line
            yield Lines(id="how")

    def on_mount(self) -> None:
        self._draw()

    def on_resize(self) -> None:
        self._draw()

    def _draw(self) -> None:
        asked, width = self._question, max(20, min(70, self.size.width * 96 // 100 - 8))
        said: list[Line] = [*wrapped((Piece(asked.title, "bold"),), width), ()]
        for text in asked.says:
            said += wrapped((Piece(text),), width)
        how: Line = (
            (Piece("Enter", "bold"), Piece(f": {asked.prompt} what is typed above;  ", "dim"),
             Piece("Esc", "bold"), Piece(": leave it", "dim", "screen.no"))
            if asked.prompt
            else (Piece(" y ", "bold reverse", "screen.yes"), Piece(" yes   ", "", "screen.yes"),
                  Piece(" n ", "bold reverse", "screen.no"), Piece(" no", "", "screen.no"))
        )  # fmt: skip
        self.query_one("#said", Lines).show(said)
        self.query_one("#how", Lines).show([(), how] if not asked.prompt else [how])

    def action_yes(self) -> None:
        if not self._question.prompt:
            self.dismiss("y")

    def action_no(self) -> None:
        self.dismiss(None)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        text = " ".join(event.value.split())
        if text:
            self.dismiss(text)
