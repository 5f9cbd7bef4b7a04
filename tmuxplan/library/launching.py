"""A launch: refuse what can't run, freeze what will, leave a supervisor behind."""

from __future__ import annotations

from pathlib import Path

import msgspec

from tmuxplan import events as ev
from tmuxplan import machine
from tmuxplan.journal.folder import RunFolder, create
from tmuxplan.library.options import Options
from tmuxplan.library.preparing import Prepared, ToRun, prepare
from tmuxplan.library.supervising import Work
from tmuxplan.plan.model import Plan
from tmuxplan.run import clock, supervisor
from tmuxplan.version import VERSION


class Launched(msgspec.Struct, frozen=True):
    """A run that is on. `note` is what the user should know once (which backend, and why)."""

    folder: RunFolder
    backend: str
    note: str


def launch(plan: Plan, options: Options, to_run: ToRun | None = None) -> Launched:
    """Start a run and return. PlanError, UsageError, BackendError: nothing was started.

    `to_run`: what `plan_to_run` said of the same plan and options, and somebody agreed to.
    """
    ready = prepare(plan, options, to_run)
    kept = ready.kept
    folder = create(Path(kept.cwd), clock.now())
    ready.write(folder)
    work = Work(folder, ready.on_disk, kept.backend, ready.attempts(folder), kept.policy)
    started = _run_started(folder, ready)
    supervisor.detach(folder, lambda announce: work.begin(started, announce))
    return Launched(folder, kept.backend, ready.note)


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
