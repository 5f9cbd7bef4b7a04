"""The commands that a reader of a report will want next. Pure."""

from __future__ import annotations

from tmuxplan.report.facts import FAILURES, RunFacts, TaskFacts


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
        return (again(run),)
    return ()


def again(run: RunFacts) -> str:
    """The command that launches the plan once more, with the options of this run."""
    return run.again or whole(run)


def whole(run: RunFacts) -> str:
    """The command that launches all of the plan."""
    return f"tmuxplan launch {_path(run)}"


def _path(run: RunFacts) -> str:
    plain = run.plan_path and all(c.isalnum() or c in "-_./+@%" for c in run.plan_path)
    return run.plan_path if plain else "'" + run.plan_path.replace("'", "'\\''") + "'"
