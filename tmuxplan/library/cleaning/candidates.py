"""The runs of a directory as candidates for removal."""

from __future__ import annotations

import contextlib
import os
from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime, timezone
from pathlib import Path

import psutil

from tmuxplan.backends.processes import MARKER
from tmuxplan.backends.tmux.sessions import sessions_of_runs
from tmuxplan.errors import TmuxplanError
from tmuxplan.journal.folder import RunFolder, runs
from tmuxplan.library.cleaning.choice import Candidate, State
from tmuxplan.library.runs import open_folder
from tmuxplan.run import supervisor

_VERDICTS: dict[str, State] = {"GO": "go", "NO GO": "no-go", "PENDING": "pending"}
_BLOCK = 512
"""The unit of st_blocks, on every system."""


_FRESH_S = 60.0


def candidates(root: Path, now: float) -> tuple[Candidate, ...]:
    """All of them, newest first. SilentError: tmux's server hangs."""
    sessions, running = sessions_of_runs(), _running()
    found = []
    for folder in runs(root):
        with contextlib.suppress(FileNotFoundError):  # another `clean` was quicker
            found.append(_candidate(folder, sessions, running, now))
    return tuple(found)


def _candidate(
    folder: RunFolder,
    sessions: Mapping[str, str],
    running: Mapping[str, tuple[str, ...]],
    now: float,
) -> Candidate:
    state, plan = _state(folder)
    touched = _touched(folder)
    # Between a launch's first file and its supervisor's lock a run looks like a broken one.
    begins = state in {"dead", "unreadable"} and now - touched < _FRESH_S
    return Candidate(
        id=folder.id,
        state=state,
        touched=touched,
        plan=plan,
        bytes=size(folder.path),
        session=sessions.get(folder.id, ""),
        running=running.get(folder.id, ()),
        odd="it may be starting just now; try again in a minute" if begins else odd(folder),
    )


def _state(folder: RunFolder) -> tuple[State, str]:
    if supervisor.alive(folder):
        return "live", ""
    try:
        opened = open_folder(folder)
    except TmuxplanError:
        return "unreadable", ""
    if opened.alive:
        return "live", opened.frozen.plan.path
    ended = opened.state.ended
    return _VERDICTS[ended.verdict] if ended else "dead", opened.frozen.plan.path


def odd(folder: RunFolder) -> str:
    """Why this is no run's folder as we make them, and is left alone; empty: it is one."""
    facts = folder.path.lstat()
    if folder.path.is_symlink() or folder.supervisor_json.is_symlink():
        return "it is, or holds, a link where tmuxplan makes none; remove it yourself"
    if facts.st_uid != os.geteuid():
        return "it belongs to another user"
    ours = (folder.events, folder.plan_json, folder.launch_json, folder.supervisor_log)
    if any(os.path.lexists(path) for path in ours) or not any(folder.path.iterdir()):
        return ""
    return "it holds nothing of a run; remove it yourself"


def size(folder: Path) -> int:
    """Bytes on the disk; links count as links."""
    return sum(
        _blocks(os.path.join(place, name)) * _BLOCK  # noqa: PTH118 (speed)
        for place, folders, files in os.walk(folder)
        for name in (*folders, *files)
    )


def _blocks(path: str) -> int:
    try:
        return os.lstat(path).st_blocks
    except OSError:  # gone meanwhile
        return 0


def _touched(folder: RunFolder) -> float:
    """A run that was resumed yesterday is of yesterday."""
    launched = _launched(folder.id)
    try:
        return max(launched, folder.events.stat().st_mtime)
    except OSError:
        return launched


def _launched(run: str) -> float:
    """By its id; long ago, where a person named the folder and it is no date."""
    try:
        moment = datetime.strptime(run[:15], "%Y%m%d-%H%M%S")
    except ValueError:
        return 0.0
    return moment.replace(tzinfo=timezone.utc).timestamp()


def _running() -> dict[str, tuple[str, ...]]:
    """What the tasks of each run left alive, by the mark that all of it inherits."""
    found: dict[str, list[str]] = defaultdict(list)
    for process in psutil.process_iter():
        run, _, rest = _mark(process).partition("/")
        if run:
            task = rest.partition("/")[0]
            found[run].append(f"{task} process {process.pid}")
    return {run: tuple(told) for run, told in found.items()}


def _mark(process: psutil.Process) -> str:
    try:
        return process.environ().get(MARKER, "")
    except (psutil.Error, OSError):  # gone, or another user's
        return ""
