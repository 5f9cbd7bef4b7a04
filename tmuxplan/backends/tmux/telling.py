"""A message on the terminals that look at a session: tmux's message line, the bell, and OSC 9."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Collection

from tmuxplan.backends.tmux import names
from tmuxplan.backends.tmux.client import Client, Command
from tmuxplan.errors import BackendError
from tmuxplan.run.backend import Look, Window

SHOWN_MS = "6000"
_SOON_S = "0.1"
"""From a window's new name to the message: while tmux shows one, it draws no other line anew."""
_LONGEST = 200
_MOST = 3
"""Tasks that one message names."""
_HARMLESS = str.maketrans({"#": "＃", "%": "％", "'": "’"})
_RINGS: dict[Look, str] = {
    "asking": "waits for input",
    "stalled": "has stalled",
    "person": "waits for a person",
    "failed": "failed",
    "lost": "is lost",
}


class Bell:
    """What the people who look at a session, in any of its windows, are told next.

    Who looks is asked in a command list that is sent anyway; only where somebody does is more
    sent, one list for all of them.
    """

    def __init__(self, client: Client) -> None:
        self._client = client
        self._session = ""
        self._titles: dict[str, str] = {}
        self._news: dict[str, str] = {}
        self._end = ""
        self._asked = False

    def opened(self, session: str, windows: Collection[Window]) -> None:
        """This is the session, by its id."""
        self._session = session
        self._titles = {window.task: window.title for window in windows}

    def note(self, task: str, look: Look, asked: str) -> None:
        """A task looks so now; an earlier look that nobody was told of yet is no news."""
        self._news.pop(task, None)
        if look in _RINGS:
            about = asked if look == "asking" else self._titles.get(task, "")
            self._news[task] = f"{task} {_RINGS[look]}{f': {about}' if about else ''}"

    def over(self, words: str) -> None:
        """The run has ended so; empty: it has not, and only its supervisor leaves."""
        self._end = words

    def who_looks(self) -> list[Command]:
        """Asks for their terminals, where there is something to tell that nobody asked for yet."""
        if self._asked or not (self._news or self._end):
            return []
        self._asked = True
        return [("list-clients", "-t", self._session, "-F", "#{client_tty}")]

    def ring(self, said: list[str] | BackendError) -> None:
        """Tell those who look: the answer to `who_looks`."""
        words, self._news, self._end, self._asked = self._words(), {}, "", False
        terminals = [] if isinstance(said, BackendError) else [tty for tty in said if tty]
        if not words:
            return
        for tty in terminals:
            _sound(tty, words)
            later = ("run-shell", "-b", "-d", _SOON_S, "-C", _message(tty, words))
            self._client.tell([later])

    def _words(self) -> str:
        news = list(self._news.values())
        more = [f"and {len(news) - _MOST} more"] if len(news) > _MOST else []
        said = ", ".join([*news[:_MOST], *more, *([self._end] if self._end else [])])
        return names.cut(names.plain(said), _LONGEST)


def _message(tty: str, words: str) -> str:
    """In tmux's own language, which some versions expand once more before it is read."""
    shown = words.translate(_HARMLESS)
    return f"display-message -c '{tty}' -d {SHOWN_MS} '{shown}'"


def _sound(tty: str, text: str) -> None:
    """The bell, and OSC 9: a notification of the desktop where the terminal knows it. tmux hands
    on neither from a window in the back."""
    try:
        fd = os.open(tty, os.O_WRONLY | os.O_NOCTTY | os.O_NONBLOCK)
    except OSError:
        return
    with contextlib.suppress(OSError):
        os.write(fd, f"\a\033]9;{text}\a".encode("utf-8", "replace"))
    os.close(fd)
