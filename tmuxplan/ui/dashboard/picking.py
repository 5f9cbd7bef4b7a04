"""Which tasks are shown: by their state, and by words. Pure."""

from __future__ import annotations

from tmuxplan.report.facts import TaskFacts
from tmuxplan.ui.dashboard.rows import state_word
from tmuxplan.ui.tables import reason

GROUPS: dict[str, frozenset[str]] = {
    "all": frozenset(),
    "trouble": frozenset({"failed", "timed out", "lost", "stalled", "blocked", "halted"}),
    "needs you": frozenset({"needs you", "needs input", "stalled"}),
    "running": frozenset({"running", "needs input", "stalled", "retry soon"}),
    "waiting": frozenset({"waiting"}),
    "done": frozenset({"passed", "skipped"}),
}


def following_group(group: str) -> str:
    """The next one, as a key goes through them."""
    names = list(GROUPS)
    at = names.index(group) if group in names else -1
    return names[(at + 1) % len(names)]


def picked(tasks: tuple[TaskFacts, ...], group: str, words: str) -> tuple[TaskFacts, ...]:
    """The tasks of this group (or of one state by its word) that say all these words."""
    states = GROUPS.get(group, frozenset({group}))
    wanted = words.casefold().split()
    if not states and not wanted:
        return tasks
    return tuple(
        task
        for task in tasks
        if (not states or state_word(task) in states)
        and all(word in _said(task) for word in wanted)
    )


def _said(task: TaskFacts) -> str:
    return f"{task.id} {task.title} {state_word(task)} {reason(task)} {task.terminal}".casefold()


_URGENT = (
    "needs input", "failed", "timed out", "lost", "stalled", "needs you", "retry soon", "running",
    "halted", "blocked", "waiting", "passed", "skipped", "not asked",
)  # fmt: skip


def most_urgent(tasks: tuple[TaskFacts, ...]) -> str:
    """The task to look at before a person has chosen one; empty where there are none.

    A failure that blocks the run comes before one that does not.
    """
    rank = {word: n for n, word in enumerate(_URGENT)}
    first = min(
        tasks, key=lambda task: (rank[state_word(task)], not task.blocks_the_run), default=None
    )
    return first.id if first is not None else ""
