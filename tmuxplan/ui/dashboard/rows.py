"""One task a line: its state, its step, its time against the plan's, its attempts. Pure."""

from __future__ import annotations

import msgspec
from rich.cells import cell_len

from tmuxplan.report.evidence import MARKS
from tmuxplan.report.facts import FAILURES, TaskFacts
from tmuxplan.ui.dashboard.cells import Line, Piece, Style, fitted
from tmuxplan.ui.tables import STYLES, reason, short

COLOURS: dict[str, Style] = {
    **STYLES,
    "needs you": STYLES["waiting"],
    "needs input": "bold magenta",
    "stalled": "bold yellow",
    "retry soon": "yellow",
    "waiting": "dim",
    "not asked": "dim",
}
"""By state as `state_word` calls it: what has not started waits here."""
GLYPHS = {"needs input": "❯", "stalled": "…", "retry soon": "↻"}
_WIDE = 110
_BAR = 8


class Shape(msgspec.Struct, frozen=True):
    """How wide each column is; 0: it is left out."""

    id: int
    title: int
    state: int
    why: int
    bar: int
    time: int


def shape(tasks: tuple[TaskFacts, ...], width: int) -> Shape:
    """The columns of a list of these tasks that is so wide."""
    ids = min(12, max((cell_len(task.id) for task in tasks), default=4))
    bar = _BAR if width >= _WIDE else 0
    time = 13 if width >= 60 else 0
    room = width - 3 - ids - 1 - 11 - 1 - (time and time + 1) - (bar and bar + 1)
    longest = max((cell_len(task.title) for task in tasks), default=0)
    title = max(0, min(longest, room * 2 // 5 if room > 30 else room // 2))
    return Shape(id=ids, title=title, state=11, why=max(0, room - title - 1), bar=bar, time=time)


def state_word(task: TaskFacts) -> str:
    """One word or two that say the state without any colour."""
    if task.retry_at is not None:
        return "retry soon"
    quiet = task.last.quiet if task.last else None
    if task.outcome == "running" and quiet is not None:
        return "stalled" if quiet.prompt is None else "needs input"
    words = {"waiting": "needs you", "not started": "waiting", "not asked for": "not asked"}
    return words.get(task.outcome, task.outcome)


def glyph(task: TaskFacts) -> str:
    """The state in one sign."""
    return GLYPHS.get(state_word(task)) or MARKS[task.outcome]


def time_words(task: TaskFacts) -> str:
    """Elapsed, against what it will take while that matters."""
    taken = short(task.last.seconds) if task.last else ""
    if task.expected_s is None or task.outcome not in ("running", "not started"):
        return taken
    planned = short(max(1.0, task.expected_s))
    return f"{taken} of {planned}" if taken else f"~{planned}"


def is_late(task: TaskFacts) -> bool:
    """It runs for longer than the plan says."""
    if task.outcome != "running" or task.estimate is None or task.last is None:
        return False
    return (task.last.seconds or 0.0) > task.estimate.high_s > 0


def row(task: TaskFacts, form: Shape) -> Line:
    """The line, exactly as wide as the shape says."""
    word = state_word(task)
    style = COLOURS[word]
    quiet = "dim" if word in ("waiting", "not asked", "passed") else ""
    cells = [
        Piece(f" {glyph(task)} ", style),
        Piece(fitted(task.id, form.id) + " ", quiet),
        Piece(fitted(task.title, form.title) + " ", "dim" if quiet and word != "passed" else ""),
        Piece(fitted(word, form.state) + " ", style),
        Piece(fitted(reason(task), form.why), _why_style(task, word)),
    ]
    if form.bar:
        cells.append(Piece(" " + bar(task, form.bar), "yellow" if is_late(task) else "cyan"))
    if form.time:
        late = "yellow" if is_late(task) else "dim" if word != "running" else ""
        cells.append(Piece(" " + fitted(time_words(task), form.time, right=True), late))
    return tuple(cells)


def bar(task: TaskFacts, width: int) -> str:
    """How much of its estimate is over, of what runs; blanks for everything else."""
    if task.outcome != "running" or task.expected_s is None or task.last is None:
        return " " * width
    share = min(1.0, (task.last.seconds or 0.0) / max(0.001, task.expected_s))
    full = int(share * width)
    return "━" * full + "─" * (width - full)


def _why_style(task: TaskFacts, word: str) -> Style:
    if task.outcome in FAILURES:
        return "red"
    if word in ("needs input", "needs you", "stalled"):
        return "bold"
    return "dim" if task.outcome != "running" else ""
