"""Why a task ended as it did, in short phrases that every renderer shares. Pure."""

from __future__ import annotations

from collections.abc import Callable

from tmuxplan.events import Evidence
from tmuxplan.report.facts import RunFacts, TaskFacts
from tmuxplan.report.words import code, counted, listed, span

MARKS = {
    "passed": "✓",
    "failed": "✗",
    "timed out": "✗",
    "lost": "✗",
    "blocked": "⊘",
    "halted": "■",
    "skipped": "–",
    "waiting": "✎",
    "running": "▶",
    "not started": "·",
    "not asked for": " ",
}


def place(run: RunFacts, line: int, task: TaskFacts) -> str:
    """ "plans/x.md:62", or only the plan's file where the line is not known."""
    file = task.file or run.plan_path
    return f"{file}:{line}" if line else file


def places(run: RunFacts, evidence: Evidence, task: TaskFacts) -> str:
    """ " (`plans/x.md:62`, log line 7)" for Markdown; empty where no place is known."""
    found = [code(place(run, evidence.line, task))] if evidence.line else []
    found += [f"log line {evidence.log_line}"] if evidence.log_line else []
    return f" ({', '.join(found)})" if found else ""


def first_failure(task: TaskFacts) -> Evidence | None:
    """The evidence to name where there is room for one only."""
    failures = task.last.failures if task.last else ()
    # A marker or a step says more than the status that follows from it.
    named = [e for e in failures if e.kind != "status"]
    return next(iter(named or failures), None)


def why(task: TaskFacts, run: str = "") -> str:
    """One phrase: what the outcome rests on. Plain text, clean, no Markdown. `run`: the id that
    its commands name."""
    said: dict[str, Callable[[TaskFacts], str]] = {
        "passed": _passed,
        "blocked": _blocked,
        "halted": _halted,
        "skipped": _skipped,
        "waiting": lambda task: _waiting(task, run),
        "running": lambda task: _running(task, run),
        "not started": _not_started,
        "not asked for": lambda _: "",
    }
    return said.get(task.outcome, _failed)(task)


def _failed(task: TaskFacts) -> str:
    evidence = first_failure(task)
    if evidence is None:
        return (task.last.lost if task.last else "") or task.outcome
    others = len(task.last.failures) - 1 if task.last else 0
    more = f" (and {others} more)" if others else ""
    return f"{evidence.text}{more}"


def _skipped(task: TaskFacts) -> str:
    before = task.last.verdict if task.last else None
    after = f" (before that it {before}: {_failed(task)})" if before else ""
    return f"by {task.skipped_by}: {task.skip_reason}{after}"


def _passed(task: TaskFacts) -> str:
    if task.signed_by:
        note = f": {task.signed_note}" if task.signed_note else ""
        return f"signed by {task.signed_by}{note}{_unticked(task)}"
    if task.last is None:
        return ""
    warned = len(task.last.warnings)
    took = f"in {span(task.last.seconds)}"
    return f"{took}, {counted(warned, 'warning')}" if warned else took


def _blocked(task: TaskFacts) -> str:
    by = f"by {listed(task.blocked_by)}"
    root = tuple(each for each in task.root if each not in task.blocked_by)
    return f"{by}; it began with {listed(root)}" if root else by


def _halted(task: TaskFacts) -> str:
    if task.halted:
        return task.halted
    evidence = first_failure(task)
    return evidence.text if evidence else "the run was stopped"


def _unticked(task: TaskFacts) -> str:
    of = counted(len(task.checklist), "item")
    return f"; {len(task.unticked)} of {of} not ticked" if task.unticked else ""


def _waiting(task: TaskFacts, run: str) -> str:
    ticked = len(task.checklist) - len(task.unticked)
    of = counted(len(task.checklist), "item")
    looked = f" ({ticked} of {of} ticked)" if task.checklist else ""
    whom = "a signature" if task.has_commands else "a person"
    return f"for {whom}: tmuxplan sign {_named(task, run)}{looked}"


def _named(task: TaskFacts, run: str) -> str:
    """The task, as a command takes it that is to find this run."""
    return f"{task.id} --run {run}" if run else task.id


def _running(task: TaskFacts, run: str) -> str:
    if task.retry_at is not None:
        return f"attempt {len(task.attempts) + 1} follows; {_failed(task)}"
    quiet = task.last.quiet if task.last else None
    if quiet is not None and quiet.prompt is not None:
        return asks(quiet.prompt, _named(task, run), quiet.typable)
    silent = f"no output for {span(quiet.silent_s)}; " if quiet is not None else ""
    return f"{silent}{_step(task)}"


def asks(prompt: str, task: str, typable: bool) -> str:
    """What is said of an attempt that waits for input, and how to answer it. `typable`: it has a
    window."""
    said = f'asks "{prompt}"' if prompt else "reads from its terminal"
    how = f"answer: tmuxplan attach {task}" if typable else "only a `respond` rule can answer"
    return f"{said}; {how}"


def _step(task: TaskFacts) -> str:
    step = task.last.current if task.last else None
    if step is None:
        return "starting" if task.last and task.last.started is None else "running"
    return (
        f"step {step.n}/{len(task.steps)}: {step.command.splitlines()[0] if step.command else ''}"
    )


def _not_started(task: TaskFacts) -> str:
    if task.awaits:
        return task.awaits
    if task.waits_for:
        return f"waits for {listed(task.waits_for)}"
    return "waits for a free job or a lock"
