"""Whether a task could be typed an answer to."""

from __future__ import annotations

from tmuxplan.errors import JournalError
from tmuxplan.journal.folder import RunFolder
from tmuxplan.library.keeping import kept_of
from tmuxplan.schedule.state import RunState


def had_no_input(folder: RunFolder, state: RunState, task: str) -> bool:
    """Whether the task's newest attempt read from nothing, because the launch had no terminal.

    The journal does not tell. The options of the launch do, until a `resume` writes them anew:
    of what began before that, nothing is said.
    """
    attempt, changed = state.task(task).last, state.changed
    if attempt is None or (changed is not None and attempt.starting < changed.at):
        return False
    try:
        return kept_of(folder).stdin_empty
    except JournalError:
        return False  # not known; what is known of the task is told all the same
