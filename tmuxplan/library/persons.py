"""What a person says to a run: to its supervisor, or, where that is gone, to a new one."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import msgspec

from tmuxplan import machine
from tmuxplan.errors import BackendError, JournalError, UsageError
from tmuxplan.events import Leftover
from tmuxplan.journal.folder import RunFolder
from tmuxplan.judge.secrets import secret_values
from tmuxplan.library.attempts import Attempts
from tmuxplan.library.freeze import rewritten
from tmuxplan.library.keeping import kept_plan
from tmuxplan.library.options import Kept
from tmuxplan.library.runs import Opened
from tmuxplan.library.supervising import Work
from tmuxplan.plan.model import Frozen, Task
from tmuxplan.run import control, supervisor
from tmuxplan.run.backend import Attempt
from tmuxplan.run.requests import why_not


def tell(opened: Opened, request: control.OfTask) -> None:
    """Sign, skip or retry. UsageError, ControlError: it can't be done, and why.

    A run that has ended goes on, with this shell's environment.
    """
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
    work = Work(opened.folder, opened.frozen, "pty", _nothing_starts, kept.policy)
    return work.wind_up(request, kept.grace_s if request.grace_s is None else request.grace_s)


def _nothing_starts(task: str, n: int, nonce: str) -> Attempt:
    raise BackendError(f"{task} attempt {n} ({nonce}) must not start: the run is being ended")


def work_of(opened: Opened) -> Work:
    """The run as launched, with this shell's environment. UsageError: a secret is missing."""
    kept = kept_of(opened.folder)
    env = {**os.environ, **kept.variables}
    missing = [name for name in kept.secret_names if name not in env]
    if missing:
        raise UsageError(
            f"{', '.join(missing)} was given at the launch and is not kept on disk",
            f"export {missing[0]} and try again",
        )
    frozen = _unmasked(opened, kept, env)
    attempts = Attempts(
        opened.folder,
        frozen,
        env,
        Path(kept.task_cwd),
        secret_values(env, kept.secret_names),
        machine.bash(),
        stdin_empty=kept.stdin_empty,
        settings=kept.settings,
    )
    return Work(opened.folder, opened.frozen, kept.backend, attempts, kept.policy)


def _unmasked(opened: Opened, kept: Kept, env: Mapping[str, str]) -> Frozen:
    """What was launched; made again where secrets in its commands were masked on disk."""
    if not set(kept.sets) & set(kept.secret_names):
        return opened.frozen
    plan = kept_plan(opened.folder, opened.frozen.plan)
    again = rewritten(plan, kept.roots, {name: env[name] for name in kept.sets})
    fresh = {task.id: task for task in again.tasks}
    tasks = tuple(_with_commands(task, fresh[task.id]) for task in opened.frozen.plan.tasks)
    with_values = msgspec.structs.replace(opened.frozen.plan, tasks=tasks)
    return Frozen(with_values, opened.frozen.steps)


def _with_commands(launched: Task, read: Task) -> Task:
    """Everything else is as settings had it at the launch."""
    return msgspec.structs.replace(launched, blocks=read.blocks, criteria=read.criteria)


def kept_of(folder: RunFolder) -> Kept:
    """The launch's options. JournalError: they can't be read."""
    path = folder.path / "launch.json"
    try:
        return msgspec.json.decode(path.read_bytes(), type=Kept)
    except (OSError, msgspec.MsgspecError) as error:
        raise JournalError(
            f"can't be read: {error}", "the run's folder is damaged", str(path)
        ) from error
