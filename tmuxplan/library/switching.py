"""A run goes on with another plan: its files change places, all of them or none.

They are made ready in `next-N`, then PlanChanged is journalled, then they are put in place. Who
dies on the way leaves `next-N`, and the next one who resumes finishes it, or throws it away if
the journal does not know of it.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

from tmuxplan import events as ev
from tmuxplan.errors import JournalError
from tmuxplan.journal.files import make_folder, refused, write_new
from tmuxplan.journal.folder import RunFolder

_NEXT = "next-"
_OUT = "out"
"""Written once every task that moves has left its old place."""


def stage(folder: RunFolder, generation: int, write: Callable[[RunFolder], None]) -> None:
    """Make the files of plan number `generation` ready. JournalError: the disk refuses."""
    aside = _aside(folder, generation)
    shutil.rmtree(aside, ignore_errors=True)
    make_folder(aside)
    write(RunFolder(aside))


def install(folder: RunFolder, change: ev.PlanChanged) -> None:
    """Put them in place. Any part of it may have been done before. JournalError: refused."""
    aside = _aside(folder, change.generation)
    if not aside.is_dir():
        return
    try:
        _move_tasks(folder.path / "tasks", aside, change)
        if (aside / "plan.md").exists():
            shutil.rmtree(folder.plan_files, ignore_errors=True)
        for name in ("plan.md", "plan", "plan.json", "launch.json"):
            _replace(aside / name, folder.path / name)
        shutil.rmtree(aside)
    except OSError as error:
        raise refused(aside, error) from error


def current(folder: RunFolder, change: ev.PlanChanged | None) -> RunFolder:
    """Where the files of the plan are that the journal speaks of, also when who put them in
    place died meanwhile."""
    if change is None:
        return folder
    aside = RunFolder(_aside(folder, change.generation))
    return aside if aside.plan_json.exists() else folder


def unfinished(folder: RunFolder) -> bool:
    """Whether somebody died while the files changed places."""
    return any(folder.path.glob(f"{_NEXT}*"))


def finish(folder: RunFolder, change: ev.PlanChanged | None) -> None:
    """Finish what somebody else began, or throw it away. `change`: the journal's last one."""
    for aside in folder.path.glob(f"{_NEXT}*"):
        number = aside.name.removeprefix(_NEXT)
        if change is not None and number == str(change.generation):
            install(folder, change)
        else:
            shutil.rmtree(aside, ignore_errors=True)


def _aside(folder: RunFolder, generation: int) -> Path:
    return folder.path / f"{_NEXT}{generation}"


def _move_tasks(tasks: Path, aside: Path, change: ev.PlanChanged) -> None:
    """Out first, then in: two tasks may have changed their ids with each other."""
    gone = dict.fromkeys(change.removed, "")
    places: Mapping[str, str] = {**change.moved, **gone}
    waiting = aside / "tasks"
    if not (aside / _OUT).exists():
        waiting.mkdir(mode=0o700, exist_ok=True)
        for old in places:
            if (tasks / old).is_dir():
                (tasks / old).rename(waiting / old)
        write_new(aside / _OUT, b"")
    for old, new in places.items():
        if new and (waiting / old).is_dir():
            if (tasks / new).exists():
                raise JournalError("is in the way", "move it away and try again", str(tasks / new))
            (waiting / old).rename(tasks / new)
        elif (waiting / old).is_dir():
            _keep_removed(waiting / old, tasks.parent / "removed", f"{old}-{change.generation}")


def _keep_removed(task: Path, to: Path, name: str) -> None:
    make_folder(to)
    task.rename(to / name)


def _replace(source: Path, target: Path) -> None:
    if not source.exists():
        return
    if target.is_dir():
        shutil.rmtree(target)
    source.replace(target)
