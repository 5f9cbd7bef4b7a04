"""What systemd's login manager does to a user's processes, where there is one."""

from __future__ import annotations

import os
import shutil
import subprocess

import msgspec

_PATIENCE_S = 5


class Logout(msgspec.Struct, frozen=True):
    """None: it does not say."""

    kills: bool | None
    lingers: bool | None


def logout() -> Logout | None:
    """What happens at logout; None: no systemd here."""
    program = shutil.which("loginctl")
    if program is None:
        return None
    kills = _property([program, "show-session"], "KillUserProcesses")  # of no session: all's
    if kills is None:
        return None
    return Logout(kills, _property([program, "show-user", str(os.getuid())], "Linger"))


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
