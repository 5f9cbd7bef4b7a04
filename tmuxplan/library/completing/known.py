"""The tasks and runs of this directory, for a Tab key: read from as little as will do."""

from __future__ import annotations

from pathlib import Path

import msgspec

from tmuxplan.errors import TmuxplanError
from tmuxplan.journal.folder import RunFolder, find_root, find_run, runs


class _Task(msgspec.Struct, frozen=True):
    id: str
    title: str = ""


class _Plan(msgspec.Struct, frozen=True):
    path: str
    tasks: tuple[_Task, ...]


class _Frozen(msgspec.Struct, frozen=True):
    """What is needed here of `plan.model.Frozen`: the rest is skipped unread."""

    plan: _Plan


def run_ids(cwd: Path) -> tuple[str, ...]:
    """The runs here, newest first."""
    root = find_root(cwd)
    return tuple(folder.id for folder in runs(root)) if root else ()


def tasks(cwd: Path, run: str | None, plan: str | None = None) -> dict[str, str]:
    """Titles by id, of the run that is named or the newest; of `plan`'s newest run where one
    is. Nothing is known: empty."""
    for folder in _folders(cwd, run, plan):
        found = _frozen(folder)
        if found is not None and (plan is None or _same(cwd, found.plan.path, plan)):
            return {task.id: task.title for task in found.plan.tasks if _is_a_word(task.id)}
    return {}


def _is_a_word(id_: str) -> bool:
    """Whether a command line could hold it: an id is what an author, or a damaged file, says."""
    return id_.isprintable() and not id_.startswith("-")


_MOST = 20
"""Runs that are looked at for a plan: each is a file to read."""


def _folders(cwd: Path, run: str | None, plan: str | None) -> tuple[RunFolder, ...]:
    root = find_root(cwd)
    if root is None:
        return ()
    if plan is not None:
        return runs(root)[:_MOST]
    try:
        return (find_run(root, run),)
    except TmuxplanError:
        return ()


def _frozen(folder: RunFolder) -> _Frozen | None:
    try:
        return msgspec.json.decode(folder.plan_json.read_bytes(), type=_Frozen)
    except (OSError, msgspec.MsgspecError):
        return None


def _same(cwd: Path, one: str, other: str) -> bool:
    return (cwd / one).resolve() == (cwd / other).expanduser().resolve()
