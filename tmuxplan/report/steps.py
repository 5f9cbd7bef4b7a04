"""What to do next: the recovery that the plan names, and the commands for it. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from tmuxplan.report.commands import acting, again, looking
from tmuxplan.report.decision import failed
from tmuxplan.report.facts import Outcome, RunFacts
from tmuxplan.report.words import code, listed, prose

_HELD: tuple[Outcome, ...] = ("blocked", "halted", "running", "not started")


def next_steps(run: RunFacts) -> tuple[str, ...]:
    """List items, without their bullets."""
    return tuple(_steps(run)) or ("nothing is left to do",)


def _steps(run: RunFacts) -> Iterator[str]:
    for task in failed(run):
        look = " or ".join(code(command) for command in looking(run, task))
        yield f"{task.id} {prose(task.title, 80)}: look with {look}"
        for text in task.recovery:
            yield f"{task.id}, by the plan (line {text.line}): {prose(text.text, 1000)}"
    for task in run.tasks:
        if task.outcome == "waiting":
            yield f"{task.id} waits for a person: {code(acting(run, task)[0])}"
    if run.state == "running":
        yield f"the run is still on: {code(f'tmuxplan watch --run {run.id}')}"
        return
    held = tuple(t.id for t in run.tasks if t.outcome in _HELD)
    if held:
        yield f"then run what could not run: {listed(held)}"
    if failed(run) or held:
        yield f"run it again: {code(again(run))}"
    people = sum(c.kind == "person" for task in run.tasks for c in task.criteria)
    if people:
        yield f"check by hand what no machine checked: {people} of the success criteria, see below"
