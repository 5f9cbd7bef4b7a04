"""What is said to tmux about a window: command lists, and what their answers mean. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from tmuxplan.backends.tmux import names
from tmuxplan.backends.tmux.client import Command
from tmuxplan.backends.tmux.found import BEGUN_OPTION, TASK_OPTION, Place, option_name
from tmuxplan.run.backend import Look, Window

_IDS = "#{window_id} #{pane_id}"
_NO_LOCALE = ("-e", "LC_ALL=C")
"""What we run in a window copies bytes, and each locale takes 0.1 ms of a start. The body has its
own, as all of its environment."""


def opening(window: Window, target: str, argv: tuple[str, ...], look: Look) -> Command:
    """Opens a window at `target`, and prints its ids (`place_of`)."""
    name = names.window_name(look, window.task, window.title)
    opened = ("new-window", "-d", "-P", "-F", _IDS, "-t", target, "-n", name, "-c", "/")
    return (*opened, *_NO_LOCALE, "--", *executed(argv))


def respawning(
    place: Place,
    argv: tuple[str, ...],
    pipe: str,
    grown: tuple[Command, ...] = (),
    *,
    again: bool = False,
) -> list[Command]:
    """Runs a command in a pane, and prints its pid."""
    piped = ("pipe-pane", "-t", place.pane, pipe)
    started = (
        "respawn-pane",
        "-k",
        "-t",
        place.pane,
        "-c",
        "/",
        *_NO_LOCALE,
        "--",
        *executed(argv),
    )
    return [
        *((started, piped) if again else (piped, started)),  # a dead pane takes no pipe
        *grown,
        ("display-message", "-p", "-t", place.pane, "#{pane_pid}"),
        begun(place.window),
    ]


def waits(window: Window, target: str) -> list[Command]:
    """What runs there waits for its turn: nobody can type, and it is no task's window yet."""
    return [*_shown(window, target, "waiting"), ("select-pane", "-d", "-t", target)]


def begins(window: Window, place: Place) -> list[Command]:
    """What waited there begins."""
    task = ("set-option", "-w", "-t", place.window, TASK_OPTION, option_name(window.task))
    return [("select-pane", "-e", "-t", place.pane), task, begun(place.window)]


def begun(window: str) -> Command:
    """It is no placeholder any more."""
    return ("set-option", "-w", "-t", window, BEGUN_OPTION, "1")


def place_of(line: str) -> Place:
    """What `opening` printed."""
    window, pane = line.split()
    return Place(window, pane)


def says(window: Window) -> tuple[str, ...]:
    """The placeholder of a task that has not begun."""
    return placeholder(f"{window.task} {names.plain(window.title)}\n\n{window.text}")


def options_of(window: Window, target: str, look: Look | None) -> list[Command]:
    """What keys and formats know of it; the colour only where there is a `look`."""
    task = ("set-option", "-w", "-t", target, TASK_OPTION, option_name(window.task))
    return [task, *_shown(window, target, look)]


def _shown(window: Window, target: str, look: Look | None) -> list[Command]:
    options = {"@tmuxplan_title": names.title(window.title)}
    if look is not None:
        options["@tmuxplan_colour"] = names.colour(look)
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


def executed(argv: Iterable[str]) -> tuple[str, ...]:
    """tmux gives a single word to a shell; two or more are executed as they are."""
    words = tuple(argv)
    return words if len(words) > 1 else ("/usr/bin/env", *words)
