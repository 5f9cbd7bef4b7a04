"""The question before a plan's first launch: what will run, the dangerous first."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import click
import msgspec

from tmuxplan.errors import UsageError
from tmuxplan.journal.files import make_folder, write_new
from tmuxplan.judge.clean import clean
from tmuxplan.plan.model import Frozen
from tmuxplan.schedule.selection import Selection
from tmuxplan.shell.danger import outward
from tmuxplan.shell.steps import steps

_MOST = 40


def confirm(frozen: Frozen, selection: Selection) -> None:
    """Show what will run and ask, once for each content. UsageError: the answer was no."""
    mark = _mark(frozen)
    if mark.exists():
        return
    click.echo("Nobody has agreed to this plan here yet. It will run (--dry-run shows it whole):")
    for line in _what_runs(frozen, selection):
        click.echo(line)
    if not click.confirm("Start it?", default=False):
        raise UsageError("nothing was started", "answer y, or use --yes")
    for folder in reversed([mark.parent, *mark.parent.parents]):
        if not folder.exists():
            make_folder(folder)
    write_new(mark, b"")


def _what_runs(frozen: Frozen, selection: Selection) -> list[str]:
    dangerous: list[str] = []
    rest: list[str] = []
    for task in frozen.plan.tasks:
        if task.id not in selection.tasks:
            continue
        statements, _ = steps(task, frozen.plan.path)
        found = outward(statements)
        dangerous += [
            f"  !! {task.id} line {each.line}: {clean(each.text)}  ({each.why})" for each in found
        ]
        count = "1 step" if len(statements) == 1 else f"{len(statements)} steps"
        rest.append(f"  {task.id} {clean(task.title)}: {count}")
    shown = dangerous[:_MOST]
    if len(dangerous) > _MOST:
        shown.append(f"  … and {len(dangerous) - _MOST} more; see tmuxplan show")
    return (
        shown
        + rest[:_MOST]
        + ([f"  … {len(rest) - _MOST} more tasks"] if len(rest) > _MOST else [])
    )


def _mark(frozen: Frozen) -> Path:
    """Known by what will run, so that another root or value asks again."""
    digest = hashlib.sha256(msgspec.json.encode([task.blocks for task in frozen.plan.tasks]))
    state = os.environ.get("XDG_STATE_HOME") or "~/.local/state"
    return Path(state).expanduser() / "tmuxplan" / "launched" / digest.hexdigest()
