"""The issue file of a task that failed and blocks, for an engineer who was not there. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from tmuxplan.report.causes import Cause, causes_of
from tmuxplan.report.causes_told import headline
from tmuxplan.report.causes_told import markdown as told
from tmuxplan.report.commands import acting, looking
from tmuxplan.report.evidence import place, places, why
from tmuxplan.report.facts import AttemptFacts, Excerpt, RunFacts, TaskFacts
from tmuxplan.report.words import clock, code, counted, fence, listed, prose, span

MOST = 50


def issue_file(
    run: RunFacts,
    task: TaskFacts,
    found: tuple[Cause, ...] = (),
    excerpt: Excerpt | None = None,
    fallback: str = "",
) -> str:
    """Markdown. `found`: the run's causes; `excerpt`: the end of the task's log; `fallback`:
    the command that launches what is left to do, recovery first."""
    parts = (
        _head(run, task),
        _causes(task, found),
        *(_attempt(run, task, attempt) for attempt in task.attempts),
        _excerpt(excerpt),
        _held(run, task),
        _recovery(run, task),
        _commands(run, task, fallback),
    )
    return "\n\n".join("\n".join(part) for part in parts if part) + "\n"


def _head(run: RunFacts, task: TaskFacts) -> list[str]:
    stated = task.impact or "not stated, so it blocks"
    return [
        f"# {task.id} {task.outcome}: {prose(task.title)}",
        "",
        f"- What: {prose(why(task), 400)}",
        f"- Plan: {code(place(run, task.line, task))} ({prose(run.plan_title)})",
        f"- Plan's SHA-256: {code(run.sha256)}",
        f"- Impact: {prose(stated)}",
        f"- Run: {code(run.id)} on {prose(run.host)} by {prose(run.user)}, tmuxplan {run.version}",
        f"- Ended: {clock(task.last.ended if task.last else run.now)}",
    ]


def _causes(task: TaskFacts, found: tuple[Cause, ...]) -> list[str]:
    mine = [cause for cause in causes_of(found, task) if task.id in cause.tasks]
    if not mine:
        return []
    lines = ["## Cause"]
    for cause in mine:
        lines += ["", f"**{prose(headline(cause))}**", "", *told(cause)]
    return lines


def _attempt(run: RunFacts, task: TaskFacts, attempt: AttemptFacts) -> list[str]:
    status = "not known" if attempt.status is None else str(attempt.status)
    lines = [
        f"## Attempt {attempt.n} of {len(task.attempts)}",
        "",
        f"Started {clock(attempt.started)}, ran {span(attempt.seconds)}, exit status {status}"
        + (f"; lost: {prose(attempt.lost)}" if attempt.lost else ""),
        "",
    ]
    said = (*attempt.failures, *attempt.warnings)
    for evidence in said[:MOST]:
        kind = "warning: " if evidence.kind == "warning" else ""
        lines.append(f"- {kind}{code(evidence.text, 400)}{places(run, evidence, task)}")
    if len(said) > MOST:
        lines.append(f"- and {len(said) - MOST} more")
    return lines


def _excerpt(excerpt: Excerpt | None) -> Iterator[str] | list[str]:
    if excerpt is None:
        return []
    return ["## The end of its log", "", *fence(excerpt.lines)]


def _held(run: RunFacts, task: TaskFacts) -> list[str]:
    held = tuple(other.id for other in run.tasks if task.id in other.root)
    if not held:
        return []
    return ["## Blocked by it", "", f"{counted(len(held), 'task')}: {listed(held, 100)}"]


def _recovery(run: RunFacts, task: TaskFacts) -> list[str]:
    if not task.recovery:
        return ["## Recovery", "", "The plan says nothing of it."]
    steps = [
        f"{n}. {prose(said.text, 2000)} ({code(place(run, said.line, task))})"
        for n, said in enumerate(task.recovery, 1)
    ]
    return ["## Recovery, as the plan says", "", *steps]


def _commands(run: RunFacts, task: TaskFacts, fallback: str) -> list[str]:
    lines = ["## Commands", "", "To look, and to run it again:", ""]
    commands = (
        *looking(run, task),
        f"tmuxplan retry {task.id} --run {run.id}",
        *acting(run, task),
    )
    lines += fence(tuple(dict.fromkeys(commands)))
    if fallback:
        lines += ["", "What is left to do because of it, recovery first:", "", *fence((fallback,))]
    return lines
