"""A run's session: window 0 is mission control, and each task has a window.

Windows are addressed by their ids alone: names and indexes are people's.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable

import msgspec

from tmuxplan.backends.tmux import names
from tmuxplan.backends.tmux.client import Client, Command
from tmuxplan.errors import BackendError
from tmuxplan.run.backend import Look, RunInfo, Window

MOST_WINDOWS = 40
"""Past so many tasks windows open as tasks start, and close as they pass."""


TASK_OPTION = "@tmuxplan_task"
"""The user option of a window that holds its task's id."""


class Place(msgspec.Struct, frozen=True):
    """A task's window and its pane, by tmux's ids."""

    window: str
    pane: str


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

    def open(self) -> None:
        """Make the session, mission control, and a placeholder for each task."""
        created = self._client.start(
            *("new-session", "-d", "-x", "200", "-y", "50", "-s", self.name),
            *("-n", "mission control", "-c", "/", "-P", "-F", "#{pid} #{session_id}", "--"),
            *_argv(self._run.mission_control or placeholder("mission control")),
        )
        self.server_pid, self.id = _made(created)
        title = names.title(self._run.session)
        commands: list[Command] = [("set-option", "-t", self.id, "@tmuxplan_title", title)]
        windows = [] if self.many else list(self._windows.values())
        for window in windows:
            commands += self._open_commands(window, self._index(window.task), _says(window))
        said = self._client.run_each(commands)
        for window, line in zip(windows, said, strict=True):
            self._places[window.task] = _place(line)

    def place(self, task: str) -> Place | None:
        """Where the task's window is, if it has one."""
        return self._places.get(task)

    def start(self, task: str, argv: tuple[str, ...], pipe: str) -> tuple[int, Place]:
        """Run a task's command in its window, with its output piped from the first byte on:
        window, pipe and command in one command list. The command's pid, and where."""
        place = self._places.get(task)
        if place is not None:
            try:
                return self._respawn(place, argv, pipe)
            except BackendError:
                del self._places[task]  # a person closed it: make another
        if task in self._indexes:
            with contextlib.suppress(BackendError):  # its index is taken
                return self._start_new(task, argv, pipe)
        return self._start_elsewhere(task, argv, pipe)

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

    def close_commands(self, task: str) -> list[Command]:
        """Close a task's window."""
        place = self._places.pop(task, None)
        return [("kill-window", "-t", place.window)] if place else []

    def _window(self, task: str) -> Window:
        return self._windows.get(task) or Window(task, "", "")

    def _index(self, task: str) -> str:
        return f"{self.id}:{self._indexes[task]}"

    def _open_commands(
        self, window: Window, target: str, argv: tuple[str, ...], look: Look = "waiting"
    ) -> list[Command]:
        """A new window at `target`, which prints its ids."""
        name = names.window_name(look, window.task, window.title)
        opened = ("new-window", "-d", "-P", "-F", _IDS, "-t", target, "-n", name, "-c", "/", "--")
        return [(*opened, *_argv(argv)), *_option_commands(window, target, look)]

    def _respawn(self, place: Place, argv: tuple[str, ...], pipe: str) -> tuple[int, Place]:
        said = self._client.run(
            ("pipe-pane", "-t", place.pane, pipe),
            ("respawn-pane", "-k", "-t", place.pane, "-c", "/", "--", *_argv(argv)),
            ("display-message", "-p", "-t", place.pane, "#{pane_pid}"),
        )
        return int(said[-1]), place

    def _start_new(self, task: str, argv: tuple[str, ...], pipe: str) -> tuple[int, Place]:
        """In a window made for it, at the task's own index: one command list."""
        target = self._index(task)
        opened, *options = self._open_commands(self._window(task), target, argv, "running")
        piped = ("pipe-pane", "-t", target, pipe)
        pid = ("display-message", "-p", "-t", target, "#{pane_pid}")
        said = self._client.run(opened, piped, pid, *options)
        self._places[task] = _place(said[0])
        return int(said[1]), self._places[task]

    def _start_elsewhere(self, task: str, argv: tuple[str, ...], pipe: str) -> tuple[int, Place]:
        """In a placeholder wherever there is room."""
        window = self._window(task)
        opened, *_ = self._open_commands(window, f"{self.id}:", _says(window), "running")
        place = self._places[task] = _place(self._client.run(opened)[0])
        self._client.run(*_option_commands(window, place.window, "running"))
        return self._respawn(place, argv, pipe)


_IDS = "#{window_id} #{pane_id}"


def _made(said: list[str]) -> tuple[int, str]:
    """The server's pid and the session's id."""
    words = said[-1].split() if said else []
    if len(words) != 2 or not words[0].isdigit():
        raise BackendError("tmux started no session, and did not say why")
    return int(words[0]), words[1]


def _place(line: str) -> Place:
    window, pane = line.split()
    return Place(window, pane)


def _says(window: Window) -> tuple[str, ...]:
    return placeholder(f"{window.task} {names.plain(window.title)}\n\n{window.text}")


def _option_commands(window: Window, target: str, look: Look) -> list[Command]:
    options = {
        TASK_OPTION: names.plain(window.task),
        "@tmuxplan_title": names.title(window.title),
        "@tmuxplan_colour": names.colour(look),
    }
    return [("set-option", "-w", "-t", target, name, text) for name, text in options.items()]


def placeholder(text: str) -> tuple[str, ...]:
    """A command that prints and stays, at no cost; nothing that is typed into it is read."""
    return (
        "/bin/sh",
        "-c",
        'printf "%s\\n" "$1"; exec cat >/dev/null',
        "sh",
        names.placeholder_text(text),
    )


def _argv(argv: Iterable[str]) -> tuple[str, ...]:
    """tmux gives a single word to a shell; two or more are executed as they are."""
    words = tuple(argv)
    return words if len(words) > 1 else ("/usr/bin/env", *words)
