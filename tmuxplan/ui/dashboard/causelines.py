"""Why the run fails, as far as it is known: one thing once, however many tasks it hit. Pure."""

from __future__ import annotations

from tmuxplan.report.causes import Cause
from tmuxplan.report.words import counted, listed, one_line
from tmuxplan.ui.dashboard.cells import Line, Piece, cut, spread
from tmuxplan.ui.dashboard.titles import rule


def why_lines(found: tuple[Cause, ...], width: int, most: int) -> list[Line]:
    """A title, then each cause: the reason and whom it hits, and where it shows; at most `most`
    lines. Empty where nothing fails."""
    if not found:
        return []
    title = rule((Piece("Why", "bold red"),), counted(len(found), "cause"), width)
    told = [_lines(cause, width) for cause in found]
    lines = [line for pair in told for line in pair]
    if len(lines) >= most:  # the reasons alone, as many as there is room for
        lines = [pair[0] for pair in told[: most - 1]]
        if len(told) > most - 1:
            more = counted(len(told) - most + 2, "other cause")
            lines[-1] = (Piece(f"   and {more}", "dim"),)
    return [title, *lines]


def _lines(cause: Cause, width: int) -> list[Line]:
    blocked = f", {counted(len(cause.blocked), 'task')} blocked" if cause.blocked else ""
    fault = cause.faults[0]
    where = f"step {fault.step}, " if fault.step else ""
    command = f": {one_line(fault.command, 120)}" if fault.command else ""
    mark = "bold red" if cause.kind == "failure" else "yellow"
    reason = (Piece(" ✗ ", mark), Piece(one_line(cause.words, 200), "bold"))
    whom = (Piece(f"  {listed(cause.tasks, 4)}{blocked} ", "red"),)
    return [
        spread(reason, whom, width),
        cut((Piece(f"     {fault.task} {where}{fault.place}{command}", "dim"),), width),
    ]
