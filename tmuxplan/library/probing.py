"""What the loop asks of servers, from the rooms that know how."""

from __future__ import annotations

from tmuxplan.backends.listeners import all_gone, on_port
from tmuxplan.run.backend import Listener
from tmuxplan.watch import probes


class ServerProbes:
    """`run.backend.Probes` on this machine."""

    def answers(self, kind: str, value: str) -> bool:
        """Whether this port or URL answers now."""
        return probes.answers(kind, value)

    def taken(self, kind: str, value: str) -> bool:
        """Whether it answers, or somebody is there who may answer later."""
        return probes.taken(kind, value)

    def listeners(self, kind: str, value: str) -> tuple[Listener, ...]:
        """Who has this port, or that of this URL, as far as we may know."""
        port = probes.port_here(kind, value)
        return on_port(port) if port is not None else ()

    def gone(self, pids: tuple[int, ...]) -> bool:
        """Whether none of these processes lives; of none at all nobody knows."""
        return all_gone(pids)
