"""Starting in a pane that shows an earlier attempt, without losing what it shows."""

from __future__ import annotations

from functools import partial

from tmuxplan.backends.tmux.client import Client, Command
from tmuxplan.backends.tmux.found import Place
from tmuxplan.backends.tmux.sending import Heard
from tmuxplan.backends.tmux.windows import executed, respawning
from tmuxplan.errors import BackendError

_ONCE_GROWN = (
    "/bin/sh",
    "-c",
    'n=50; while [ $n -gt 0 ] && case $(stty size) in "1 "*) ;; *) false ;; esac; do '
    'n=$((n - 1)); sleep 0.02; done 2>/dev/null; exec "$@"',
    "sh",
)
"""Waits, a second at most, until the pane has its height again: tmux puts off a resize that
follows another, and a program would see one line."""


def start_again(
    client: Client, place: Place, argv: tuple[str, ...], pipe: str, heard: Heard
) -> None:
    """tmux would clear the pane: what it shows is moved to the history first, by making it small
    for a moment, with another that takes all the room. The answer's last line is the pid."""
    split = ("split-window", "-d", "-v", "-l", "100%", "-P", "-F", "#{pane_id}")
    spacing = (*split, "-t", place.pane, "-c", "/", "--", *executed(("cat",)))

    def squeezed(said: list[str] | BackendError) -> None:
        """Without a spacer, where there was no room to take."""
        spacer = () if isinstance(said, BackendError) else (("kill-pane", "-t", said[0]),)
        words = (*_ONCE_GROWN, *argv) if spacer else argv
        commands = respawning(place, words, pipe, spacer, again=True)
        client.ask(commands, partial(_respawned, client, spacer, heard))

    client.ask([spacing], squeezed)


def _respawned(
    client: Client, spacer: tuple[Command, ...], heard: Heard, said: list[str] | BackendError
) -> None:
    if isinstance(said, BackendError):
        client.tell(spacer)
    heard(said)
