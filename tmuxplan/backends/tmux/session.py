"""A run's session: window 0 is mission control, and each task has a window.

Windows are addressed by their ids alone: names and indexes are people's.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from tmuxplan.backends.tmux import names
from tmuxplan.backends.tmux.again import start_again
from tmuxplan.backends.tmux.client import CONFIG, Client, Command
from tmuxplan.backends.tmux.found import (
    MISSION_OPTION,
    Found,
    Place,
    find,
    option_name,
)
from tmuxplan.backends.tmux.keys import session_commands
from tmuxplan.backends.tmux.mission import begin_again, mission_argv
from tmuxplan.backends.tmux.sending import Heard, LostError, SilentError, quoted
from tmuxplan.backends.tmux.windows import (
    begins,
    begun,
    opening,
    options_of,
    place_of,
    placeholder,
    respawning,
    says,
    waits,
)
from tmuxplan.errors import BackendError
from tmuxplan.run.backend import Look, RunInfo, Window

Started = Callable[["int | BackendError"], None]
"""Called with the pid of a command that was started, or why it could not be."""

MOST_WINDOWS = 40
"""Past so many tasks windows open as tasks start, or before (`ahead`), and close as they pass."""


class Session:
    """One session on the private server."""

    def __init__(self, client: Client, run: RunInfo, windows: tuple[Window, ...]) -> None:
        self._client = client
        self._run = run
        self._windows = {window.task: window for window in windows}
        self._indexes = {window.task: i for i, window in enumerate(windows, 1)}
        self._places: dict[str, Place] = {}
        self.name = names.session_name(run.session)
        self.many = len(windows) > MOST_WINDOWS
        self.server_pid = 0
        self.id = ""
        self.begun: set[str] = set()
        self._taken: frozenset[int] = frozenset()
        self._lacking: list[Window] = []
        self._awaited: set[str] = set()
        self._next: dict[str, Callable[[], None]] = {}

    def open(self) -> None:
        """Make the session and mission control; `fill` makes the placeholders, once what can be
        started has been. Or join the session that an earlier supervisor of this run opened, and
        make what it lacks.

        What that one asked for just before it was killed may come to tmux after we have looked:
        then it is in our way, and is joined."""
        try:
            self._open(None if self._run.new else self._found())
        except SilentError:
            raise
        except BackendError:
            self._open(self._found())

    def _found(self) -> Found | None:
        return find(self._client, self._run.id, self.name)

    def _open(self, found: Found | None) -> None:
        if found is None:
            self._create()
        else:
            self._client.run_each(self._join(found))
        missing = [w for w in self._windows.values() if w.opens and w.task not in self._places]
        if self.many:
            return
        if found is None:
            self._lacking = missing
        else:
            self._open_windows(missing)

    def fill(self) -> None:
        """Ask for a placeholder for each task that has not begun, at its own index."""
        for window in (lacking for lacking in self._lacking if lacking.task not in self.begun):
            target = self._index(window.task)
            self._awaited.add(window.task)
            self._client.ask(
                [
                    opening(window, target, says(window), "waiting"),
                    *options_of(window, target, "waiting"),
                ],
                partial(self._filled, window.task, None),
            )
        self._lacking = []

    def is_awaited(self, task: str) -> bool:
        """Whether the task's window will be heard of soon."""
        return task in self._awaited

    def _filled(self, task: str, heard: Heard | None, said: list[str] | BackendError) -> None:
        """One that could not be made is made when its task starts."""
        self._awaited.discard(task)
        if not isinstance(said, BackendError):
            self._places[task] = place_of(said[0])
        if heard is not None:
            heard(said)
        if task in self._next:
            self._next.pop(task)()

    def _open_windows(self, windows: list[Window]) -> None:
        """Placeholders. Their options are set by their ids: an index may be anybody's."""
        # Who goes anywhere comes last: anywhere may be the index of one that is to come.
        windows = sorted(windows, key=lambda window: self._indexes[window.task] in self._taken)
        opened = [opening(w, self._free(w.task), says(w), "waiting") for w in windows]
        said = self._client.run_each(opened)
        commands: list[Command] = []
        for window, line in zip(windows, said, strict=True):
            self._places[window.task] = place_of(line)
            commands += options_of(window, self._places[window.task].window, "waiting")
        self._client.run_each(commands)

    def _create(self) -> None:
        of_name = f"={self.name}:"
        created = self._client.begin(
            (
                *("new-session", "-d", "-x", "200", "-y", "50", "-s", self.name),
                *("-n", "mission control", "-c", "/", "-P", "-F", "#{pid} #{session_id}", "--"),
                *mission_argv(self._run.mission_control),
            ),
            ("if-shell", "-F", f"#{{{_FRESH}}}", _NO_LONGER_FRESH, _READ_AGAIN),
            *session_commands(self._run, of_name),
            ("set-option", "-w", "-t", f"{of_name}0", MISSION_OPTION, "1"),
        )
        self.server_pid, self.id = _made(created)

    def _join(self, found: Found) -> list[Command]:
        self.server_pid, self.id = found.server_pid, found.id
        tasks = {option_name(task): task for task in self._windows}
        tasks |= {option_name(old): new for old, new in (self._run.moved or {}).items()}
        self._places = {tasks.get(name, name): place for name, place in found.places.items()}
        self.begun = {tasks.get(name, name) for name in found.begun}
        self._taken = found.indexes
        commands = [
            ("rename-session", "-t", self.id, self.name),
            *session_commands(self._run, self.id),
        ]
        for task in (self._run.moved or {}).values():
            if task in self._places:
                commands += options_of(self._window(task), self._places[task].window, None)
        if found.mission is not None and (found.mission_over or self._run.moved is not None):
            commands += begin_again(found.mission.pane, self.id, self._run.mission_control)
        return commands

    def place(self, task: str) -> Place | None:
        """Where the task's window is, if it has one."""
        return self._places.get(task)

    def set_up(self, task: str, argv: tuple[str, ...], pipe: str, heard: Started) -> None:
        """Run a command that waits for its turn, in a window of its own into which nobody can
        type; `heard` as in `start`."""
        self._awaited.add(task)
        commands = self._opening(task, argv, pipe, "waiting")
        commands += waits(self._window(task), self._index(task))
        self._client.ask(commands, partial(self._filled, task, _pid(1, heard)))

    def start(
        self,
        task: str,
        argv: tuple[str, ...],
        pipe: str,
        heard: Started,
        go: Callable[[str], int],
    ) -> None:
        """Run a task's command in its window, with its output piped from the first byte on:
        window, pipe and command in one command list. `heard` gets the command's pid, or why
        there is none; after a LostError the command may be running all the same. `go` lets a
        command begin that waits there already: its pid, or 0."""
        if task in self._awaited:
            self._next[task] = partial(self.start, task, argv, pipe, heard, go)
            return
        again = task in self.begun
        self.begun.add(task)
        pid = go(task)
        if pid:
            self.begins(task)
            heard(pid)
            return
        place = self._places.get(task)
        anew = partial(self._start_anew, task, argv, pipe, heard)
        if place is None:
            anew()
        elif again:
            answered = _pid(-1, partial(_or_else, heard, anew))
            start_again(self._client, place, argv, pipe, answered)
        else:  # a person may have closed it: then another is made
            commands = respawning(place, argv, pipe)
            self._client.ask(commands, _pid(-1, partial(_or_else, heard, anew)))

    def begins(self, task: str) -> None:
        """What waited in its window was let begin."""
        place = self._places.get(task)
        if place is not None:
            self._client.tell(begins(self._window(task), place))

    def _start_anew(self, task: str, argv: tuple[str, ...], pipe: str, heard: Started) -> None:
        """In another window, at the task's own index unless that is taken."""
        self._places.pop(task, None)
        elsewhere = partial(self._start_elsewhere, task, argv, pipe, heard)
        if task not in self._indexes:
            elsewhere()
            return
        answered = _pid(1, partial(_or_else, heard, elsewhere))
        target = self._index(task)
        commands = [
            *self._opening(task, argv, pipe, "running"),
            *options_of(self._window(task), target, "running"),
            begun(target),
        ]
        self._client.ask(commands, partial(self._opened, task, answered))

    def look_commands(self, task: str, look: Look) -> list[Command]:
        """Show a task's state in its window's name and colour."""
        place = self._places.get(task)
        if place is None:
            return []
        name = names.window_name(look, task, self._window(task).title)
        return [
            ("set-option", "-w", "-t", place.window, "@tmuxplan_colour", names.colour(look)),
            ("rename-window", "-t", place.window, name),
        ]

    def say_commands(self, task: str, text: str) -> list[Command]:
        """Replace what a placeholder says."""
        place = self._places.get(task)
        if place is None:
            return []
        return [("respawn-pane", "-k", "-t", place.pane, "-c", "/", "--", *placeholder(text))]

    def ask_commands(self, task: str, *, begun: bool) -> list[Command]:
        """Ask a person in the task's window: in its place, or under what its commands printed.
        That screen closes itself when it is answered; then so does its pane."""
        place, person = self._places.get(task), self._run.person
        if place is None or person is None or not (argv := person(task)):
            return []
        if not begun:
            return [("respawn-pane", "-k", "-t", place.pane, "-c", "/", "--", *argv)]
        under = ("split-window", "-v", "-l", "40%", "-t", place.pane, "-c", "/", "--", *argv)
        return [under, ("set-option", "-p", "-t", place.window, "remain-on-exit", "off")]

    def type(self, task: str, path: Path) -> bool:
        """Type what this file holds into a task's pane; False where it has none.

        Not by send-keys: that shows its text to everybody who lists processes, and takes it for
        the keys of copy mode where a person has scrolled back.
        """
        place = self._places.get(task)
        if place is None:
            return False
        self._client.run(
            ("load-buffer", "-b", _KEYS, str(path)),
            ("paste-buffer", "-d", "-r", "-b", _KEYS, "-t", place.pane),
        )
        return True

    def close(self, task: str) -> None:
        """Have a task's window closed."""
        self._client.tell(self.close_commands(task))

    def close_commands(self, task: str) -> list[Command]:
        """Close a task's window."""
        place = self._places.pop(task, None)
        return [("kill-window", "-t", place.window)] if place else []

    def _window(self, task: str) -> Window:
        return self._windows.get(task) or Window(task, "", "")

    def _index(self, task: str) -> str:
        return f"{self.id}:{self._indexes[task]}"

    def _free(self, task: str) -> str:
        """The task's own index, or any other where a window has it already."""
        return f"{self.id}:" if self._indexes[task] in self._taken else self._index(task)

    def _opening(self, task: str, argv: tuple[str, ...], pipe: str, look: Look) -> list[Command]:
        """A window made for it, at the task's own index, that prints its ids and its pid."""
        target = self._index(task)
        return [
            opening(self._window(task), target, argv, look),
            ("pipe-pane", "-t", target, pipe),
            ("display-message", "-p", "-t", target, "#{pane_pid}"),
        ]

    def _opened(self, task: str, heard: Heard, said: list[str] | BackendError) -> None:
        if not isinstance(said, BackendError):
            self._places[task] = place_of(said[0])
        heard(said)

    def _start_elsewhere(self, task: str, argv: tuple[str, ...], pipe: str, heard: Started) -> None:
        """In a placeholder wherever there is room."""
        opened = opening(self._window(task), f"{self.id}:", says(self._window(task)), "running")
        self._client.ask([opened], partial(self._opened_elsewhere, task, argv, pipe, heard))

    def _opened_elsewhere(
        self,
        task: str,
        argv: tuple[str, ...],
        pipe: str,
        heard: Started,
        said: list[str] | BackendError,
    ) -> None:
        if isinstance(said, BackendError):
            heard(said)
            return
        place = self._places[task] = place_of(said[0])
        self._client.tell(options_of(self._window(task), place.window, "running"))
        self._client.ask(respawning(place, argv, pipe), _pid(-1, heard))


def is_gone(answer: object) -> bool:
    """Whether a person ended the session while others keep the server: nothing was started."""
    certain = isinstance(answer, BackendError) and not isinstance(answer, LostError)
    return certain and "can't find session" in str(answer)


def _or_else(heard: Started, way: Callable[[], None], answer: int | BackendError) -> None:
    """Another way where the first failed for certain."""
    if isinstance(answer, BackendError) and not isinstance(answer, LostError):
        way()
    else:
        heard(answer)


def _pid(at: int, heard: Started) -> Heard:
    """Hears a list's answer, one line of which is the pid."""
    return lambda said: heard(said if isinstance(said, BackendError) else int(said[at]))


_KEYS = "tmuxplan-keys"
_FRESH = "@tmuxplan_fresh"
"""Set by the configuration as a server starts. One outlives its runs, and may be older than this
version's keys and hooks: then it is to read them again."""
_NO_LONGER_FRESH = f"set-option -gu {_FRESH}"
_READ_AGAIN = f"source-file -q {quoted(str(CONFIG))} ; {_NO_LONGER_FRESH}"


def _made(said: list[str]) -> tuple[int, str]:
    """The server's pid and the session's id."""
    words = said[0].split() if said else []
    if len(words) != 2 or not words[0].isdigit():
        raise BackendError("tmux started no session, and did not say why")
    return int(words[0]), words[1]
