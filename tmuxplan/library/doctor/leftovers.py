"""What earlier runs left: dead supervisors, sessions nobody needs, sockets nobody hears."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from tmuxplan.backends.tmux.sessions import sessions_of_runs
from tmuxplan.errors import TmuxplanError
from tmuxplan.journal.folder import RunFolder, find_root, runs
from tmuxplan.library.cleaning.stale import deaf_sockets
from tmuxplan.library.doctor.check import Check, ok, warning
from tmuxplan.library.runs import open_folder
from tmuxplan.report.words import counted
from tmuxplan.run import clock, supervisor

_MOST = 50
"""Of the newest runs: reading thousands of journals would take longer than anybody waits."""


def dead(cwd: Path) -> Check:
    """Runs whose supervisor died, and runs that can't be read."""
    root = find_root(cwd)
    every = runs(root) if root else ()
    known = every[:_MOST]
    lost, unreadable = _bad(known)
    if lost:
        first = lost[0]
        return warning(
            "runs",
            f"{counted(len(lost), 'run')} lost the supervisor: {', '.join(lost[:3])}",
            f"go on with `tmuxplan resume {first}`, or end it with `tmuxplan stop --run {first}`",
        )
    if unreadable:
        first = unreadable[0]
        return warning(
            "runs",
            f"{counted(len(unreadable), 'run')} can't be read: {', '.join(unreadable[:3])}",
            f"see `tmuxplan status --run {first}`; `tmuxplan clean {first}` removes it",
        )
    newest = "the newest " if len(every) > _MOST else ""
    return ok("runs", f"{newest}{counted(len(known), 'run')} here: each has ended or is watched")


def _bad(known: Iterable[RunFolder]) -> tuple[list[str], list[str]]:
    lost, unreadable = [], []
    for folder in known:
        if supervisor.alive(folder):
            continue
        try:
            if open_folder(folder).state.ended is None and not supervisor.alive(folder):
                lost.append(folder.id)
        except TmuxplanError:
            unreadable.append(folder.id)
    return lost, unreadable


def sessions(cwd: Path) -> Check:
    """tmux sessions of runs that have ended: they stay to be looked at, and hold terminals."""
    root = find_root(cwd)
    here = {folder.id: folder for folder in runs(root)} if root else {}
    open_ = [run for run in sessions_of_runs() if run in here and not supervisor.alive(here[run])]
    if not open_:
        return ok("sessions", "no sessions of runs that have ended")
    return ok(
        "sessions",
        f"{len(open_)} of runs here that have ended, to look around in",
        "`tmuxplan clean --stale` closes them",
    )


def sockets() -> Check:
    """Sockets of supervisors that died: harmless, and in nobody's way."""
    found = deaf_sockets(clock.now())
    if not found:
        return ok("stale", "no sockets without a supervisor")
    return ok(
        "stale",
        f"{counted(len(found), 'socket')} in {found[0].parent} without a supervisor: harmless",
        "`tmuxplan clean --stale` removes them",
    )
