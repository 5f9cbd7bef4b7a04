"""What a person says to a run: to its supervisor, or, where that is gone, to a new one."""

from __future__ import annotations

from tmuxplan.errors import BackendError, UsageError
from tmuxplan.events import Leftover
from tmuxplan.library.keeping import kept_of
from tmuxplan.library.launched import work_of
from tmuxplan.library.runs import Opened
from tmuxplan.library.supervising import Work
from tmuxplan.plan.checklist import checklist
from tmuxplan.run import control, supervisor
from tmuxplan.run.backend import Attempt
from tmuxplan.run.requests import why_not


def tell(opened: Opened, request: control.OfTask) -> None:
    """Sign, skip or retry. UsageError, ControlError: it can't be done, and why.

    A run that has ended goes on, with this shell's environment.
    """
    _refuse_item(opened, request)
    if opened.alive:
        control.ask(opened.folder.control_socket, request)
        return
    if opened.state.ended is None:
        raise _died(opened)
    refused = why_not(request, opened.state.task(request.task), opened.state)
    if refused:
        raise UsageError(refused, "see `tmuxplan status`")
    work = work_of(opened)
    supervisor.detach(opened.folder, lambda announce: work.proceed(request, announce))


def _refuse_item(opened: Opened, request: control.OfTask) -> None:
    if not isinstance(request, control.Sign) or not request.item:
        return
    count = len(checklist(opened.frozen.plan.task(request.task)))
    if not 0 < request.item <= count:
        has = f"it has {count}" if count else "it has no checklist"
        raise UsageError(f"{request.task} has no item {request.item}: {has}", "see `explain`")


def tell_live(opened: Opened, request: control.Pause | control.Unpause) -> None:
    """Pause or unpause. UsageError, ControlError: it can't be done, and why."""
    if opened.alive:
        control.ask(opened.folder.control_socket, request)
        return
    if opened.state.ended is None:
        raise _died(opened)
    verb = "pause" if isinstance(request, control.Pause) else "unpause"
    raise UsageError(f"run {opened.folder.id} has ended: nothing to {verb}", "see `tmuxplan runs`")


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
