"""What `--wait` says when the run is over: what failed printed last, why, and what to do next."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from tmuxplan.report.causes import Cause
from tmuxplan.report.causes_told import text
from tmuxplan.report.decision import headline, tally
from tmuxplan.report.facts import FAILURES, Excerpt, RunFacts, TaskFacts
from tmuxplan.report.words import counted
from tmuxplan.ui.screen import Screen, rendered

MOST_TAILS = 5
_BEFORE = 3
"""Failures that are named of those before the lines that are shown."""
_WHOLE = 40
"""Tasks of a table that shows them all; of more, only those that did not pass."""


def ending(
    run: RunFacts, causes: tuple[Cause, ...], tails: Mapping[str, Excerpt], *, grouped: bool
) -> Iterator[str]:
    """Lines. `grouped`: in GitHub's log, which folds what stands between its commands."""
    if run.verdict != "NO GO":
        return
    yield from _tails(run, tails, grouped)
    why = text(causes)
    if why:
        yield ""
        yield "Why:"
        yield from (harmless(line) if grouped else line for line in why.splitlines())
    yield ""
    yield f"{headline(run)}; report: tmuxplan collect --run {run.id}"


def table(run: RunFacts, on: Screen) -> str:
    """What stands where the live table was; of many tasks, those that did not pass."""
    from tmuxplan.ui.tables import status_rows  # noqa: PLC0415 (Rich: terminals alone draw)

    shown = run.tasks
    if len(shown) > _WHOLE:
        shown = tuple(task for task in run.tasks if task.asked and task.outcome != "passed")
    lines = [rendered(status_rows(run, on, shown), on)] if shown else []
    return "\n".join([*lines, f"{tally(run)}; {headline(run)}"])


def _tails(run: RunFacts, tails: Mapping[str, Excerpt], grouped: bool) -> Iterator[str]:
    failed = [task for task in run.tasks if task.outcome in FAILURES and task.id in tails]
    for task in failed[:MOST_TAILS]:
        end = tails[task.id]
        title = f"{task.id} {task.title}: how its log ends, from line {end.first}"
        yield f"::group::{harmless(title)}" if grouped else f"\n{title}"
        shown = _marked(task, end)
        yield from (harmless(line) if grouped else line for line in shown)
        if grouped:
            yield "::endgroup::"
    if len(failed) > MOST_TAILS:
        more = counted(len(failed) - MOST_TAILS, "failed task")
        yield f"and {more} more: tmuxplan logs TASK"


def _marked(task: TaskFacts, end: Excerpt) -> Iterator[str]:
    """What failed before these lines, then these; ✗ beside those that say that it failed."""
    said = {e.log_line: e.text for e in task.last.failures if e.log_line} if task.last else {}
    before = [line for line in sorted(said) if line < end.first]
    yield from (f"  ✗ {said[line]} (line {line})" for line in before[:_BEFORE])
    if len(before) > _BEFORE:
        yield f"  ✗ and {len(before) - _BEFORE} more: tmuxplan explain {task.id}"
    if before:
        yield "  …"
    for n, line in enumerate(end.lines, end.first):
        yield f"  {'✗' if n in said else '│'} {line}"


def harmless(line: str) -> str:
    """No command for GitHub's runner, which also looks for the old ones within a line."""
    blank = len(line) - len(line.lstrip())
    rest = line[blank:].replace("##[", "## [")
    return f"{line[:blank]}{'│ ' if rest.startswith('::') else ''}{rest}"
