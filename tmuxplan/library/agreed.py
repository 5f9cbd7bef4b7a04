"""What somebody agreed to before a plan's first launch here: told, and remembered by content."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Collection, Iterator
from pathlib import Path

import msgspec

from tmuxplan.config.schema import Settings
from tmuxplan.journal.files import make_folder, write_new
from tmuxplan.judge.clean import clean
from tmuxplan.plan.counting import counted
from tmuxplan.plan.model import Frozen
from tmuxplan.report.limits import limits
from tmuxplan.schedule.selection import Selection
from tmuxplan.shell.danger import outward

_MOST, _LONGEST = 40, 500


def mark_of(frozen: Frozen, settings: Settings) -> str:
    """What will run, as a hash: another root, value, check or line of settings asks again, and so
    does a gate that is gone, another order or place, or going on after a failure."""
    tasks = [
        (
            task.blocks,
            [one.code for one in task.criteria if one.kind == "command"],
            task.shell and task.shell.text,
            task.host and task.host.text,
            task.gate is not None,
            task.on_error,
            _own(settings, task.id),
        )
        for task in frozen.plan.tasks
    ]
    order = sorted((edge.task, edge.on, edge.kind) for edge in frozen.plan.edges)
    everywhere = (
        settings.shell_init, settings.env, settings.notify, settings.respond, settings.cwd,
    )  # fmt: skip
    content = (tasks, order, everywhere)
    # Sorted: the order in which variables are written is no other content.
    return hashlib.sha256(msgspec.json.encode(content, order="sorted")).hexdigest()


def _own(settings: Settings, task: str) -> object:
    own = settings.tasks.get(task)
    return (own.env, own.respond) if own else None


def is_agreed(mark: str) -> bool:
    """Whether somebody said yes to this content, on this machine."""
    return _path(mark).exists()


def agree(mark: str) -> None:
    """Somebody did. JournalError: it can't be remembered."""
    path = _path(mark)
    for folder in reversed([path.parent, *path.parent.parents]):
        if not folder.exists():
            make_folder(folder)
    write_new(path, b"")


def what_runs(frozen: Frozen, selection: Selection, settings: Settings) -> list[str]:
    """Lines for a person: what destroys or acts outside first, then each task. Clean."""
    rest: list[str] = []
    for task in frozen.plan.tasks:
        if task.id in selection.tasks:
            count = len(frozen.steps.get(task.id, ()))
            steps = counted(count, "step")
            how = limits(task, frozen.plan)
            rest.append(f"  {task.id} {_short(task.title)}: {steps}{how}")
    return [
        *dangers(frozen, selection.tasks),
        *_cut(list(_by_settings(settings)), "more; see tmuxplan show --settings"),
        *_cut(rest, "more tasks"),
    ]


def dangers(frozen: Frozen, selected: Collection[str]) -> list[str]:
    """Lines for a person: each command of these tasks that destroys or acts outside. Clean."""
    found = [
        f"  !! {task.id} line {each.line}: {_short(each.text)}  ({each.why})"
        for task in frozen.plan.tasks
        if task.id in selected
        for each in outward(frozen.steps.get(task.id, ()))
    ]
    return _cut(found, "more; see tmuxplan show")


def _by_settings(settings: Settings) -> Iterator[str]:
    """Commands that stand in settings, not in the plan."""
    for line in settings.shell_init:
        yield f"  before each task (shell_init): {_short(line)}"
    for entry in settings.notify:
        if entry.lstrip().startswith("command"):
            yield f"  after a failure (notify): {_short(entry)}"


def _short(text: str) -> str:
    """Clean, and said to be longer where it is."""
    shown = clean(text)
    if len(shown) <= _LONGEST:
        return shown
    return f"{shown[:_LONGEST]} … ({len(shown) - _LONGEST} characters more; see tmuxplan show)"


def _cut(lines: list[str], more: str) -> list[str]:
    if len(lines) <= _MOST:
        return lines
    return [*lines[:_MOST], f"  … {len(lines) - _MOST} {more}"]


def _path(mark: str) -> Path:
    state = os.environ.get("XDG_STATE_HOME") or "~/.local/state"
    return Path(state).expanduser() / "tmuxplan" / "launched" / mark
