"""A run as it was launched: its options, and what its supervisor needs once more."""

from __future__ import annotations

import os
from collections.abc import Mapping

import msgspec

from tmuxplan import machine
from tmuxplan.backends.remains import environments
from tmuxplan.errors import UsageError
from tmuxplan.judge.secrets import secret_values
from tmuxplan.library.attempts import Attempts
from tmuxplan.library.freeze import rewritten
from tmuxplan.library.keeping import kept_of, kept_plan
from tmuxplan.library.options import Kept
from tmuxplan.library.orders import Supplies
from tmuxplan.library.runs import Opened
from tmuxplan.library.supervising import Work
from tmuxplan.plan.model import Frozen, Task
from tmuxplan.shell.steps import Shells


def work_of(opened: Opened, backend: str | None = None) -> Work:
    """The run as launched, with this shell's environment; on another backend where one is named.
    UsageError: a secret is missing."""
    kept = kept_of(opened.folder)
    env = {**os.environ, **kept.variables}
    missing = [name for name in kept.secret_names if name not in env]
    if missing:
        raise UsageError(
            f"{', '.join(missing)} was given at the launch and is not kept on disk",
            f"export {missing[0]} and try again",
        )
    frozen = _unmasked(opened, kept, env)
    supplies = Supplies(
        frozen=frozen,
        env=env,
        cwd=kept.task_cwd,
        secrets=_secrets(opened, kept, env),
        bash=machine.bash(),
        stdin_empty=kept.stdin_empty,
        shells=Shells(),
        settings=kept.settings,
    )
    attempts, name = Attempts(opened.folder, supplies), backend or kept.backend
    return Work(opened.folder, opened.frozen, name, attempts, kept)


def _secrets(opened: Opened, kept: Kept, env: Mapping[str, str]) -> tuple[str, ...]:
    """Also those that only the shell of the launch had, as long as something that was given
    them runs: what it prints will be read."""
    found = set(secret_values(env, kept.secret_names))
    if any(task.phase == "running" for task in opened.state.tasks.values()):
        for given in environments(opened.folder.id):
            found |= set(secret_values(given, kept.secret_names))
    return tuple(sorted(found, key=lambda value: (-len(value), value)))


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
