"""The folder of a run: where its files are, how it is made, how it is found."""

from __future__ import annotations

import os
import re
from datetime import datetime, timezone
from pathlib import Path

import msgspec

from tmuxplan.errors import JournalError, UsageError
from tmuxplan.journal.files import make_folder, write_new
from tmuxplan.journal.sockets import socket_path

ROOT = ".tmuxplan"
_RUN_ID = re.compile(r"\d{8}-\d{6}-[0-9a-f]{4}")
_TRIES = 64


class RunFolder(msgspec.Struct, frozen=True):
    """`.tmuxplan/runs/ID` and the names in it. `path` is absolute."""

    path: Path

    @property
    def id(self) -> str:
        return self.path.name

    @property
    def plan_md(self) -> Path:
        """The plan's text as launched."""
        return self.path / "plan.md"

    @property
    def plan_files(self) -> Path:
        """The files of a plan that is a directory, as launched, in place of `plan.md`."""
        return self.path / "plan"

    @property
    def plan_json(self) -> Path:
        """The plan and its steps as launched (`plan.model.Frozen`)."""
        return self.path / "plan.json"

    @property
    def events(self) -> Path:
        """The journal."""
        return self.path / "events.jsonl"

    @property
    def launch_json(self) -> Path:
        """The options of the launch (`library.options.Kept`)."""
        return self.path / "launch.json"

    @property
    def took(self) -> Path:
        """How long its tasks took, for later runs (`library.learning`)."""
        return self.path / "took.json"

    @property
    def supervisor_log(self) -> Path:
        return self.path / "supervisor.log"

    @property
    def supervisor_json(self) -> Path:
        return self.path / "supervisor.json"

    @property
    def control_socket(self) -> Path:
        """Where the supervisor listens, the same for every process that asks.

        JournalError: the path is too long and the short folder is another user's.
        """
        return socket_path(self.path)

    def attempt(self, task: str, n: int) -> Path:
        """`tasks/T001/1`. JournalError: the id would lead out of the run's folder."""
        if not task or task in (".", "..") or any(bad in task for bad in "/\\\0"):
            raise JournalError(f"the task id {task!r} can't be a folder's name")
        return self.path / "tasks" / task / str(n)


def find_root(start: Path) -> Path | None:
    """The nearest `.tmuxplan` of this user, from `start` upward, as git looks for `.git`.

    One that another user owns is passed over: what it holds would be run by `resume`.
    """
    start = start.absolute()
    for folder in (start, *start.parents):
        root = folder / ROOT
        if _is_mine(root):
            return root
    return None


def create(cwd: Path, now: float) -> RunFolder:
    """A new, empty run folder under `cwd`, this launch's alone. JournalError if that can't be."""
    root = cwd.absolute() / ROOT
    make_folder(root)
    if not _is_mine(root):
        raise JournalError(
            "belongs to another user",
            "launch from a directory of your own, or remove it",
            str(root),
        )
    write_new(root / ".gitignore", b"*\n")
    make_folder(root / "runs")
    for _ in range(_TRIES):
        path = root / "runs" / _new_id(now)
        if make_folder(path):
            return RunFolder(path)
    raise JournalError("no free name for a new run", "launch again", str(root / "runs"))


def runs(root: Path) -> tuple[RunFolder, ...]:
    """Every run here, newest first."""
    try:
        names = [entry.name for entry in os.scandir(root / "runs") if entry.is_dir()]
    except FileNotFoundError:
        return ()
    except OSError as error:
        raise _unreadable(root / "runs", error) from error
    ids = sorted((name for name in names if _RUN_ID.fullmatch(name)), reverse=True)
    return tuple(RunFolder(root / "runs" / name) for name in ids)


def find_run(root: Path | None, run: str | None) -> RunFolder:
    """The run with this id, or the only one that begins or ends so; None: the newest one.

    UsageError: there is none, or several fit.
    """
    known = runs(root) if root else ()
    if not known:
        raise UsageError(
            "no run here or in a directory above",
            "launch a plan first, or go to the directory of its launch",
        )
    if run is None:
        return next((each for each in known if each.events.exists()), known[0])
    fitting = tuple(each for each in known if _fits(each.id, run)) if run else ()
    if len(fitting) == 1:
        return fitting[0]
    if fitting:
        names = ", ".join(each.id for each in fitting[:5])
        raise UsageError(f"several runs begin or end with {run!r}: {names}", "give more of the id")
    raise UsageError(f"no run {run!r} here", _nearest(run, known))


def _fits(name: str, part: str) -> bool:
    """People remember the end of an id, the short part, as well as its beginning."""
    return name.startswith(part) or name.endswith(part)


def _nearest(run: str, known: tuple[RunFolder, ...]) -> str:
    from difflib import get_close_matches  # noqa: PLC0415 (who names a run rightly needs none)

    ids = [each.id for each in known]
    close = get_close_matches(run, ids, n=1, cutoff=0.3) or ids[:1]
    return f"the nearest is {close[0]}; `tmuxplan runs` lists all"


def _new_id(now: float) -> str:
    # The first two hex digits are the fraction of the second, so that ids sort by age
    # also within one second; the other two are chance, for launches at the same instant.
    stamp = datetime.fromtimestamp(now, timezone.utc).strftime("%Y%m%d-%H%M%S")
    return f"{stamp}-{int(now % 1 * 256):02x}{os.urandom(1).hex()}"


def _is_mine(root: Path) -> bool:
    try:
        return root.is_dir() and root.stat().st_uid == os.geteuid()
    except OSError:
        return False


def _unreadable(path: Path, error: OSError) -> JournalError:
    return JournalError(
        f"can't be read: {error.strerror}", "check its owner and permissions", str(path)
    )
