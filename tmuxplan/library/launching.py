"""A launch: refuse what can't run, freeze what will, leave a supervisor behind."""

from __future__ import annotations

import os
from pathlib import Path

import msgspec

from tmuxplan import events as ev
from tmuxplan import machine
from tmuxplan.backends.choose import choose
from tmuxplan.errors import UsageError
from tmuxplan.journal.files import write_whole
from tmuxplan.journal.folder import RunFolder, create
from tmuxplan.judge.secrets import mask, secret_names, secret_values
from tmuxplan.library.again import again
from tmuxplan.library.attempts import Attempts
from tmuxplan.library.checking import check, refuse
from tmuxplan.library.freeze import freeze, rewritten
from tmuxplan.library.options import Kept, Options
from tmuxplan.library.supervising import Work
from tmuxplan.plan.ids import resolve
from tmuxplan.plan.model import Frozen, Plan
from tmuxplan.run import clock, supervisor
from tmuxplan.schedule.policy import Policy
from tmuxplan.schedule.selection import Selection, select
from tmuxplan.version import VERSION


class Launched(msgspec.Struct, frozen=True):
    """A run that is on. `note` is what the user should know once (which backend, and why)."""

    folder: RunFolder
    backend: str
    note: str


def plan_to_run(plan: Plan, options: Options) -> tuple[Frozen, Selection]:
    """What a launch would run. PlanError, UsageError: why it would be refused."""
    refuse(plan, check(plan, options.roots, options.allow, launching=True))
    selection = selected(plan, options)
    return freeze(rewritten(plan, options.roots, options.sets)), selection


def launch(plan: Plan, options: Options) -> Launched:
    """Start a run and return. PlanError, UsageError, BackendError: nothing was started."""
    frozen, selection = plan_to_run(plan, options)
    backend, note = choose(options.backend)
    cwd = Path(options.cwd).absolute()
    variables = {**plan.env, **options.env, **options.sets}
    names = frozenset(secret_names({**os.environ, **variables}, options.secrets))
    values = secret_values({**os.environ, **variables}, options.secrets)
    folder = create(cwd, clock.now())
    kept = Kept(
        cwd=str(cwd),
        task_cwd=str(Path(cwd, options.task_cwd)),
        jobs=options.jobs,
        backend=backend.name,
        grace_s=options.grace_s,
        roots=options.roots,
        sets=tuple(options.sets),
        variables={name: value for name, value in variables.items() if name not in names},
        secret_names=tuple(sorted(names & variables.keys() | frozenset(options.secrets))),
        stdin_empty=options.stdin_empty,
    )
    masked = _masked(frozen, values)
    _write(folder, plan, masked, kept)
    attempts = Attempts(
        folder,
        frozen,
        {**os.environ, **variables},
        Path(kept.task_cwd),
        values,
        machine.bash(),
        stdin_empty=options.stdin_empty,
    )
    work = Work(folder, masked, backend.name, attempts, Policy(options.jobs, options.grace_s))
    started = msgspec.structs.replace(
        _run_started(folder, frozen.plan, kept, selection),
        again=mask(again(plan, options, names), values),
    )
    supervisor.detach(folder, lambda announce: work.begin(started, announce))
    return Launched(folder, backend.name, note)


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


def _write(folder: RunFolder, plan: Plan, frozen: Frozen, kept: Kept) -> None:
    write_whole(folder.plan_md, plan.source.encode("utf-8", "surrogateescape"))
    write_whole(folder.plan_json, msgspec.json.encode(frozen))
    write_whole(folder.path / "launch.json", msgspec.json.encode(kept))


def _masked(frozen: Frozen, values: tuple[str, ...]) -> Frozen:
    """Secrets given with --set stand in the commands, and must not stand on the disk."""
    if not values:
        return frozen
    masked = mask(msgspec.json.encode(frozen).decode(), values)
    return msgspec.json.decode(masked.encode(), type=Frozen)


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
