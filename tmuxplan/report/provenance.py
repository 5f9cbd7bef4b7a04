"""What an auditor asks of a run: what ran, where, when, by whom, and what people or settings
changed of the plan. The same in every format. Pure."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from tmuxplan.report.commands import again
from tmuxplan.report.facts import RunFacts, TaskFacts
from tmuxplan.report.words import clock, code, listed, one_line, prose, span
from tmuxplan.version import VERSION

_LONGEST = 10_000  # cut, a command would be another


class Stated(msgspec.Struct, frozen=True):
    """One line: clean text. `code`: it is a path, a hash, an id or a command. `task`: it speaks
    of this one."""

    label: str
    text: str
    code: bool = False
    task: str = ""


def provenance(run: RunFacts) -> Iterator[Stated]:
    """All of it, in the order in which reports show it."""
    yield Stated("Plan", run.plan_title)
    yield Stated("Plan's file", run.plan_path, code=True)
    yield Stated("Plan's SHA-256", run.sha256, code=True)
    yield Stated("Run", run.id, code=True)
    yield Stated("State", f"{run.state}; {run.stopping}" if run.stopping else run.state)
    yield Stated("Started", clock(run.started))
    yield Stated("Ended", clock(run.ended) if run.ended else "not ended")
    yield Stated("Duration", span(run.seconds))
    yield Stated("Host", run.host)
    yield Stated("Launched by", run.user)
    yield Stated("Directory", run.cwd, code=True)
    yield Stated("The same again", again(run), code=True)
    yield Stated("tmuxplan", f"{run.version}, backend {run.backend}")
    yield Stated("This report", f"by {VERSION} at {clock(run.now)}")
    yield from changed(run)
    yield from (Stated("Notice", notice) for notice in run.notices)


def markdown(run: RunFacts) -> Iterator[str]:
    """The same as items of a list."""
    for stated in provenance(run):
        said = code(stated.text, _LONGEST) if stated.code else prose(stated.text, _LONGEST)
        yield f"- {stated.label}: {said}"


def changed(run: RunFacts) -> Iterator[Stated]:
    """What did not happen as the plan has it: who skipped, signed or repeated what, which
    settings stand in place of the plan's text, and what was not asked for."""
    for task in run.tasks:
        yield from _by_people(task)
    settings: dict[str, list[str]] = {}
    for task in run.tasks:
        for setting in task.overridden:
            settings.setdefault(setting, []).append(task.id)
    for setting, tasks in settings.items():
        said = f"{setting} of {listed(tuple(tasks), 30)}, by settings of the launch"
        yield Stated("Overridden", said)
    unasked = tuple(task.id for task in run.tasks if not task.asked)
    if unasked:
        yield Stated("Not asked for", f"{listed(unasked, 30)}, by the launch's options")


def _by_people(task: TaskFacts) -> Iterator[Stated]:
    if task.skipped_by:
        yield _person("Skipped", task, task.skipped_by, task.skip_reason)
    if task.signed_by:
        yield _person("Signed", task, task.signed_by, task.signed_note)
    for item in task.checklist:
        if item.by:
            yield _person("Ticked", task, item.by, item.note, f" item {item.n} ({item.text})")
    if task.reopened_by:
        yield _person("Run again", task, task.reopened_by, task.reopened_why)


def _person(label: str, task: TaskFacts, by: str, said: str, what: str = "") -> Stated:
    note = f": {said}" if said else ""
    return Stated(label, one_line(f"{task.id}{what} by {by}{note}", 1000), task=task.id)
