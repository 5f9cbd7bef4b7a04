"""A launch: refuse what can't run, freeze what will, leave a supervisor behind."""

from __future__ import annotations

import shutil
from pathlib import Path

import msgspec

from tmuxplan import events as ev
from tmuxplan import machine
from tmuxplan.errors import TmuxplanError
from tmuxplan.journal.folder import RunFolder, create
from tmuxplan.library.options import Options
from tmuxplan.library.preparing import Prepared, ToRun, prepare
from tmuxplan.library.supervising import Work
from tmuxplan.plan.model import Frozen, Plan
from tmuxplan.run import clock, supervisor
from tmuxplan.version import VERSION


class Launched(msgspec.Struct, frozen=True):
    """A run that is on: its folder, the plan as it stands there, and what the user should know once
    (`note`: which backend, and why)."""

    folder: RunFolder
    frozen: Frozen
    backend: str
    note: str


def launch(plan: Plan, options: Options, to_run: ToRun | None = None) -> Launched:
    """Start a run and return. PlanError, UsageError, BackendError: nothing was started.

    `to_run`: what `plan_to_run` said of the same plan and options, and somebody agreed to.
    """
    ready = prepare(plan, options, to_run)
    kept = ready.kept
    folder = create(Path(kept.cwd), clock.now())
    try:
        ready.write(folder)
        work = Work(folder, ready.on_disk, kept.backend, ready.attempts(folder), kept)
        started = _run_started(folder, ready)
        supervisor.detach(folder, lambda announce: work.begin(started, announce))
    except TmuxplanError:
        _take_back(folder)
        raise
    return Launched(folder, ready.on_disk, kept.backend, ready.note)


def _take_back(folder: RunFolder) -> None:
    """What never began is no run: `runs` would list it, and `status` take it for the newest."""
    if (
        supervisor.alive(folder)
        or _text(folder.events)
        or "Traceback" in _text(folder.supervisor_log)
    ):
        return
    shutil.rmtree(folder.path, ignore_errors=True)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


def _run_started(folder: RunFolder, ready: Prepared) -> ev.RunStarted:
    plan, kept, selection = ready.frozen.plan, ready.kept, ready.selection
    return ev.RunStarted(
        at=clock.now(),
        run=folder.id,
        plan=plan.path,
        sha256=plan.sha256,
        title=plan.title,
        cwd=kept.cwd,
        backend=kept.backend,
        host=machine.host(),
        user=machine.user(),
        version=VERSION,
        selected=selection.tasks,
        partial=selection.partial,
        jobs=kept.jobs,
        again=ready.again,
    )
