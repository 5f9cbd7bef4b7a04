"""From a plan and options to what a supervisor needs: the same for a launch and a resumption."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import NamedTuple

import msgspec

from tmuxplan import machine
from tmuxplan.backends.choose import choose
from tmuxplan.config.schema import Settings
from tmuxplan.errors import UsageError
from tmuxplan.journal.files import write_whole
from tmuxplan.journal.folder import RunFolder
from tmuxplan.judge.secrets import mask, secret_names, secret_values
from tmuxplan.library.again import again
from tmuxplan.library.attempts import Attempts
from tmuxplan.library.checking import Examined, examine, refuse, refuses
from tmuxplan.library.flags import flags, flags_win
from tmuxplan.library.freeze import freeze, rewritten
from tmuxplan.library.inferring import with_inferred_locks
from tmuxplan.library.keeping import keep
from tmuxplan.library.learning import with_learned
from tmuxplan.library.masking import masked
from tmuxplan.library.options import Kept, Options
from tmuxplan.library.overrides import with_limits
from tmuxplan.library.settings import Settled, settle
from tmuxplan.plan.ids import resolve
from tmuxplan.plan.model import Frozen, Plan
from tmuxplan.schedule.selection import Selection, select
from tmuxplan.shell.steps import Shells


class ToRun(NamedTuple):
    """The plan with its steps as a launch would run it, which of its tasks, and its commands as
    they have been read."""

    frozen: Frozen
    selection: Selection
    shells: Shells


class Prepared(msgspec.Struct, frozen=True):
    """`plan` as it was read, `frozen` as it runs, `on_disk` without the values of `secrets`.
    `again` is the command line for the same; `note` what the user should know once."""

    plan: Plan
    frozen: Frozen
    on_disk: Frozen
    selection: Selection
    kept: Kept
    settings: Settings
    env: Mapping[str, str]
    secrets: tuple[str, ...]
    again: str
    note: str
    shells: Shells

    def attempts(self, folder: RunFolder) -> Attempts:
        """Makes the attempts of the run in this folder."""
        return Attempts(
            folder,
            self.frozen,
            self.env,
            Path(self.kept.task_cwd),
            self.secrets,
            machine.bash(),
            stdin_empty=self.kept.stdin_empty,
            settings=self.settings,
            shells=self.shells,
        )

    def write(self, folder: RunFolder) -> None:
        """Put what was understood, and the text that it came from, into a folder."""
        keep(folder, self.plan)
        write_whole(folder.plan_json, msgspec.json.encode(self.on_disk))
        write_whole(folder.launch_json, msgspec.json.encode(self.kept))


def prepare(plan: Plan, options: Options, to_run: ToRun | None = None) -> Prepared:
    """Everything that can be refused is refused here. PlanError, UsageError, BackendError.

    `to_run`: what `plan_to_run` said of the same plan and options.
    """
    frozen, selection, shells = to_run or plan_to_run(plan, options)
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
    kept = Kept(
        cwd=str(cwd),
        task_cwd=str(task_cwd),
        jobs=settings.jobs,
        backend=backend.name,
        grace_s=settings.grace,
        roots=settings.root,
        sets=tuple(options.sets),
        variables=_but(variables, names),
        secret_names=tuple(sorted(names & _given(variables, settings))),
        stdin_empty=options.stdin_empty,
        settings=_without_secrets(settings, names),
        options=_kept_options(options, str(cwd), names),
    )
    return Prepared(
        plan=plan,
        frozen=frozen,
        on_disk=masked(frozen, values),
        selection=selection,
        kept=kept,
        settings=settings,
        env=env,
        secrets=values,
        again=mask(again(plan, options, names), values),
        note=note,
        shells=shells,
    )


def plan_to_run(plan: Plan, options: Options) -> ToRun:
    """What a launch would run. PlanError, UsageError: why it would be refused."""
    shells = Shells()
    settled = settle(plan, flags(options))
    settings = settled.settings
    found = _looked_at(plan, options, shells, settings, only_refusing=True)
    if refuses(found.problems):  # then the rest is told as well
        refuse(plan, _looked_at(plan, options, shells, settings, only_refusing=False).problems)
    selection = selected(plan, options)
    cwd = settings.cwd or os.path.abspath(options.cwd)  # noqa: PTH100 (symbolic links stay)
    limited = with_inferred_locks(with_limits(plan, settled), found.locks, settings.root, cwd)
    frozen = freeze(rewritten(limited, settings.root, options.sets), shells)
    return ToRun(with_learned(frozen, settings, options.cwd), selection, shells)


def _looked_at(
    plan: Plan, options: Options, shells: Shells, settings: Settings, *, only_refusing: bool
) -> Examined:
    return examine(
        plan,
        options.roots,
        options.allow,
        True,
        options.sets,
        options.env,
        shells=shells,
        infers=settings.infer_locks,
        only_refusing=only_refusing,
    )


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


def _kept_options(options: Options, cwd: str, secret: Collection[str]) -> Options:
    return msgspec.structs.replace(
        options, cwd=cwd, sets=_but(options.sets, secret), env=_but(options.env, secret)
    )


def _but(variables: Mapping[str, str], names: Collection[str]) -> dict[str, str]:
    return {name: value for name, value in variables.items() if name not in names}
