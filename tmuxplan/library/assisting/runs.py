"""A run for an assistant: where it stands, why a task is as it is, the report by pages."""

from __future__ import annotations

import msgspec

from tmuxplan.errors import UsageError
from tmuxplan.integrations.mcp.results import Explained, Report, Status, TaskNow
from tmuxplan.library.assisting.masks import masked_of, page
from tmuxplan.library.collecting import causes_now, collected
from tmuxplan.library.excerpts import excerpts
from tmuxplan.library.log_source import caught_up
from tmuxplan.library.runs import Opened, open_run
from tmuxplan.library.until import only_people, until_ended
from tmuxplan.plan.checklist import checklist
from tmuxplan.plan.ids import resolve
from tmuxplan.report.causes import causes
from tmuxplan.report.decision import headline, tally
from tmuxplan.report.evidence import why
from tmuxplan.report.explain import explain
from tmuxplan.report.facts import Outcome, RunFacts, TaskFacts
from tmuxplan.report.words import one_line
from tmuxplan.run.control import Sign
from tmuxplan.run.requests import why_not
from tmuxplan.schedule.state import RunState

MOST_TASKS, MOST_CAUSES, MOST_ITEMS = 40, 10, 50
MOST_CHARS = 20_000
FORMATS = ("markdown", "text", "json", "junit")
LONGEST_WAIT_S = 50.0
"""Clients give up on a call after a minute."""
_URGENT: tuple[Outcome, ...] = (
    "failed", "timed out", "lost", "waiting", "running", "blocked", "halted", "not started",
    "skipped", "passed", "not asked for",
)  # fmt: skip


class ToSign(msgspec.Struct, frozen=True):
    """A signature that would be accepted. `question` says of what."""

    run: str
    task: str
    question: str


def status(run: str | None, wait_s: float, offset: int) -> Status:
    """Where a run stands, after at most `wait_s` seconds: as soon as it has ended, or needs a
    person. UsageError: there is none."""
    opened = open_run(run)
    if wait_s > 0 and opened.alive:
        _wait(opened, min(wait_s, LONGEST_WAIT_S))
        opened = open_run(opened.folder.id)
    facts = opened.facts
    ranks = {outcome: n for n, outcome in enumerate(_URGENT)}
    tasks = sorted(facts.tasks, key=lambda task: ranks[task.outcome])
    some, following = page(tasks, offset, MOST_TASKS)
    found = causes(facts)[:MOST_CAUSES]
    return Status(
        run=facts.id,
        plan=facts.plan_path,
        state=facts.state,
        verdict=facts.verdict,
        said=masked_of(opened, "; ".join(filter(None, (headline(facts), facts.rule)))),
        tally=tally(facts),
        seconds=_rounded(facts.seconds),
        tasks=[_now(opened, task) for task in some],
        next_offset=following,
        causes=[masked_of(opened, f"{one.words} ({', '.join(one.tasks[:8])})") for one in found],
        notices=[masked_of(opened, one) for one in (*opened.notices[:5], *facts.notices[-5:])],
    )


def _wait(opened: Opened, seconds: float) -> None:
    def enough(state: RunState) -> bool:
        return _is_asking(state) or only_people(opened.frozen, state)

    until_ended(opened.folder, timeout_s=seconds, enough=enough)


def _is_asking(state: RunState) -> bool:
    """A task waits for input that only a person can type."""
    running = (task for task in state.tasks.values() if task.phase == "running")
    return any(task.last is not None and task.last.quiet is not None for task in running)


def _now(opened: Opened, task: TaskFacts) -> TaskNow:
    return TaskNow(
        id=task.id,
        title=masked_of(opened, task.title),
        outcome=task.outcome,
        why=masked_of(opened, why(task)),
        attempts=len(task.attempts),
        seconds=_rounded(task.last.seconds) if task.last else None,
        waits_for=list(task.waits_for),
        needs_a_person=_needs(task),
    )


def _rounded(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds, 3)


def _needs(task: TaskFacts) -> str:
    """What only a person can do for it; empty where there is nothing."""
    if task.outcome == "waiting":
        return f"a signature: tmuxplan sign {task.id} --by NAME"
    quiet = task.last.quiet if task.last else None
    if quiet is not None and quiet.prompt is not None and task.outcome == "running":
        return f"an answer, typed into its window: tmuxplan attach {task.id}"
    return ""


def explained(task: str, run: str | None) -> Explained:
    """Why a task is as it is. UsageError: there is no such task, or run."""
    opened = caught_up(open_run(run))
    facts, found = _task(opened, task)
    ends = excerpts(opened, facts, only=found.id)
    text = explain(facts, found, ends.get(found.id), causes_now(opened))
    text = masked_of(opened, text)
    if len(text) > MOST_CHARS:
        text = f"{text[:MOST_CHARS]}\n… ({len(text) - MOST_CHARS} characters more; see `logs`)"
    return Explained(facts.id, found.id, found.outcome, text)


def reported(run: str | None, form: str, offset: int) -> Report:
    """A page of the report. UsageError: there is no such form, or run."""
    if form not in FORMATS:
        raise UsageError(
            f"no format {form!r} here",
            f"there are {', '.join(FORMATS)}; others are for files: tmuxplan collect -f … -o …",
        )
    opened = open_run(run)
    text = masked_of(opened, collected(opened, form))
    end = max(0, offset) + MOST_CHARS
    return Report(
        run=opened.folder.id,
        verdict=opened.facts.verdict,
        format=form,
        text=text[max(0, offset) : end],
        total_chars=len(text),
        next_offset=end if end < len(text) else None,
    )


def to_sign(task: str, run: str | None, by: str, item: int) -> ToSign:
    """What a person would sign. UsageError: it can't be signed now, and why."""
    if not by.strip():
        raise UsageError("nobody is named who signs", "say who: by")
    opened = open_run(run, acting=True)
    facts, found = _task(opened, task)
    refused = why_not(Sign(found.id, by, item=item), opened.state.task(found.id), opened.state)
    if refused:
        raise UsageError(refused, "see `status`")
    lines = [one_line(f"{found.id} {found.title}, of run {facts.id} ({facts.plan_path})")]
    items = checklist(opened.frozen.plan.task(found.id))
    if item and not 0 < item <= len(items):
        raise UsageError(f"{found.id} has no item {item}; it has {len(items)}", "see `explain`")
    wanted = [items[item - 1]] if item else items
    lines += [f"  - {one_line(one.text)}" for one in wanted[:MOST_ITEMS]]
    if len(wanted) > MOST_ITEMS:
        lines.append(f"  … {len(wanted) - MOST_ITEMS} more; see `tmuxplan explain {found.id}`")
    return ToSign(facts.id, found.id, masked_of(opened, "\n".join(lines)))


def to_retry(task: str, run: str | None) -> tuple[str, str]:
    """The run and the task that are meant. UsageError: there are none such."""
    opened = open_run(run, acting=True)
    _, found = _task(opened, task)
    return opened.folder.id, found.id


def _task(opened: Opened, task: str) -> tuple[RunFacts, TaskFacts]:
    wanted = resolve(opened.frozen.plan, task)
    facts = opened.facts
    found = facts.task(wanted)
    if found is None:
        raise UsageError(f"{wanted} is no task of run {facts.id}", "see `status`")
    return facts, found
