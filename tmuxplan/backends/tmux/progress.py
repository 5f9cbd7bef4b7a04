"""The run in the status line: options of its session, set when something happened.

What is said rides in a command list that is sent anyway, at most twice a second; news that rides
on nothing (a pause, a signature) is sent by itself. tmux counts the minutes, not we.
"""

from __future__ import annotations

from collections.abc import Callable

from tmuxplan.backends.tmux import names
from tmuxplan.backends.tmux.client import Command
from tmuxplan.run.backend import Progress

EVERY_S = 0.5
_CELLS = 10
_LONGEST = 60
_ATTENTION = "#[fg=colour232,bg=colour220]"


class StatusLine:
    """What the status line of one session says, and when it is to say something else. `over`: the
    verdict that it was told of last."""

    def __init__(self, session: str, progress: Callable[[], Progress] | None) -> None:
        self.over = ""
        self.next_at = float("inf")
        self._session, self._progress = session, progress
        self._said: dict[str, str] = {}
        self._may_at = float("-inf")

    def heard(self) -> None:
        """Something may have happened: at `next_at` (monotonic seconds) it is time to look."""
        if self._progress is not None:
            self.next_at = self._may_at

    def commands(self, now: float, *, at_once: bool = False) -> list[Command]:
        """What sets it, if it should say something else by now. `at_once`: a person waits."""
        if self._progress is None or self.next_at == float("inf"):
            return []
        if now < self.next_at and not at_once:
            return []
        self.next_at, self._may_at = float("inf"), now + EVERY_S
        run = self._progress()
        self.over, options = run.over, _options(run)
        changed = {name: text for name, text in options.items() if self._said.get(name) != text}
        self._said = options
        return [("set-option", "-t", self._session, name, text) for name, text in changed.items()]


def _options(run: Progress) -> dict[str, str]:
    # To ten seconds: the end that estimates give moves a little with every event.
    due = "" if run.due is None or run.over else str(round(run.due / 10) * 10)
    return {
        "@tmuxplan_progress": _numbers(run),
        "@tmuxplan_due": due,
        "@tmuxplan_says": _says(run),
    }


def _numbers(run: Progress) -> str:
    done = _CELLS * run.ended // run.total if run.total else 0
    colour = "colour203" if run.failed else "colour42"
    bar = f"#[fg={colour}]{'━' * done}#[fg=colour240]{'━' * (_CELLS - done)}#[default]"
    failed = f" #[fg=colour203]✗{run.failed}#[default]" if run.failed else ""
    return f"{bar} {run.ended}/{run.total}{failed}"


def _says(run: Progress) -> str:
    if run.over:
        return f"#[bold]{names.title(run.over)}#[default]"
    if not run.says:
        return ""
    return f"{_ATTENTION} {names.cut(names.title(run.says), _LONGEST)} #[default]"
