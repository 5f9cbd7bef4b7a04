"""Who has a port of this machine."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from tmuxplan.backends.processes import marker_of, ports_of
from tmuxplan.later import Later
from tmuxplan.run.backend import Listener

if TYPE_CHECKING:
    import psutil
else:
    psutil = Later("psutil")


def on_port(port: int) -> tuple[Listener, ...]:
    """The processes that listen on it; another user's (docker's proxy) can't be seen."""
    found = []
    for pid in sorted(_pids(port)):
        with contextlib.suppress(psutil.Error):
            found.append(Listener(pid, psutil.Process(pid).name(), marker_of(pid)))
    return tuple(found)


def _pids(port: int) -> set[int]:
    try:
        connections = psutil.net_connections(kind="tcp")
    except (psutil.Error, OSError):  # macOS tells only root of everybody's
        return {pid for pid in psutil.pids() if port in ports_of(pid)}
    listening = [one for one in connections if one.status == psutil.CONN_LISTEN]
    return {one.pid for one in listening if one.pid and one.laddr and one.laddr.port == port}


def all_gone(pids: tuple[int, ...]) -> bool:
    """Whether none of these processes lives. Of none at all nobody knows: no."""
    return bool(pids) and not any(_lives(pid) for pid in pids)


def _lives(pid: int) -> bool:
    try:
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False
    except psutil.Error:
        return True
