"""The commands that a reader of a report will want next. Pure."""

from __future__ import annotations

import re
import shlex

from tmuxplan.report.facts import FAILURES, RunFacts, TaskFacts

# A word of a command line, its quotes kept: `library/again.py` writes them.
_WORD = re.compile(r"(?:[^\s'\"$]|'[^']*'|\"[^\"]*\"|\$'(?:[^'\\]|\\.)*'|\$)+")
_RETRIED = FAILURES | {"skipped"}
_PART = re.compile(r"['$]*--(?:only|skip|from)=")


def looking(run: RunFacts, task: TaskFacts) -> tuple[str, ...]:
    """Commands that show why this task is as it is."""
    if task.attempts:
        return (
            f"tmuxplan explain {task.id} --run {run.id}",
            f"tmuxplan logs {task.id} --run {run.id}",
        )
    return (f"tmuxplan explain {task.id} --run {run.id}",)


def acting(run: RunFacts, task: TaskFacts) -> tuple[str, ...]:
    """Commands that bring this task on, as far as they fit its state."""
    if task.outcome == "waiting":
        return (
            f"tmuxplan sign {task.id} --by NAME --run {run.id}",
            f'tmuxplan skip {task.id} --reason "..." --run {run.id}',
        )
    if task.outcome == "running":
        return (f"tmuxplan attach {task.id} --run {run.id}",)
    if task.outcome in FAILURES or task.outcome in ("blocked", "halted"):
        return (*_going_on(run, task), again(run))
    return ()


def _going_on(run: RunFacts, task: TaskFacts) -> tuple[str, ...]:
    """In the same run; what is blocked follows what blocks it."""
    if run.state == "dead":
        return (f"tmuxplan resume {run.id}",)
    if task.outcome == "blocked":
        return ()
    return (f"tmuxplan retry {shlex.quote(task.id)} --run {run.id}",)


def again(run: RunFacts) -> str:
    """The command that launches the plan once more, with the options of this run."""
    return run.again or f"tmuxplan launch {_path(run)}"


def whole(run: RunFacts) -> str:
    """The same command without what made it a part of the plan."""
    return " ".join(word for word in _WORD.findall(again(run)) if not _PART.match(word))


def rerun(run: RunFacts, tasks: tuple[str, ...]) -> str:
    """The command that runs just these tasks again, and what they kept from running."""
    if run.state == "dead":
        return f"tmuxplan resume {run.id}"
    if all(task is not None and task.outcome in _RETRIED for task in map(run.task, tasks)):
        return "; ".join(f"tmuxplan retry {shlex.quote(t)} --run {run.id}" for t in tasks)
    return " ".join([whole(run), *(shlex.quote(f"--only={task}") for task in tasks)])


def _path(run: RunFacts) -> str:
    return shlex.quote(run.plan_path)
