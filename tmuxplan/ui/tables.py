"""The table of a run's tasks, for `status` and the live view."""

from __future__ import annotations

import msgspec
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from tmuxplan.report.commands import resuming
from tmuxplan.report.decision import headline, tally
from tmuxplan.report.evidence import MARKS, why
from tmuxplan.report.facts import Outcome, RunFacts, TaskFacts
from tmuxplan.report.words import counted
from tmuxplan.ui.screen import Screen, rendered, screen

STYLES: dict[str, str] = {
    "passed": "green",
    "failed": "bold red",
    "timed out": "bold red",
    "lost": "bold red",
    "blocked": "yellow",
    "halted": "yellow",
    "skipped": "cyan",
    "waiting": "bold magenta",
    "running": "bold cyan",
    "not started": "dim",
    "not asked for": "dim",
}
_WIDE = 100
_AROUND = 9  # lines beside the rows: head, header, summary, notice, a footer, blanks
# What a person looks for first, where not every task fits.
_URGENT: tuple[Outcome, ...] = (
    "running", "waiting", "failed", "timed out", "lost", "blocked", "halted", "not started",
    "passed", "skipped", "not asked for",
)  # fmt: skip


def status_table(run: RunFacts, on: Screen | None = None) -> str:
    """The whole table as text that fits this screen (by default the one on stdout)."""
    on = on or screen()
    return rendered(status_view(run, on), on)


def status_view(run: RunFacts, on: Screen) -> RenderableType:
    """Header, one row a task, and the verdict so far; at most `on.height` lines, if it is set."""
    rows = status_rows(run, msgspec.structs.replace(on, height=_rows_for(on)))
    return Group(_head(run), Text(), rows, Text(), *_summary(run))


def _rows_for(on: Screen) -> int:
    return max(1, on.height - _AROUND) if on.height else 0


def status_rows(run: RunFacts, on: Screen, tasks: tuple[TaskFacts, ...] = ()) -> RenderableType:
    """One row a task (of all, or these), at most `on.height`, if it is set: the most urgent, and
    how many there are besides."""
    tasks = tasks or run.tasks
    shown, left = tasks, 0
    if on.height and len(tasks) > on.height:
        shown = _most_urgent(tasks, max(1, on.height - 1))
        left = len(tasks) - len(shown)
    more = [_line(f"  … and {left} more tasks: tmuxplan status", "dim")] if left else []
    return Group(_table(shown, on), *more)


def verdict_style(run: RunFacts) -> str:
    """The colour of the verdict; the word always stands beside it."""
    colours = {"GO": "bold green", "NO GO": "bold red", "PENDING": "bold magenta"}
    return colours.get(run.verdict or "", "bold" if run.state == "running" else "bold yellow")


def _head(run: RunFacts) -> Text:
    state = {"running": "running", "ended": "ended", "dead": "its supervisor is gone"}[run.state]
    return _line(f"{run.plan_title}  {run.id}  {state}, {short(run.seconds)}", "bold")


def _summary(run: RunFacts) -> list[Text]:
    found = [Text(tally(run)), Text(f"{headline(run)}{_stands(run)}", verdict_style(run))]
    return found + [_line(f"notice: {notice}", "yellow") for notice in run.notices[-1:]]


def _stands(run: RunFacts) -> str:
    """Why nothing new starts, where that is so."""
    if run.state == "dead":
        return f"; go on: {resuming(run)}"
    if run.ended:
        return ""
    if run.stopping:
        return f" ({'halting' if run.halting else 'stopping'}: {run.stopping})"
    if run.paused:
        return f" (paused by {run.paused}: nothing new starts; tmuxplan unpause)"
    return ""


def _table(tasks: tuple[TaskFacts, ...], on: Screen) -> Table:
    wide = on.width >= _WIDE
    table = Table(box=None, padding=(0, 1), pad_edge=False, expand=True, header_style="bold")
    # Rich would take a column away that does not fit: the narrow ones are told their least.
    table.add_column("", width=1)
    longest = max((len(task.id) for task in tasks), default=2)
    table.add_column("id", no_wrap=True, min_width=min(12, longest), max_width=12)
    table.add_column("title", no_wrap=True, overflow="ellipsis", ratio=2)
    table.add_column("state", no_wrap=True, min_width=11, max_width=13)
    table.add_column("", no_wrap=True, overflow="ellipsis", ratio=3)
    table.add_column("time", no_wrap=True, justify="right", min_width=6)
    if wide:
        table.add_column("tries", no_wrap=True, justify="right")
    for task in tasks:
        mark, style = _look(task)
        cells = (
            Text(mark, style),
            Text(task.id, overflow="ellipsis"),
            Text(task.title),
            Text(_state(task), style),
            Text(reason(task)),
            Text(_time(task)),
        )
        table.add_row(*cells, *([Text(str(len(task.attempts) or ""))] if wide else []))
    return table


def _look(task: TaskFacts) -> tuple[str, str]:
    """Its mark and its colour; the same marks as in the names of tmux's windows."""
    quiet = task.last.quiet if task.last else None
    if quiet is None or task.outcome != "running" or task.retry_at is not None:
        return MARKS[task.outcome], STYLES[task.outcome]
    return ("…", "yellow") if quiet.prompt is None else ("❯", "bold yellow")


def _state(task: TaskFacts) -> str:
    if task.retry_at is not None:
        return "to be retried"
    quiet = task.last.quiet if task.last else None
    if quiet is None or task.outcome != "running":
        return task.outcome
    return "stalled" if quiet.prompt is None else "needs input"


def reason(task: TaskFacts) -> str:
    """What the state rests on: the step that runs, the failure, what it waits for."""
    again = f"attempt {len(task.attempts)}: " if len(task.attempts) > 1 else ""
    if task.outcome == "passed" and not task.signed_by:
        warned = len(task.last.warnings) if task.last else 0
        return f"{again}{counted(warned, 'warning')}" if warned else again.removesuffix(": ")
    said = why(task)
    return again + (said if said != task.outcome else "")


def _time(task: TaskFacts) -> str:
    """Elapsed, against what it will take while that matters."""
    taken = short(task.last.seconds) if task.last else ""
    expected = task.expected_s
    if expected is None or task.outcome not in ("running", "not started"):
        return taken
    will_take = short(max(1.0, expected))
    return f"{taken}/{will_take}" if taken else f"~{will_take}"


def short(seconds: float | None) -> str:
    """ "45s", "3m05s", "1h12m"; empty where it is not known."""
    if seconds is None:
        return ""
    whole = int(seconds)
    if whole < 60:
        return f"{whole}s"
    if whole < 3600:
        return f"{whole // 60}m{whole % 60:02d}s"
    return f"{whole // 3600}h{whole % 3600 // 60:02d}m"


def _most_urgent(tasks: tuple[TaskFacts, ...], count: int) -> tuple[TaskFacts, ...]:
    rank = {outcome: n for n, outcome in enumerate(_URGENT)}
    chosen = {
        t.id for t in sorted(tasks, key=lambda t: (not _is_quiet(t), rank[t.outcome]))[:count]
    }
    return tuple(task for task in tasks if task.id in chosen)


def _is_quiet(task: TaskFacts) -> bool:
    return task.outcome == "running" and task.last is not None and task.last.quiet is not None


def _line(text: str, style: str = "") -> Text:
    return Text(text, style, no_wrap=True, overflow="ellipsis")
