"""Which backend a run uses."""

from __future__ import annotations

from tmuxplan.errors import BackendError, UsageError
from tmuxplan.run.backend import Backend

NAMES = ("tmux", "pty")


def choose(name: str | None) -> tuple[str, str]:
    """The name of the named backend, or of tmux where it can be had and else of pty; and what to
    say once.

    BackendError when a named one can't be had, UsageError for a name that there is not.
    """
    if name is None:
        return _best()
    if name not in NAMES:
        raise UsageError(f"there is no backend {name!r}", f"use one of {', '.join(NAMES)}")
    if name == "tmux":
        _require_tmux()
    return name, ""


def make(name: str) -> Backend:
    """The backend of this name. BackendError when it can't be had."""
    return _tmux() if name == "tmux" else _pty()


def _best() -> tuple[str, str]:
    try:
        _require_tmux()
    except BackendError as error:
        return "pty", (
            f"{error.what}: running on the pty backend; windows need tmux, "
            "and nothing can be attached"
        )
    return "tmux", ""


# Each imports what the others do without: 20 ms of pexpect, of processes, of sockets.
def _require_tmux() -> None:
    from tmuxplan.backends.tmux.client import require_tmux  # noqa: PLC0415

    require_tmux()


def _tmux() -> Backend:
    from tmuxplan.backends.tmux.backend import TmuxBackend  # noqa: PLC0415

    return TmuxBackend()


def _pty() -> Backend:
    from tmuxplan.backends.pty import PtyBackend  # noqa: PLC0415

    return PtyBackend()
