"""What to do next: the recovery that the plan names, and the commands for it. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from tmuxplan.report.commands import acting, again, looking, rerun, whole
from tmuxplan.report.decision import failed, skipped, warned
from tmuxplan.report.facts import Outcome, RunFacts
from tmuxplan.report.words import code, counted, listed, prose

_COMMAND = 10_000  # cut, it would be another command
_HELD: tuple[Outcome, ...] = ("blocked", "halted", "running", "not started")


def next_steps(run: RunFacts, below: bool = True) -> tuple[str, ...]:
    """List items, without their bullets. `below`: warnings and criteria follow in the report."""
    return tuple(_steps(run, ", see below" if below else "")) or ("nothing is left to do",)


def _steps(run: RunFacts, where: str) -> Iterator[str]:
    yield from _what_is_wrong(run)
    yield from _waiting(run)
    if run.state == "running":
        yield f"the run is still on: {code(f'tmuxplan watch --run {run.id}')}"
        return
    held = tuple(t.id for t in run.tasks if t.outcome in _HELD)
    if held:
        yield f"then run what could not run: {listed(held)}"
    if failed(run) or skipped(run) or held:
        yield f"run it again: {code(again(run), _COMMAND)}"
    yield from _the_rest(run)
    yield from _by_eye(run, where)


def _what_is_wrong(run: RunFacts) -> Iterator[str]:
    for task in failed(run):
        look = " or ".join(code(command) for command in looking(run, task))
        yield f"{task.id} {prose(task.title, 80)}: look with {look}"
        for text in task.recovery:
            yield f"{task.id}, by the plan (line {text.line}): {prose(text.text, 1000)}"
    for task in skipped(run):
        yield (
            f"{task.id} {prose(task.title, 80)} blocks, and was skipped by"
            f" {prose(task.skipped_by)} ({prose(task.skip_reason)}): let it run with"
            f" {code(rerun(run, (task.id,)), _COMMAND)}"
        )


def _waiting(run: RunFacts) -> Iterator[str]:
    for task in run.tasks:
        if task.outcome == "waiting":
            yield f"{task.id} waits for a person: {code(acting(run, task)[0])}"


def _by_eye(run: RunFacts, where: str) -> Iterator[str]:
    if warned(run):
        yield f"look at {counted(warned(run), 'warning')}{where}"
    people = sum(c.kind == "person" for task in run.tasks for c in task.criteria)
    if people:
        yield f"check by hand what no machine checked: {people} of the success criteria{where}"


def _the_rest(run: RunFacts) -> Iterator[str]:
    """A part of a plan proves nothing of the plan: what is left to run, and how."""
    unasked = tuple(task.id for task in run.tasks if task.outcome == "not asked for")
    if unasked:
        command = code(whole(run), _COMMAND)
        yield f"the rest of the plan was not run ({listed(unasked)}); all of it: {command}"
    elif run.partial:
        yield f"only a part of the plan was asked for; all of it: {code(whole(run), _COMMAND)}"
