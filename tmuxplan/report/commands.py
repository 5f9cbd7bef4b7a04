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
    if unwatched(run, task):
        return (resuming(run),)
    if task.outcome == "waiting":
        return (signing(run, task), skipping(run, task))
    if task.outcome == "running":
        return (f"tmuxplan attach {task.id} --run {run.id}",)
    if task.outcome in FAILURES or task.outcome in ("blocked", "halted"):
        return (*_going_on(run, task), again(run))
    return ()


def _going_on(run: RunFacts, task: TaskFacts) -> tuple[str, ...]:
    """In the same run; what is blocked follows what blocks it."""
    if run.state == "dead":
        return (resuming(run),)
    if task.outcome == "blocked":
        return ()
    return (retrying(run, task.id),)


def unwatched(run: RunFacts, task: TaskFacts) -> bool:
    """Whether it has not ended, as far as is known, and nobody is there to see it end."""
    return run.state == "dead" and task.outcome in ("running", "waiting", "not started")


def resuming(run: RunFacts) -> str:
    """The command that goes on with a run whose supervisor is gone."""
    return f"tmuxplan resume {run.id}"


def signing(run: RunFacts, task: TaskFacts) -> str:
    """The command by which a person signs a task."""
    return f"tmuxplan sign {task.id} --by NAME --run {run.id}"


def skipping(run: RunFacts, task: TaskFacts) -> str:
    """The command by which a person leaves a task out."""
    return f'tmuxplan skip {task.id} --reason "..." --run {run.id}'


def retrying(run: RunFacts, task: str) -> str:
    """The command that tries a task again in the same run."""
    return f"tmuxplan retry {shlex.quote(task)} --run {run.id}"


def again(run: RunFacts) -> str:
    """The command that launches the plan once more, with the options of this run."""
    return run.again or f"tmuxplan launch {_path(run)}"


def whole(run: RunFacts) -> str:
    """The same command without what made it a part of the plan."""
    return " ".join(word for word in _WORD.findall(again(run)) if not _PART.match(word))


def rerun(run: RunFacts, tasks: tuple[str, ...]) -> str:
    """The command that runs just these tasks again, and what they kept from running."""
    if run.state == "dead":
        return resuming(run)
    if all(task is not None and task.outcome in _RETRIED for task in map(run.task, tasks)):
        return "; ".join(retrying(run, task) for task in tasks)
    return " ".join([whole(run), *(shlex.quote(f"--only={task}") for task in tasks)])


def _path(run: RunFacts) -> str:
    return shlex.quote(run.plan_path)
