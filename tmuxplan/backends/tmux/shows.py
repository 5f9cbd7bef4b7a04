"""What windows, the status line and those who look are shown: gathered, and told in lists."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from tmuxplan.backends.tmux.client import Client, Command
from tmuxplan.backends.tmux.progress import StatusLine
from tmuxplan.backends.tmux.sending import PATIENCE_S
from tmuxplan.backends.tmux.session import Session
from tmuxplan.backends.tmux.shells import Shells
from tmuxplan.backends.tmux.telling import Bell
from tmuxplan.run import clock
from tmuxplan.run.backend import Attempt, Look, RunInfo, Window

_T = TypeVar("_T")


class Shows:
    """Of one backend, through all sessions that it opens. Looks are no facts: a window that a
    person has closed is no error."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._session: Session | None = None
        self._begun: set[str] = set()
        self._kept: set[str] = set()
        self._looks: dict[str, Look] = {}
        self._says: dict[str, tuple[Look, str]] = {}
        self._shown: dict[str, tuple[Look, str]] = {}
        self._bell = Bell(client)
        self._status = StatusLine("", None)
        self._shells = Shells(client, "")

    @property
    def next_at(self) -> float:
        """When the status line is to say something else (monotonic seconds)."""
        return self._status.next_at

    def opened(self, session: Session, run: RunInfo, windows: tuple[Window, ...]) -> None:
        """All is shown in this session from now on."""
        self._session = session
        self._bell.opened(session.id, windows)
        self._status = StatusLine(session.id, run.progress)
        self._shells = Shells(self._client, session.id)
        self._begun |= session.begun

    def anew(self) -> None:
        """What was shown went with its session: nothing has begun in the next one."""
        self._begun.clear()

    def again(self) -> None:
        """Show all once more: who signs needs a window."""
        for task, (look, text) in tuple(self._shown.items()):
            self._queue(task, look, text)

    def begins(self, attempt: Attempt) -> None:
        """Its window shows what it prints: no placeholder may take its place."""
        self._begun.add(attempt.task)
        if attempt.keep:
            self._kept.add(attempt.task)

    def runs(self, attempt: Attempt) -> None:
        """A shell as it had it will be offered, should it fail."""
        self._shells.began(attempt)

    def heard(self) -> None:
        """Something may have happened that the status line tells."""
        self._status.heard()

    def show(self, task: str, look: Look, text: str) -> None:
        """A task looks so from now on; a person asks, or a placeholder says, what `text` is."""
        self._shown[task] = look, text
        self._bell.note(task, look, text)
        self._queue(task, look, text)

    def flush(self, *, last: bool = False, silent: bool = False) -> None:
        """Ask for everything that is not shown yet. `last`: the end of the run is told, too;
        `silent`: there is no server to ask."""
        if self._session is not None and not silent:
            self._session.fill()
        lists = self._queued()
        who = self._bell.who_looks()
        lists.append(self._status.commands(clock.monotonic(), at_once=last or bool(who)))
        if last:
            self._bell.over(self._status.over)
            who = who or self._bell.who_looks()
        if silent:
            return
        for commands in lists:
            self._client.tell(commands)
        if who:
            self._client.ask(who, self._bell.ring)

    def finish(
        self, patience_s: float = PATIENCE_S, *, last: bool = False, silent: bool = False
    ) -> None:
        """The same, and wait until it is shown, unless tmux is silent for so long."""
        self.flush(last=last, silent=silent)
        if self._client.wait(patience_s) and (self._looks or self._says):
            self.flush(last=last, silent=silent)
            self._client.wait(patience_s)

    def _queue(self, task: str, look: Look, text: str) -> None:
        self._looks[task] = look
        if text:
            self._says[task] = look, text

    def _queued(self) -> list[list[Command]]:
        """What shows the tasks' states, but of those whose windows are being made. A list each:
        a person may have closed any window."""
        session = self._session
        if session is None:
            return []
        ready = lambda task: not session.is_awaited(task)  # noqa: E731
        looks, says = _taken(self._looks, ready), _taken(self._says, ready)
        shown = [self._look(session, task, look) for task, look in looks]
        return shown + [self._say(session, task, *said) for task, said in says]

    def _look(self, session: Session, task: str, look: Look) -> list[Command]:
        if look == "passed":
            self._shells.passed(task)
        if session.many and look == "passed" and task not in self._kept:
            return session.close_commands(task)
        place = session.place(task)
        if place is None:
            return []
        bad = look in ("failed", "lost")
        offers = self._shells.failed if bad else self._shells.again
        return [*session.look_commands(task, look), *offers(task, place.window)]

    def _say(self, session: Session, task: str, look: Look, text: str) -> list[Command]:
        begun = task in self._begun
        asks = session.ask_commands(task, begun=begun) if look == "person" else []
        if asks or begun:  # a placeholder would take the place of what it printed
            return asks
        return session.say_commands(task, text)


def _taken(shows: dict[str, _T], ready: Callable[[str], bool]) -> list[tuple[str, _T]]:
    """Those of the tasks that are ready; they are taken out."""
    return [(task, shows.pop(task)) for task in tuple(shows) if ready(task)]
