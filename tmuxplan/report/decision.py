"""What a run's verdict rests on, in sentences. Pure."""

from __future__ import annotations

from tmuxplan.report.facts import FAILURES, Outcome, RunFacts, TaskFacts
from tmuxplan.report.words import counted, listed

_ORDER: tuple[Outcome, ...] = (
    "passed",
    "failed",
    "timed out",
    "lost",
    "blocked",
    "halted",
    "skipped",
    "waiting",
    "running",
    "not started",
    "not asked for",
)


def headline(run: RunFacts) -> str:
    """ "NO GO: T002 decided", "running", "unfinished: …"."""
    if run.verdict == "PENDING":
        return f"PENDING: {_awaited(run)}"
    if run.verdict is not None:
        decided = f": {listed(deciding(run))} decided" if deciding(run) else ""
        return f"{run.verdict}{decided}"
    if run.state == "dead":
        return "no verdict: the supervisor ended before the run did"
    bad = tuple(task.id for task in run.tasks if task.outcome in FAILURES and task.blocks_the_run)
    return f"no verdict yet, on the way to NO GO: {listed(bad)}" if bad else "no verdict yet"


def _awaited(run: RunFacts) -> str:
    """Whom a run waits for that is PENDING; for the rest of the plan, where nobody is named."""
    if run.deciding:
        return f"waits for {listed(run.deciding)}"
    asked = len(run.tasks) - run.count("not asked for")
    return f"only {asked} of {counted(len(run.tasks), 'task')} asked for"


def tally(run: RunFacts) -> str:
    """ "3 tasks: 2 passed, 1 failed, 1 warning": up to the warnings, the parts add up."""
    parts = [f"{run.count(o)} {o}" for o in _ORDER if run.count(o)]
    if parts and warned(run):
        parts.append(counted(warned(run), "warning"))
    return f"{counted(len(run.tasks), 'task')}: {', '.join(parts)}" if parts else "no tasks"


def warned(run: RunFacts) -> int:
    """How many warnings the newest attempts gave."""
    return sum(len(task.last.warnings) for task in run.tasks if task.last)


def deciding(run: RunFacts) -> tuple[str, ...]:
    """The tasks that decided against GO; what a GO names are lesser failures."""
    return () if run.verdict == "GO" else run.deciding


def failed(run: RunFacts) -> tuple[TaskFacts, ...]:
    """The tasks that went wrong by themselves; blocked and halted ones are consequences."""
    return tuple(task for task in run.tasks if task.outcome in FAILURES)


def skipped(run: RunFacts) -> tuple[TaskFacts, ...]:
    """The tasks that a person skipped and that made the run NO GO."""
    return tuple(task for task in blockers(run) if task.outcome == "skipped")


def blockers(run: RunFacts) -> tuple[TaskFacts, ...]:
    """The tasks that decided against the run, in the plan's order."""
    if run.verdict != "NO GO":
        return ()
    decided = frozenset(deciding(run))
    return tuple(task for task in run.tasks if task.id in decided) or failed(run)


def lesser(run: RunFacts) -> tuple[TaskFacts, ...]:
    """What did not pass and decided nothing."""
    bad = FAILURES | {"blocked", "halted", "skipped"}
    decided = frozenset(deciding(run))
    return tuple(t for t in run.tasks if t.outcome in bad and t.id not in decided)
