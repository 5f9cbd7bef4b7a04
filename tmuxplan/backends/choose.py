"""Which backend a run uses."""

from __future__ import annotations

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
        return _tmux(), ""
    if name == "pty":
        return _pty(), ""
    raise UsageError(f"there is no backend {name!r}", f"use one of {', '.join(NAMES)}")


def _best() -> tuple[Backend, str]:
    try:
        return _tmux(), ""
    except BackendError as error:
        return _pty(), (
            f"{error.what}: running on the pty backend; windows need tmux, "
            "and nothing can be attached"
        )


# Each imports what the other does without: 20 ms of pexpect, of processes, of sockets.
def _tmux() -> Backend:
    from tmuxplan.backends.tmux.backend import TmuxBackend  # noqa: PLC0415

    return TmuxBackend()


def _pty() -> Backend:
    from tmuxplan.backends.pty import PtyBackend  # noqa: PLC0415

    return PtyBackend()
