"""From a plan and options to what a supervisor needs: the same for a launch and a resumption."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping
from pathlib import Path

import msgspec

from tmuxplan import machine
from tmuxplan.backends.choose import choose
from tmuxplan.config.schema import Settings
from tmuxplan.errors import UsageError
from tmuxplan.journal.files import write_whole
from tmuxplan.journal.folder import RunFolder
from tmuxplan.judge.secrets import mask, secret_names, secret_values
from tmuxplan.library.again import again
from tmuxplan.library.flags import flags, flags_win
from tmuxplan.library.keeping import keep
from tmuxplan.library.launchable import Launchable
from tmuxplan.library.masking import masked
from tmuxplan.library.options import Kept, Options
from tmuxplan.library.orders import Supplies
from tmuxplan.library.settings import Settled, settle
from tmuxplan.plan.model import Frozen, Plan
from tmuxplan.schedule.selection import Selection


class Prepared(msgspec.Struct, frozen=True):
    """`plan` as it was read, `supplies` with the one that runs, `on_disk` that without values of
    secrets. `again` is the command line for the same; `note` what the user should know once."""

    plan: Plan
    on_disk: Frozen
    selection: Selection
    kept: Kept
    supplies: Supplies
    again: str
    note: str

    def write(self, folder: RunFolder) -> None:
        """Put what was understood, and the text that it came from, into a folder."""
        keep(folder, self.plan)
        write_whole(folder.plan_json, msgspec.json.encode(self.on_disk))
        write_whole(folder.launch_json, msgspec.json.encode(self.kept))


def prepare(launchable: Launchable, options: Options) -> Prepared:
    """UsageError, BackendError: what can be refused, and was not when it was understood, with the
    same options."""
    plan, (frozen, selection, shells) = launchable
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
        backend=backend,
        grace_s=settings.grace,
        roots=settings.root,
        sets=tuple(options.sets),
        variables=_but(variables, names),
        secret_names=tuple(sorted(names & _given(variables, settings))),
        stdin_empty=options.stdin_empty,
        settings=_without_secrets(settings, names),
        options=_kept_options(options, str(cwd), names),
    )
    supplies = Supplies(
        frozen=frozen,
        env=env,
        cwd=kept.task_cwd,
        secrets=values,
        bash=machine.bash(),
        stdin_empty=kept.stdin_empty,
        shells=shells,
        settings=settings,
    )
    return Prepared(
        plan=plan,
        on_disk=masked(frozen, values),
        selection=selection,
        kept=kept,
        supplies=supplies,
        again=mask(again(plan, options, names), values),
        note=note,
    )


def _refuse_odd_bytes(texts: Mapping[str, str]) -> None:
    """The journal is JSON, which has no bytes that are not UTF-8."""
    for what, text in texts.items():
        if any("\ud800" <= char <= "\udfff" for char in text):
            raise UsageError(
                f"the {what} holds bytes that are not UTF-8: {text!a}", "rename or correct it"
            )


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
