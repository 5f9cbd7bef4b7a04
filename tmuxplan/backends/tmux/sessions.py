"""The sessions of runs on the private server, by their runs."""

from __future__ import annotations

from tmuxplan.backends.tmux.client import Client
from tmuxplan.backends.tmux.found import RUN_OPTION
from tmuxplan.backends.tmux.sending import SilentError
from tmuxplan.errors import BackendError

ASKED_S = 3.0
"""How long a person waits to hear that tmux is silent."""


def sessions_of_runs(socket: str | None = None) -> dict[str, str]:
    """tmux's id of each run's session, by the run's id. Empty too where there is no server.
    SilentError: it does not answer."""
    try:
        # By `start`, which is without a terminal: tmux refuses everything at one whose TERM it
        # does not know. It starts no server for this command.
        asking = Client(socket, patience_s=ASKED_S)
        lines = asking.start("list-sessions", "-F", f"#{{session_id}} #{{{RUN_OPTION}}}")
    except SilentError:
        raise
    except BackendError:
        return {}
    found = (line.partition(" ") for line in lines)
    return {run: session for session, _, run in found if run}


def close_session(session: str, socket: str | None = None) -> None:
    """Close one with its windows, by tmux's id of it. BackendError: it can't be closed."""
    Client(socket).start("kill-session", "-t", session)
