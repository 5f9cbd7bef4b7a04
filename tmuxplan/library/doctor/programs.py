"""The programs that runs stand on: bash and tmux, tried as a run uses them."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import tempfile
from pathlib import Path

from tmuxplan import machine
from tmuxplan.backends.tmux.client import Client, require_tmux, socket_name
from tmuxplan.backends.tmux.sending import SilentError
from tmuxplan.backends.tmux.sessions import ASKED_S
from tmuxplan.errors import BackendError
from tmuxplan.library.doctor.check import Check, error, ok, warning
from tmuxplan.run import clock

_PATIENCE_S = 8.0
_LOOK_S = 0.01
_TRIAL = """
trap 'rm -rf "$1" "${TMUX%%,*}"; exit' HUP
echo ran >"$1/ran"
n=0
while [ $n -lt 30 ] && kill -0 "$2"; do sleep 1; n=$((n+1)); done 2>/dev/null
server=${TMUX#*,}
rm -rf "$1" "${TMUX%%,*}"
kill "${server%%,*}"
"""
"""What the window runs: where this process was killed, nobody else would end the server, or
remove the socket of one that it had told to end."""


def bash() -> Check:
    """What runs the tasks."""
    try:
        path = machine.bash()
    except BackendError as missing:
        return error("bash", missing.what, missing.remedy)
    version = machine.bash_version(path)
    if not version:
        return error("bash", f"{path} does not run", "install bash anew, or mend PATH")
    return ok("bash", f"{path}, version {version}")


def tmux() -> Check:
    """The default backend: there, new enough, and a server of ours opens a window that runs."""
    try:
        path = require_tmux()
    except BackendError as missing:
        return warning(
            "tmux",
            f"{missing.what}: runs go on the pty backend, without windows to look at",
            missing.remedy,
        )
    version, why_not = _tried()
    if why_not:
        return error(
            "tmux",
            f"{path} starts no server of ours: {why_not}",
            "check that TMUX_TMPDIR (or /tmp) is yours to write to, or launch with --backend pty",
        )
    silent = _silent()
    if silent:
        return error(
            "tmux",
            f"the server that runs share (tmux -L {socket_name()}): {silent}",
            "where its process is stopped, let it go on (kill -CONT); or end what runs there, and "
            "it; or launch with --backend pty",
        )
    return ok("tmux", f"{path}, version {version}: a private server starts, and runs a window")


def _tried() -> tuple[str, str]:
    """The version, and why a window's command does not run; empty: it does. Leaves nothing."""
    client = Client(f"{socket_name()}-doctor-{os.getpid()}")
    try:
        folder = Path(tempfile.mkdtemp(prefix=f"tmuxplan-doctor-{os.getpid()}-"))
    except OSError as full:
        return "", str(full)
    version = socket = ""
    try:
        trial = ("sh", "-c", _TRIAL, "sh", str(folder), str(os.getpid()))
        client.start("new-session", "-d", *trial)
        # By `start`, as a launch's supervisor asks: without a terminal, whose TERM may be unknown.
        told = client.start("display-message", "-p", "#{version} #{socket_path}")
        version, _, socket = "".join(told).partition(" ")
        if _comes(folder / "ran"):
            return version, ""
        return version, f"its window ran nothing within {_PATIENCE_S:g} s"
    except BackendError as refused:
        return version, refused.what
    finally:
        with contextlib.suppress(BackendError):
            client.start("kill-server")
        if socket:  # a server that is killed leaves it
            Path(socket).unlink(missing_ok=True)
        shutil.rmtree(folder, ignore_errors=True)


def _silent() -> str:
    """Why the server of runs can't be asked; empty where it can, or there is none yet."""
    try:
        Client(patience_s=ASKED_S).start("list-sessions")
    except SilentError:
        return f"it gave no answer within {ASKED_S:g} s"
    except BackendError as refused:
        return "" if _is_none(refused.what) else refused.what
    return ""


def _is_none(refusal: str) -> bool:
    """Whether tmux says that there is no server, in whatever language the system has it."""
    if "no server running" in refusal:
        return True
    socket = re.search(r"error connecting to (.+) \(", refusal)
    return socket is not None and not os.path.lexists(socket[1])


def _comes(sign: Path) -> bool:
    deadline = clock.monotonic() + _PATIENCE_S
    while not sign.exists():
        if clock.monotonic() > deadline:
            return False
        clock.pause(_LOOK_S)
    return True
