"""How people get to a session: argv only; who asked runs it."""

from __future__ import annotations

import os
import shlex
import subprocess

from tmuxplan.backends.tmux import names
from tmuxplan.backends.tmux.client import Client
from tmuxplan.backends.tmux.found import TASK_OPTION
from tmuxplan.errors import BackendError


def attach_command(socket: str, session: str, task: str | None = None) -> tuple[str, ...]:
    """argv that attaches to the session at the task's window (mission control without one).

    Works from any process. BackendError when the session or the window is gone.
    """
    name = names.session_name(session)
    window = _window_of(Client(socket), name, task) if task else "0"
    return ("tmux", "-u", "-L", socket, "attach-session", "-t", f"={name}:{window}")


def nested_attach_command(attach: tuple[str, ...], tmux: str) -> tuple[str, ...]:
    """argv for a pane of another tmux, whose `$TMUX` is given: its client leaves, shows this
    session, and comes back afterwards. (A client can't switch to another server.)"""
    outer, _, rest = tmux.partition(",")
    session = rest.partition(",")[2]
    back = (
        "tmux",
        "-u",
        "-S",
        outer,
        "attach-session",
        *(("-t", f"${session}") if session else ()),
    )
    then = f"{shlex.join(attach)}; {shlex.join(back)}"
    return ("tmux", "-u", "-S", outer, "detach-client", "-E", then)


def show_window(session: str, task: str, socket: str | None = None) -> None:
    """For who looks at this server already: the task's window. BackendError: it has none."""
    client, name = Client(socket), names.session_name(session)
    window = f"={name}:{_window_of(client, name, task)}"
    client.run(("select-window", "-t", window), ("switch-client", "-t", window))


def session_alive(session: str, socket: str | None = None) -> bool:
    """Whether the session is there; False too when tmux can't be asked."""
    try:
        Client(socket).run(("has-session", "-t", f"={names.session_name(session)}"))
    except BackendError:
        return False
    return True


def end_session(session: str, socket: str | None = None) -> None:
    """Close a session with its windows; one that is gone is no error."""
    if session_alive(session, socket):
        Client(socket).run(("kill-session", "-t", f"={names.session_name(session)}"))


def inside_tmux() -> str | None:
    """The `$TMUX` of the terminal that we run in."""
    return os.environ.get("TMUX") or None


def is_shown(tmux: str) -> bool:
    """Whether a terminal shows the tmux of this `$TMUX`: else nobody's client could leave it."""
    asked = ["tmux", "-S", tmux.partition(",")[0], "list-clients"]
    try:
        done = subprocess.run(asked, capture_output=True, check=False)
    except OSError:
        return False
    return bool(done.stdout.strip())


def _window_of(client: Client, session: str, task: str) -> str:
    lines = client.run(
        ("list-windows", "-t", f"={session}", "-F", f"#{{window_id}} #{{{TASK_OPTION}}}")
    )
    for line in lines:
        window, _, found = line.partition(" ")
        if found == names.plain(task):
            return window
    raise BackendError(f"{task} has no window", "it opens when the task starts")
