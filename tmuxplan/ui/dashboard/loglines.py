"""Lines of a log as a person reads them: steps, evidence and what is searched stand out. Pure."""

from __future__ import annotations

import msgspec
from rich.cells import cell_len
from rich.text import Text

from tmuxplan.report.facts import AttemptFacts, StepFacts
from tmuxplan.report.sheet import LogLine
from tmuxplan.ui.tables import short

_RESULTS = {
    "ok": ("✓", "green"),
    "failed": ("✗", "bold red"),
    "running": ("▶", "bold cyan"),
    "open": ("?", "bold red"),
    "not reached": ("·", "dim"),
}


class Marks(msgspec.Struct, frozen=True):
    """Of one attempt: lines that failed it, lines that warn, and its steps by number."""

    bad: frozenset[int] = frozenset()
    warned: frozenset[int] = frozenset()
    steps: dict[int, StepFacts] = {}


def marks(attempt: AttemptFacts | None) -> Marks:
    """What is known of the log's lines."""
    if attempt is None:
        return Marks()
    return Marks(
        bad=frozenset(e.log_line for e in attempt.failures if e.log_line and _is_output(e.kind)),
        warned=frozenset(e.log_line for e in attempt.warnings if e.log_line),
        steps={step.n: step for step in attempt.steps},
    )


def _is_output(kind: str) -> bool:
    """A step's own line is where it ended: its record stands there, not what it said."""
    return kind in ("marker", "criterion")


def log_line(line: LogLine, known: Marks, digits: int, width: int, needle: str = "") -> Text:
    """One line of the screen: its number, a mark, the text as it was printed."""
    shown = Text(no_wrap=True, end="")
    mark, style = _mark(line, known)
    shown.append(f"{line.n or '':>{digits}} ", "dim")
    shown.append(f"{mark} ", style or "dim")
    text = Text.from_ansi(line.text.expandtabs(8), no_wrap=True, end="")
    if line.step:
        text = Text(text.plain, "bold", no_wrap=True, end="")  # it was printed dim
    elif style and mark != "│":
        text.stylize(style)
    if needle:
        _highlight(text, needle)
    shown.append_text(text)
    if line.step:
        _with_result(shown, known.steps.get(line.step), len(known.steps), width)
    return shown


def _mark(line: LogLine, known: Marks) -> tuple[str, str]:
    if line.n in known.bad:
        return "✗", "bold red"
    if line.n in known.warned:
        return "⚠", "yellow"
    if line.step:
        step = known.steps.get(line.step)
        return _RESULTS[step.result] if step else ("▸", "bold")
    return "│", ""


def _highlight(text: Text, needle: str) -> None:
    plain, wanted = text.plain.casefold(), needle.casefold()
    at = plain.find(wanted)
    while at >= 0:
        text.stylize("black on yellow", at, at + len(wanted))
        at = plain.find(wanted, at + len(wanted))


def _with_result(shown: Text, step: StepFacts | None, of: int, width: int) -> None:
    """How the step ended, at the right edge of its command."""
    if step is None:
        return
    took = f" {short(step.seconds)}" if step.seconds is not None and step.seconds >= 1 else ""
    status = f" status {step.status}" if step.status else ""
    said = f" step {step.n}/{of}{status}{took} "
    room = width - cell_len(said)
    if room < width // 2:
        return
    shown.truncate(room, overflow="ellipsis", pad=True)
    shown.append(said, _RESULTS[step.result][1])
