"""Facts of this machine, asked for one by one, for those who check a plan against it."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from getpass import getuser
from pathlib import Path

from tmuxplan.errors import BackendError

_PATIENCE_S, _READING_S = 3.0, 30.0


def processors() -> int:
    """How many may run us."""
    ours = getattr(os, "sched_getaffinity", None)  # macOS has none
    return len(ours(0)) if ours is not None else os.cpu_count() or 1


def bash() -> str:
    """The bash that runs tasks. BackendError: there is none."""
    found = shutil.which("bash")
    if found is None:
        raise BackendError("bash is not on PATH", "install bash, or put it on PATH")
    return found


def bash_version(path: str) -> str:
    """`5.2.15(1)-release`; empty where it does not run, or hangs."""
    try:
        done = subprocess.run(
            [path, "--norc", "--noprofile", "-c", 'echo "$BASH_VERSION"'],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            env=_plain(),
            timeout=_PATIENCE_S,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


def syntax_error(text: str, shell: str = "bash") -> str:
    """What `bash -n` says of this text, the first complaint; empty where it parses, or where
    there is no such shell. `shell`: one that is known by name, never a plan's own words."""
    path = shutil.which(shell)
    if path is None:
        return ""
    try:
        done = subprocess.run(
            [path, *(["-f"] if shell == "zsh" else []), "-n"],  # -f: no start-up files
            input=text.encode("utf-8", "surrogateescape"),
            capture_output=True,
            check=False,
            env=_plain(),
            timeout=_READING_S,
        )
    except subprocess.TimeoutExpired:
        return f"{shell} could not read it within {_READING_S:g} s"
    if done.returncode == 0:
        return ""
    said = done.stderr.decode("utf-8", "replace").splitlines()
    return said[0] if said else "syntax error"


def _plain() -> dict[str, str]:
    """Without BASH_ENV, which every bash runs first."""
    return {"LC_ALL": "C", "PATH": os.environ.get("PATH", os.defpath)}


def is_directory(path: str) -> bool:
    """Whether there is such a directory here; False where nobody may look."""
    try:
        return Path(path).is_dir()
    except OSError:  # a longer name than any here can have
        return False


def exists(path: str) -> bool:
    """Whether there is anything of that name here; False where nobody may look."""
    try:
        return Path(path).exists()
    except OSError:
        return False


def which(name: str) -> str | None:
    """The path of a command on this PATH; None: there is none."""
    return shutil.which(name)


def is_set(name: str) -> bool:
    """Whether the environment has the variable."""
    return name in os.environ


def host() -> str:
    """This machine's name."""
    return socket.gethostname()


def user() -> str:
    """Who runs this; a number where the user has no name."""
    try:
        return getuser()
    except (KeyError, OSError):
        return str(os.getuid())
