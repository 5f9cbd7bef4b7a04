"""What a launch would run: a plan read, checked and frozen."""

from __future__ import annotations

import os

from tmuxplan.config.schema import Settings
from tmuxplan.errors import UsageError
from tmuxplan.library.checking import Examined, examine, refuse, refuses
from tmuxplan.library.flags import flags
from tmuxplan.library.freeze import freeze, rewritten
from tmuxplan.library.inferring import with_inferred_locks
from tmuxplan.library.launchable import Launchable, ToRun
from tmuxplan.library.learning import with_learned
from tmuxplan.library.options import Options
from tmuxplan.library.overrides import with_limits
from tmuxplan.library.reading import load
from tmuxplan.library.settings import settle
from tmuxplan.plan.ids import resolve
from tmuxplan.plan.model import Plan
from tmuxplan.schedule.selection import Selection, select
from tmuxplan.shell.steps import Shells


def understand(path: str, options: Options) -> Launchable:
    """Read a plan for a launch. PlanError, UsageError: why it would be refused."""
    plan = load(path, options.deps_from, options.sections)
    return Launchable(plan, plan_to_run(plan, options))


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
