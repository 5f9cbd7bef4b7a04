"""A launch: refuse what can't run, freeze what will, leave a supervisor behind."""

from __future__ import annotations

import contextlib
import pickle
import shutil
from functools import partial
from pathlib import Path

import msgspec

from tmuxplan import events as ev
from tmuxplan import machine
from tmuxplan.errors import TmuxplanError
from tmuxplan.journal.folder import RunFolder, create
from tmuxplan.library.launchable import Launchable
from tmuxplan.library.options import Options
from tmuxplan.library.orders import Order
from tmuxplan.library.preparing import Prepared, prepare
from tmuxplan.plan.model import Frozen
from tmuxplan.run import clock, supervisor
from tmuxplan.run.detaching import GoneError, InterruptedLaunch, StandBy, detach
from tmuxplan.version import VERSION


class Launched(msgspec.Struct, frozen=True):
    """A run that is on: its folder, the plan as it stands there, and what the user should know once
    (`note`: which backend, and why)."""

    folder: RunFolder
    frozen: Frozen
    backend: str
    note: str


def launch(launchable: Launchable, options: Options, by: StandBy | None = None) -> Launched:
    """Start a run and return. UsageError, BackendError: nothing was started.

    `launchable`: with the same options; somebody may have agreed to it. `by`: who is ready to
    supervise it.
    """
    ready = prepare(launchable, options)
    kept = ready.kept
    folder = create(Path(kept.cwd), clock.now())
    try:
        ready.write(folder)
        started = _run_started(folder, ready)
        order = Order(folder, started, ready.on_disk, kept, ready.supplies)
        text = pickle.dumps(order, pickle.HIGHEST_PROTOCOL) if by else b""
    except BaseException:
        _take_back(folder)
        raise
    try:
        _hand_over(order, text, by)
    except TmuxplanError:
        _take_back(folder)
        raise
    except InterruptedLaunch as end:
        if not str(end):
            _take_back(folder)
        raise
    return Launched(folder, ready.on_disk, kept.backend, ready.note)


def _hand_over(order: Order, text: bytes, by: StandBy | None) -> None:
    """To who stands by, and is there still; else to a fork of ours."""
    if by is not None:
        with contextlib.suppress(GoneError):
            by.detach(order.folder, text)
            return
    from tmuxplan.library.supervising import carry_out  # noqa: PLC0415 (another process has it read)

    detach(order.folder, partial(carry_out, order))


def _take_back(folder: RunFolder) -> None:
    """What never began is no run: `runs` would list it, and `status` take it for the newest."""
    if supervisor.alive(folder) or _text(folder.events) or _text(folder.supervisor_log):
        return
    shutil.rmtree(folder.path, ignore_errors=True)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


def _run_started(folder: RunFolder, ready: Prepared) -> ev.RunStarted:
    plan, kept, selection = ready.supplies.frozen.plan, ready.kept, ready.selection
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
