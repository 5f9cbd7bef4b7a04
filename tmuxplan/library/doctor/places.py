"""Where a launch from here writes: may it, and is there room?"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from tmuxplan.errors import JournalError
from tmuxplan.journal.files import refused
from tmuxplan.journal.folder import ROOT
from tmuxplan.journal.sockets import LONGEST, private_folder
from tmuxplan.library.doctor.check import Check, error, ok, warning
from tmuxplan.machine.limits import Disk, disk

_MIB = 1 << 20
_TIGHT = 500 * _MIB
_FULL = 2 * _MIB
_TIGHT_INODES = 5_000
_FULL_INODES = 100
_TRIAL = bytes(64 * 1024)
_LONGEST_RUN = len("/runs/20261122-101530-7f3a/control.sock")


def state(cwd: Path) -> Check:
    """`.tmuxplan` in the directory of the launch, tried by writing."""
    root = cwd / ROOT
    there = [path for path in (root, root / "runs") if os.path.lexists(path)]
    for path in there:
        if not path.is_dir():
            return error(
                "state", f"{path} is no folder", "move it away, or launch from another directory"
            )
    if there and root.stat().st_uid != os.geteuid():
        return error(
            "state", f"{root} belongs to another user", "launch from a directory of your own"
        )
    place = there[-1] if there else cwd
    try:
        with tempfile.TemporaryFile(dir=place) as trial:
            trial.write(_TRIAL)
            trial.flush()
            os.fsync(trial.fileno())
    except OSError as why:
        told = refused(place, why)
        return error("state", f"{told.where} {told.what}", told.remedy)
    return ok("state", f"{root} can be written")


def room(left: Disk) -> Check:
    """On the disk of `.tmuxplan`."""
    said = f"{_size(left.bytes)} left"
    if left.inodes is not None:
        said += f", room for {left.inodes} files"
    few = left.inodes if left.inodes is not None else _TIGHT_INODES
    if left.bytes < _FULL or few < _FULL_INODES:
        return error("disk", said, "free some space: `tmuxplan clean --keep 10` removes old runs")
    if left.bytes < _TIGHT or few < _TIGHT_INODES:
        return warning(
            "disk",
            said,
            "free some space: logs hold every byte; `tmuxplan clean --keep 10` removes old runs",
        )
    return ok("disk", said)


def here(cwd: Path) -> Check:
    """The disk that a launch from this directory writes to."""
    root = cwd / ROOT
    return room(disk(root if root.is_dir() else cwd))


def sockets(cwd: Path) -> Check:
    """The short folder for sockets of deep directories, and for the locks on ports."""
    needed = len(os.fsencode(cwd.resolve() / ROOT)) + _LONGEST_RUN > LONGEST
    try:
        folder = private_folder()
    except JournalError as why:
        said = f"{why.where} {why.what}"
        if needed:
            return error(
                "sockets", f"{said}, and this directory's own path is too long", why.remedy
            )
        return warning("sockets", f"{said}: locks on ports hold only within a run", why.remedy)
    return ok("sockets", f"{folder} is private to you")


def agreed(state_home: Path) -> Check:
    """Where it is kept that a person agreed to a plan."""
    kept = state_home / "tmuxplan"
    there = kept / "launched"
    while not there.exists() and there != there.parent:
        there = there.parent
    if there.is_dir() and os.access(there, os.W_OK | os.X_OK):
        return ok("agreed", f"{kept} keeps which plans you agreed to")
    return warning(
        "agreed",
        f"{there} can't be written: which plans you agreed to can't be kept",
        "launch with --yes, or set XDG_STATE_HOME to a folder of yours",
    )


def _size(count: int) -> str:
    gib = count / (1 << 30)
    return f"{gib:.1f} GiB" if gib >= 1 else f"{count / _MIB:.0f} MiB"
