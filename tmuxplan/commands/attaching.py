"""Showing a session to a person: from a terminal, and from inside another tmux."""

from __future__ import annotations

import os
import sys

from tmuxplan.backends.tmux.attach import (
    attach_command,
    inside_tmux,
    is_shown,
    nested_attach_command,
    session_alive,
)
from tmuxplan.backends.tmux.client import require_tmux, socket_name
from tmuxplan.errors import BackendError, UsageError
from tmuxplan.journal.folder import RunFolder
from tmuxplan.library.runs import open_folder


def attach_to(folder: RunFolder, task: str | None) -> None:
    """Become tmux, at the run's session. UsageError, BackendError: why that can't be."""
    argv = way_to(folder, task)
    os.environ.pop("TMUX", None)
    os.execvp(argv[0], argv)


def way_to(folder: RunFolder, task: str | None) -> tuple[str, ...]:
    """The argv to become, without `TMUX`. UsageError, BackendError: why that can't be."""
    state = open_folder(folder).state
    backend = state.started.backend if state.started else ""
    if backend != "tmux":
        raise BackendError(
            f"run {folder.id} is on the {backend} backend, which has no windows",
            "see `tmuxplan watch` and `tmuxplan logs TASK --follow`",
        )
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise UsageError(
            "this is no terminal: there is nothing to attach to",
            "see `tmuxplan status` and `tmuxplan logs TASK`",
        )
    require_tmux()
    if not session_alive(state.session):
        raise BackendError(
            f"the session of run {folder.id} is gone",
            "what it did is kept: see `tmuxplan status`, `tmuxplan logs TASK`",
        )
    argv = attach_command(socket_name(), state.session, task)
    outer = inside_tmux()
    if outer is not None and is_shown(outer):
        return nested_attach_command(argv, outer)
    return argv
