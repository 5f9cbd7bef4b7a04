"""Continuing a run that ended, or whose supervisor died."""

from __future__ import annotations

from collections.abc import Mapping

from tmuxplan import machine
from tmuxplan.errors import UsageError
from tmuxplan.library.persons import work_of
from tmuxplan.library.runs import Opened
from tmuxplan.run import supervisor
from tmuxplan.schedule.state import RunState, TaskRecord


def resume(opened: Opened) -> None:
    """Go on with the run. UsageError: it is live, or never began."""
    run = opened.folder.id
    if opened.alive:
        raise UsageError(
            f"run {run} is live: nothing is to be resumed",
            "look with `tmuxplan status`; end it with `tmuxplan stop`",
        )
    if opened.state.started is None:
        raise UsageError(f"run {run} never began", "launch the plan again")
    work, by = work_of(opened), machine.user()
    supervisor.detach(opened.folder, lambda announce: work.resume(_again, by, announce))


def _again(state: RunState) -> Mapping[str, str]:
    """Everything that did not pass."""
    selected = state.started.selected if state.started else ()
    found = {task: _why(state.task(task)) for task in selected}
    return {task: why for task, why in found.items() if why}


def _why(record: TaskRecord) -> str:
    if record.phase != "ended" or record.verdict in (None, "passed", "skipped"):
        return ""
    return f"resumed: it was {record.verdict}"
