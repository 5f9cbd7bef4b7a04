"""The rules above the tasks and above the log. Pure."""

from __future__ import annotations

from rich.cells import cell_len

from tmuxplan.report.facts import AttemptFacts, TaskFacts
from tmuxplan.ui.dashboard.cells import Line, Piece, fitted
from tmuxplan.ui.dashboard.rows import COLOURS, state_word
from tmuxplan.ui.tables import short


def tasks_title(shown: int, of: int, group: str, words: str, width: int) -> Line:
    """How many tasks there are, or which are shown."""
    if group == "all" and not words:
        return rule((Piece("Tasks", "bold"),), f"{of}", width)
    only = " ".join(part for part in (group if group != "all" else "", f'"{words}"' if words else ""
                                      ) if part)  # fmt: skip
    return rule(
        (Piece("Tasks", "bold"), Piece(f" only {only}", "bold yellow"), Piece("  Esc: all", "dim")),
        f"{shown} of {of}",
        width,
    )


def log_title(task: TaskFacts | None, attempt: AttemptFacts | None, width: int) -> Line:
    """Whose log it is, which attempt, where it stands."""
    if task is None:
        return rule((Piece("No task", "dim"),), "", width)
    word = state_word(task)
    named = (Piece(task.id, "bold"), Piece(f" {task.title} "), Piece(word, COLOURS[word]))
    return rule(named, _where(task, attempt), width)


def _where(task: TaskFacts, attempt: AttemptFacts | None) -> str:
    if attempt is None:
        return ""
    parts = []
    if len(task.attempts) > 1:
        parts.append(f"attempt {attempt.n} of {len(task.attempts)}")
    if attempt.current is not None:
        parts.append(f"step {attempt.current.n} of {len(task.steps)}")
    parts.append(short(attempt.seconds) or "0s")
    return " · ".join(parts)


def rule(named: Line, right: str, width: int) -> Line:
    """A rule across, with words at its left and its right."""
    tail = f" {right} ─" if right else "─"
    room = max(1, width - cell_len(tail) - 4)
    pieces: list[Piece] = [Piece("── ", "dim")]
    for piece in named:
        if room <= 0:
            break
        text = piece.text if cell_len(piece.text) <= room else fitted(piece.text, room)
        pieces.append(Piece(text, piece.style, piece.does))
        room -= cell_len(text)
    return (*pieces, Piece(" " + "─" * max(0, room) + tail, "dim"))
