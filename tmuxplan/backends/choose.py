"""Which backend a run uses."""

from __future__ import annotations

from tmuxplan.backends.pty import PtyBackend
from tmuxplan.backends.tmux.backend import TmuxBackend
from tmuxplan.errors import BackendError, UsageError
from tmuxplan.run.backend import Backend

NAMES = ("tmux", "pty")


def choose(name: str | None) -> tuple[Backend, str]:
    """The named backend, or tmux where it can be had and else pty; and what to say once.

    BackendError when a named one can't be had, UsageError for a name that there is not.
    """
    if name is None:
        return _best()
    if name == "tmux":
        return TmuxBackend(), ""
    if name == "pty":
        return PtyBackend(), ""
    raise UsageError(f"there is no backend {name!r}", f"use one of {', '.join(NAMES)}")


def _best() -> tuple[Backend, str]:
    try:
        return TmuxBackend(), ""
    except BackendError as error:
        return PtyBackend(), (
            f"{error.what}: running on the pty backend; windows need tmux, "
            "and nothing can be attached"
        )
