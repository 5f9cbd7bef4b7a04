"""Whether tmux is silent: then the end of a log may still come, when it speaks again."""

from __future__ import annotations

from tmuxplan.backends.live import DEADLINE_S
from tmuxplan.backends.tmux.client import Client
from tmuxplan.errors import BackendError
from tmuxplan.run import clock


class HeldUp:
    """For one attempt. tmux is asked when somebody first wants to know, and not before."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._asked = False
        self._until = float("inf")

    def __call__(self) -> bool:
        """True too for the moment in which it brings what it owes."""
        if not self._asked:
            self._asked = True
            self._client.ask([("display-message", "-p", "")], self._heard)
        return clock.monotonic() < self._until

    def _heard(self, said: list[str] | BackendError) -> None:  # noqa: ARG002
        self._until = clock.monotonic() + DEADLINE_S
