"""What systemd's login manager does to a user's processes, where there is one."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Literal

import msgspec

_PATIENCE_S = 5
_CGROUP = Path("/proc/self/cgroup")

Place = Literal["session", "manager", "elsewhere"]
"""Where systemd has this process, and what it starts: in the login's own scope, under the user's
manager (many desktops put terminals there), or elsewhere (a service, a container, no systemd)."""


class Logout(msgspec.Struct, frozen=True):
    """What decides over processes at logout. `kills`: sessions are ended with all that is in them;
    `lingers`: the user's manager stays. None: it does not say."""

    place: Place
    kills: bool | None = None
    lingers: bool | None = None


def logout() -> Logout:
    """Of this process."""
    place = place_of(_read(_CGROUP))
    program = shutil.which("loginctl")
    if place == "elsewhere" or program is None:
        return Logout(place)
    return Logout(
        place,
        kills=_property([program, "show-session"], "KillUserProcesses"),  # of no session: all's
        lingers=_property([program, "show-user", str(os.getuid())], "Linger"),
    )


def place_of(cgroup: str) -> Place:
    """By the text of `/proc/self/cgroup`."""
    if re.search(r"/user@\d+\.service(?:/|$)", cgroup, re.MULTILINE):
        return "manager"
    return "session" if re.search(r"/session-[^/]+\.scope", cgroup) else "elsewhere"


def _read(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:  # no Linux
        return ""


def _property(command: list[str], name: str) -> bool | None:
    try:
        done = subprocess.run(
            [*command, f"--property={name}"],
            capture_output=True,
            text=True,
            timeout=_PATIENCE_S,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return {f"{name}=yes": True, f"{name}=no": False}.get(done.stdout.strip())
