"""What happens when a task that blocks has failed for good: an issue file, a fallback plan, and
people are told. Each once per failure; what could not be done says why."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from tmuxplan import events as ev
from tmuxplan.errors import JournalError
from tmuxplan.integrations import notify
from tmuxplan.journal.files import write_new
from tmuxplan.journal.folder import RunFolder
from tmuxplan.library.excerpts import excerpts, printed
from tmuxplan.library.falling_back import fallback_text, launch_command
from tmuxplan.library.keeping import kept_of
from tmuxplan.library.options import Kept
from tmuxplan.library.runs import Opened, open_folder
from tmuxplan.plan.model import Task
from tmuxplan.report.causes import Cause, causes
from tmuxplan.report.causes_told import headline
from tmuxplan.report.evidence import asks, why
from tmuxplan.report.facts import RunFacts, TaskFacts
from tmuxplan.report.issue_file import issue_file
from tmuxplan.report.words import one_line, span
from tmuxplan.run import clock
from tmuxplan.schedule.state import TaskRecord

What = Literal["issue", "notification", "fallback"]
Done = tuple[What, str, str]
"""What, for whom or where, and why it could not be done."""

FOLDER = "issues"
_NAME = re.compile(r"[^\w.-]+")
_TRIES = 100


class Escalator:
    """Called by the loop, in a thread of its own (`run.escalations.Escalate`)."""

    def __init__(self, folder: RunFolder) -> None:
        self._folder = folder

    def __call__(self, record: TaskRecord, task: Task) -> tuple[ev.Escalated, ...]:
        """Do it all; what was done, as events. A task that still runs waits for somebody, or did:
        whoever wants to be told of that is."""
        n = record.last.n if record.last else 0
        done = self._quiet(record) if record.phase == "running" else self._done(task.id)
        return tuple(
            ev.Escalated(at=clock.now(), task=task.id, n=n, what=what, detail=whom, failed=failed)
            for what, whom, failed in done
        )

    def _quiet(self, record: TaskRecord) -> Iterator[Done]:
        quiet, kept = record.last.quiet if record.last else None, kept_of(self._folder)
        kind = "prompt" if isinstance(quiet, ev.InputAwaited) else "stalled"
        if quiet is None or not kept.settings.notify or kind not in kept.settings.notify_on:
            return
        run = open_folder(self._folder).facts
        task = next(each for each in run.tasks if each.id == record.id)
        # By what happened, not by what is so by now: it may go on meanwhile.
        if isinstance(quiet, ev.InputAwaited):
            waits = "waits for input"
            said = asks(one_line(quiet.prompt), task.id, run.backend == "tmux")
        else:
            waits, said = "has stalled", f"no output for {span(quiet.silent_s)}"
        for told in _tell(kept, _message(run, task, waits, [one_line(said, 1000)], kind)):
            yield "notification", told.whom, one_line(told.failed, 300)

    def _done(self, failed: str) -> Iterator[Done]:
        """What, for whom or where, and why it could not be done."""
        opened, kept = open_folder(self._folder), kept_of(self._folder)
        run = opened.facts
        task = next(each for each in run.tasks if each.id == failed)
        found, at = causes(run, printed(opened, run)), _issues(opened, kept)

        text, why_none = fallback_text(self._folder, kept, run, failed)
        plan = None
        if text:
            plan, why_none = _written(at, f"{run.id}-{failed}-fallback", text)
        command = launch_command(kept, plan) if plan else ""
        end = excerpts(opened, run, failed).get(failed)
        text = issue_file(run, task, found, end, command)
        issue, refused = _written(at, f"{run.id}-{failed}", text)

        yield "issue", str(issue or at), one_line(refused, 300)
        yield "fallback", str(plan or at), one_line(why_none, 300)
        if "failure" not in kept.settings.notify_on:
            return
        said = [*_reasons(task, found), *([f"issue: {issue}"] if issue else [])]
        for told in _tell(kept, _message(run, task, task.outcome, said, task.outcome)):
            yield "notification", told.whom, one_line(told.failed, 300)


def _issues(opened: Opened, kept: Kept) -> Path:
    """By the settings, else by the plan's protocol, else beside the plan."""
    plan, cwd = opened.frozen.plan, Path(kept.cwd)
    named = kept.settings.issues_dir or plan.protocol.issues_dir or ""
    if named:
        path = cwd / named
        return path.parent if path.suffix in (".md", ".txt") else path
    where = cwd / plan.path
    return (where if where.is_dir() else where.parent) / FOLDER


def _tell(kept: Kept, message: notify.Message) -> Iterator[notify.Told]:
    for entry in kept.settings.notify:
        yield notify.tell(entry, message)


def _reasons(task: TaskFacts, found: tuple[Cause, ...]) -> list[str]:
    mine = [cause for cause in found if task.id in cause.tasks]
    said = one_line(why(task), 1000)
    # A cause that names no reason has the evidence's own words.
    lines = [] if any(cause.words in said for cause in mine) else [said]
    return lines + [one_line(headline(cause), 500) for cause in mine]


def _message(
    run: RunFacts, task: TaskFacts, what: str, said: list[str], verdict: str
) -> notify.Message:
    title = one_line(f"{task.id} {what}: {task.title} ({run.plan_title})", 200)
    where = [f"run {run.id} on {run.host}", f"tmuxplan explain {task.id} --run {run.id}"]
    about = {"TMUXPLAN_RUN": run.id, "TMUXPLAN_TASK": task.id, "TMUXPLAN_VERDICT": verdict}
    return notify.Message(title, "\n".join([*said, *where]), about)


def _written(at: Path, name: str, text: str) -> tuple[Path | None, str]:
    """A new file, never one that is there: people write into issue files."""
    plain = _NAME.sub("-", name)
    try:
        at.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        return None, f"{at}: {error.strerror}"
    for n in range(1, _TRIES):
        path = at / (f"{plain}.md" if n == 1 else f"{plain}-{n}.md")
        if path.exists():
            continue
        try:
            write_new(path, text.encode("utf-8", "surrogateescape"))
        except (OSError, JournalError) as error:
            return None, str(error)
        return path, ""
    return None, f"{at} is full of {plain}-*.md"
