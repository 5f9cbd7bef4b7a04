"""A summary for a terminal, a mail or a chat: plain text, no control sequences. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tmuxplan.report.causes_told import text as told
from tmuxplan.report.decision import headline, tally
from tmuxplan.report.evidence import MARKS, why
from tmuxplan.report.facts import RunFacts, TaskFacts
from tmuxplan.report.provenance import provenance
from tmuxplan.report.sheet import Sheet
from tmuxplan.report.steps import next_steps
from tmuxplan.report.words import clock, one_line, span

MOST = 60
_CODE = re.compile(r"(?P<ticks>`+)(?P<text>.+?)(?<!`)(?P=ticks)(?!`)")
_ESCAPE = re.compile(r"\\(.)")


def render(sheet: Sheet) -> str:
    """`collect -f text`."""
    return "\n".join(_lines(sheet)) + "\n"


def _lines(sheet: Sheet) -> Iterator[str]:
    run = sheet.run
    yield f"{headline(run)}"
    yield f"{run.plan_title} ({run.plan_path}), run {run.id}"
    yield f"{tally(run)}; {span(run.seconds)}, from {clock(run.started)}"
    if run.rule:
        yield f"rule: {one_line(run.rule, 1000)}"
    if run.partial:
        yield "only a part of the plan was asked for"
    if sheet.causes:
        yield from ("", "Causes", told(sheet.causes).rstrip("\n"))
    yield from ("", "Tasks", *_tasks(run))
    yield from ("", "Next", *(f"  {_plain(step)}" for step in next_steps(run, below=False)))
    yield from ("", "About this run", *(f"  {s.label}: {s.text}" for s in provenance(run)))


def _tasks(run: RunFacts) -> Iterator[str]:
    """All where they are few; else those that did not pass."""
    shown = run.tasks
    if len(shown) > MOST:
        shown = tuple(task for task in shown if task.outcome != "passed")[:MOST]
    wide = max((len(task.id) for task in shown), default=0)
    for task in shown:
        yield _task(task, wide)
    if len(shown) < len(run.tasks):
        yield f"  and {len(run.tasks) - len(shown)} more"


def _task(task: TaskFacts, wide: int) -> str:
    attempts = f", attempt {len(task.attempts)}" if len(task.attempts) > 1 else ""
    said = f": {one_line(why(task), 160)}" if why(task) else ""
    mark = MARKS[task.outcome].strip() or "-"
    return f"  {mark} {task.id:<{wide}} {task.title} ({task.outcome}{attempts}{said})"


def _plain(step: str) -> str:
    """A Markdown list item as its words: no code spans, no escapes; a command as it is typed."""
    found, at = [], 0
    for span_ in _CODE.finditer(step):
        found += [_ESCAPE.sub(r"\1", step[at : span_.start()]), span_["text"].strip()]
        at = span_.end()
    return "".join((*found, _ESCAPE.sub(r"\1", step[at:])))
