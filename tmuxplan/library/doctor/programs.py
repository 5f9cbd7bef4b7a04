"""The programs that runs stand on: bash and tmux, tried as a run uses them."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from pathlib import Path

from tmuxplan import machine
from tmuxplan.backends.tmux.client import Client, require_tmux, socket_name
from tmuxplan.errors import BackendError
from tmuxplan.library.doctor.check import Check, error, ok, warning
from tmuxplan.run import clock

_PATIENCE_S = 10.0
_LOOK_S = 0.01


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
    return ok("tmux", f"{path}, version {version}: a private server starts, and runs a window")


def _tried() -> tuple[str, str]:
    """The version, and why a window's command does not run; empty: it does. Leaves nothing."""
    client = Client(f"{socket_name()}-doctor-{os.getpid()}")
    try:
        folder = Path(tempfile.mkdtemp(prefix="tmuxplan-doctor-"))
    except OSError as full:
        return "", str(full)
    version = socket = ""
    try:
        sign = folder / "ran"
        client.start("new-session", "-d", "sh", "-c", 'echo ran >"$1"', "sh", str(sign))
        # By `start`, as a launch's supervisor asks: without a terminal, whose TERM may be unknown.
        told = client.start("display-message", "-p", "#{version} #{socket_path}")
        version, _, socket = "".join(told).partition(" ")
        return version, "" if _comes(sign) else f"its window ran nothing within {_PATIENCE_S:g} s"
    except BackendError as refused:
        return version, refused.what
    finally:
        with contextlib.suppress(BackendError):
            client.start("kill-server")
        if socket:  # a server that is killed leaves it
            Path(socket).unlink(missing_ok=True)
        shutil.rmtree(folder, ignore_errors=True)


def _comes(sign: Path) -> bool:
    deadline = clock.monotonic() + _PATIENCE_S
    while not sign.exists():
        if clock.monotonic() > deadline:
            return False
        clock.pause(_LOOK_S)
    return True
