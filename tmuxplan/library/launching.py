"""A launch: refuse what can't run, freeze what will, leave a supervisor behind."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import msgspec

from tmuxplan import events as ev
from tmuxplan import machine
from tmuxplan.backends.choose import choose
from tmuxplan.config.schema import Settings
from tmuxplan.errors import UsageError
from tmuxplan.journal.files import write_whole
from tmuxplan.journal.folder import RunFolder, create
from tmuxplan.judge.secrets import mask, secret_names, secret_values
from tmuxplan.library.again import again
from tmuxplan.library.attempts import Attempts
from tmuxplan.library.checking import check, refuse
from tmuxplan.library.flags import flags, flags_win
from tmuxplan.library.freeze import freeze, rewritten
from tmuxplan.library.keeping import keep
from tmuxplan.library.masking import masked
from tmuxplan.library.options import Kept, Options
from tmuxplan.library.overrides import with_limits
from tmuxplan.library.settings import Settled, settle
from tmuxplan.library.supervising import Work
from tmuxplan.plan.ids import resolve
from tmuxplan.plan.model import Frozen, Plan
from tmuxplan.run import clock, supervisor
from tmuxplan.schedule.selection import Selection, select
from tmuxplan.version import VERSION


class Launched(msgspec.Struct, frozen=True):
    """A run that is on. `note` is what the user should know once (which backend, and why)."""

    folder: RunFolder
    backend: str
    note: str


def plan_to_run(plan: Plan, options: Options) -> tuple[Frozen, Selection]:
    """What a launch would run. PlanError, UsageError: why it would be refused."""
    settled = settle(plan, flags(options))
    settings = settled.settings
    refuse(plan, check(plan, options.roots, options.allow, True, options.sets, options.env))
    selection = selected(plan, options)
    limited = with_limits(plan, settled)
    return freeze(rewritten(limited, settings.root, options.sets)), selection


def launch(plan: Plan, options: Options) -> Launched:
    """Start a run and return. PlanError, UsageError, BackendError: nothing was started."""
    frozen, selection = plan_to_run(plan, options)
    settled = settle(plan, flags(options))
    settings = flags_win(settled)
    backend, note = choose(settings.backend)
    cwd = Path(options.cwd).absolute()
    task_cwd = _directory(settled, cwd)
    variables = {**plan.env, **settings.env}
    _refuse_odd_bytes({"directory": str(cwd), "--cwd": str(task_cwd), "plan's path": plan.path})
    _refuse_odd_bytes({f"variable {name}": value for name, value in variables.items()})
    env = {**os.environ, **variables}
    names = _secret_names(env, settings)
    values = _secret_values(env, settings)
    folder = create(cwd, clock.now())
    kept = Kept(
        cwd=str(cwd),
        task_cwd=str(task_cwd),
        jobs=settings.jobs,
        backend=backend.name,
        grace_s=settings.grace,
        roots=settings.root,
        sets=tuple(options.sets),
        variables={name: value for name, value in variables.items() if name not in names},
        secret_names=tuple(sorted(names & _given(variables, settings))),
        stdin_empty=options.stdin_empty,
        settings=_without_secrets(settings, names),
    )
    on_disk = masked(frozen, values)
    _write(folder, plan, on_disk, kept)
    attempts = Attempts(
        folder,
        frozen,
        env,
        task_cwd,
        values,
        machine.bash(),
        stdin_empty=options.stdin_empty,
        settings=settings,
    )
    work = Work(folder, on_disk, backend.name, attempts, kept.policy)
    started = msgspec.structs.replace(
        _run_started(folder, frozen.plan, kept, selection),
        again=mask(again(plan, options, names), values),
    )
    supervisor.detach(folder, lambda announce: work.begin(started, announce))
    return Launched(folder, backend.name, note)


def _refuse_odd_bytes(texts: Mapping[str, str]) -> None:
    """The journal is JSON, which has no bytes that are not UTF-8."""
    for what, text in texts.items():
        if any("\ud800" <= char <= "\udfff" for char in text):
            raise UsageError(
                f"the {what} holds bytes that are not UTF-8: {text!a}", "rename or correct it"
            )


def selected(plan: Plan, options: Options) -> Selection:
    """The tasks that the options ask for; ids in any spelling. UsageError: none is left."""
    selection = select(
        plan,
        tuple(resolve(plan, task) for task in options.only),
        tuple(resolve(plan, task) for task in options.skip),
        resolve(plan, options.start_from) if options.start_from else None,
    )
    if not selection.tasks:
        raise UsageError("no task is left to run", "loosen --only, --skip or --from")
    return selection


def _directory(settled: Settled, cwd: Path) -> Path:
    """Where tasks start. UsageError: settings name a directory that is not there."""
    said = settled.settings.cwd
    if said and not Path(said).is_dir():
        where = str(settled.place("cwd"))
        raise UsageError(f"cwd: no such directory: {said}", "name one that exists", where)
    return Path(said) if said else cwd


def _secret_names(env: Mapping[str, str], settings: Settings) -> frozenset[str]:
    own = [name for task in settings.tasks.values() for name in task.env]
    return frozenset(secret_names([*env, *own], settings.secrets))


def _secret_values(env: Mapping[str, str], settings: Settings) -> tuple[str, ...]:
    """Of all tasks: what one prints may be what another was given."""
    envs = [env, *(task.env for task in settings.tasks.values())]
    values = {value for one in envs for value in secret_values(one, settings.secrets)}
    return tuple(sorted(values, key=lambda value: (-len(value), value)))


def _given(variables: Mapping[str, str], settings: Settings) -> set[str]:
    """The names that only this launch knows: the shell that continues it may not."""
    own = {name for task in settings.tasks.values() for name in task.env}
    return {*variables, *own, *settings.secrets}


def _without_secrets(settings: Settings, names: frozenset[str]) -> Settings:
    """As they may stand on the disk. Variables of all tasks are kept elsewhere."""
    tasks = {
        task: msgspec.structs.replace(
            own, env={name: value for name, value in own.env.items() if name not in names}
        )
        for task, own in settings.tasks.items()
    }
    return msgspec.structs.replace(settings, env={}, tasks=tasks)


def _write(folder: RunFolder, plan: Plan, frozen: Frozen, kept: Kept) -> None:
    keep(folder, plan)
    write_whole(folder.plan_json, msgspec.json.encode(frozen))
    write_whole(folder.path / "launch.json", msgspec.json.encode(kept))


def _run_started(folder: RunFolder, plan: Plan, kept: Kept, selection: Selection) -> ev.RunStarted:
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
    )
