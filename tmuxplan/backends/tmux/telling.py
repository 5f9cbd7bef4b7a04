"""A message on the terminals that look at a session: tmux's message line, the bell, and OSC 9."""

from __future__ import annotations

import contextlib
import os

from tmuxplan.backends.tmux import names
from tmuxplan.backends.tmux.client import Client
from tmuxplan.errors import BackendError

SHOWN_MS = "10000"


def tell(session: str, text: str, socket: str | None = None) -> int:
    """Show `text` (one clean line) to everybody who is attached; how many were reached.

    OSC 9 is a notification of the desktop where the terminal knows it; it and the bell are
    written to the client's own terminal, since tmux hands on neither from a window in the back.
    """
    client = Client(socket)
    try:
        found = client.run(
            ("list-clients", "-t", f"={names.session_name(session)}", "-F", "#{client_tty}")
        )
    except BackendError:
        return 0
    return sum(_one(client, tty, text) for tty in found if tty)


def _one(client: Client, tty: str, text: str) -> bool:
    with contextlib.suppress(BackendError):
        client.run(("display-message", "-c", tty, "-d", SHOWN_MS, text.replace("#", "##")))
    try:
        fd = os.open(tty, os.O_WRONLY | os.O_NOCTTY | os.O_NONBLOCK)
    except OSError:
        return False
    try:
        os.write(fd, f"\a\033]9;{text}\a".encode("utf-8", "replace"))
    except OSError:
        return False
    finally:
        os.close(fd)
    return True
