"""What a person says to a run: to its supervisor, or, where that is gone, to a new one."""

from __future__ import annotations

from tmuxplan.errors import BackendError, UnheardError, UsageError
from tmuxplan.events import Leftover
from tmuxplan.library.keeping import kept_of
from tmuxplan.library.launched import work_of
from tmuxplan.library.runs import Opened, open_folder
from tmuxplan.library.supervising import Work
from tmuxplan.plan.checklist import checklist
from tmuxplan.run import clock, control, supervisor
from tmuxplan.run.backend import Attempt
from tmuxplan.run.detaching import detach
from tmuxplan.run.requests import why_not

_PATIENCE_S = 5.0
_LOOK_S = 0.02


def unheard(opened: Opened, request: control.Request) -> Opened | None:
    """Ask the run's supervisor. None: it did it; else the run as it is without one.

    One that ends, or only begins, is waited for. ControlError: it can't be done, and why.
    """
    if not opened.alive:
        return opened
    deadline = clock.monotonic() + _PATIENCE_S
    while True:
        try:
            control.ask(opened.folder.control_socket, request)
        except UnheardError:
            if clock.monotonic() > deadline:
                raise
        else:
            return None
        if not supervisor.alive(opened.folder):
            return open_folder(opened.folder)
        clock.pause(_LOOK_S)


def tell(opened: Opened, request: control.OfTask) -> None:
    """Sign, skip or retry. UsageError, ControlError: it can't be done, and why.

    A run that has ended goes on, with this shell's environment.
    """
    _refuse_item(opened, request)
    left = unheard(opened, request)
    if left is None:
        return
    if left.state.ended is None:
        raise _died(left)
    refused = why_not(request, left.state.task(request.task), left.state)
    if refused:
        raise UsageError(refused, "see `tmuxplan status`")
    work = work_of(left)
    detach(left.folder, lambda announce: work.proceed(request, announce))


def _refuse_item(opened: Opened, request: control.OfTask) -> None:
    if not isinstance(request, control.Sign) or not request.item:
        return
    count = len(checklist(opened.frozen.plan.task(request.task)))
    if not 0 < request.item <= count:
        has = f"it has {count}" if count else "it has no checklist"
        raise UsageError(f"{request.task} has no item {request.item}: {has}", "see `explain`")


def tell_live(opened: Opened, request: control.Pause | control.Unpause) -> None:
    """Pause or unpause. UsageError, ControlError: it can't be done, and why."""
    left = unheard(opened, request)
    if left is None:
        return
    if left.state.ended is None:
        raise _died(left)
    verb = "pause" if isinstance(request, control.Pause) else "unpause"
    raise UsageError(f"run {left.folder.id} has ended: nothing to {verb}", "see `tmuxplan runs`")


def _died(opened: Opened) -> UsageError:
    run = opened.folder.id
    return UsageError(f"run {run} has lost its supervisor", f"go on: `tmuxplan resume {run}`")


def end_dead(opened: Opened, request: control.StopRun) -> tuple[Leftover, ...]:
    """End a run whose supervisor died, with what its tasks left alive; what survived."""
    kept = kept_of(opened.folder)
    # On the pty backend, which has no windows of its own: nothing is started any more.
    work = Work(opened.folder, opened.frozen, "pty", _nothing_starts, kept)
    return work.wind_up(request, kept.grace_s if request.grace_s is None else request.grace_s)


def _nothing_starts(task: str, n: int, nonce: str) -> Attempt:
    raise BackendError(f"{task} attempt {n} ({nonce}) must not start: the run is being ended")
