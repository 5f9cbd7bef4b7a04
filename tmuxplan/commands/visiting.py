"""From the dashboard to a task's window, and back."""

from __future__ import annotations

import contextlib
import shlex
import sys
from pathlib import Path
from typing import TextIO

from tmuxplan.backends.tmux.attach import inside_tmux, show_window
from tmuxplan.backends.tmux.client import Client, socket_name
from tmuxplan.commands.attaching import way_to
from tmuxplan.journal.folder import RunFolder
from tmuxplan.library.runs import open_folder


def visit(folder: RunFolder, task: str) -> tuple[str, ...]:
    """Show the task's window where we are in one of its server; else the argv to become: tmux at
    that window, and the dashboard again when the person leaves it. UsageError, BackendError."""
    with _own_stdout():
        return _visit(folder, task)


def _visit(folder: RunFolder, task: str) -> tuple[str, ...]:
    outer = inside_tmux()
    if outer is not None and Path(outer.partition(",")[0]).name == socket_name():
        show_window(open_folder(folder).state.session, task)
        return ()
    way = shlex.join(way_to(folder, task))
    back = shlex.join((sys.executable, "-m", "tmuxplan", "watch", "--run", folder.id))
    there = shlex.quote(str(folder.path.parents[2]))
    again = f"TMUX={shlex.quote(outer)} " if outer is not None else ""
    return ("/bin/sh", "-c", f"{way}; cd {there} && {again}exec {back}")


def leave_tmux() -> bool:
    """Of window 0: who looks at it goes, and it stays. BackendError: tmux refuses."""
    with _own_stdout():
        Client().run(("detach-client",))
    return True


def _own_stdout() -> contextlib.redirect_stdout[TextIO | None]:
    """Textual puts an object without an encoding there, of which libtmux asks it when it is
    imported; `way_to` asks whether it is a terminal."""
    return contextlib.redirect_stdout(sys.__stdout__)
