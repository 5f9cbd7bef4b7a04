"""Continuing a run that ended, or whose supervisor died."""

from __future__ import annotations

import os
from pathlib import Path

import msgspec

from tmuxplan import events as ev
from tmuxplan import machine
from tmuxplan.errors import UsageError
from tmuxplan.journal.folder import RunFolder
from tmuxplan.library import switching
from tmuxplan.library.attempts import Attempts
from tmuxplan.library.changes import Changes, Understood, compare
from tmuxplan.library.dotenv import read_env_file
from tmuxplan.library.keeping import kept_of
from tmuxplan.library.launched import work_of
from tmuxplan.library.learning import as_before
from tmuxplan.library.options import Kept, Options
from tmuxplan.library.preparing import Prepared, prepare
from tmuxplan.library.reopening import Reopening
from tmuxplan.library.resumption import Next
from tmuxplan.library.runs import Opened, open_folder
from tmuxplan.library.understanding import understand
from tmuxplan.plan.model import Frozen
from tmuxplan.run import clock, supervisor
from tmuxplan.run.detaching import detach

_changed = msgspec.structs.replace


class Resumed(msgspec.Struct, frozen=True):
    """A run that goes on. `changes`: what was different in its plan; None: it was not read."""

    folder: RunFolder
    changes: Changes | None


def resume(
    opened: Opened,
    given: Options | None = None,
    *,
    frozen: bool = False,
    everything: bool = False,
) -> Resumed:
    """Go on with the run, and return when it is on.

    The options of the launch stand, but for those `given`. `frozen`: with the plan as launched;
    `everything`: no result of before counts. PlanError, UsageError, BackendError: it can't be
    done, and why.
    """
    opened = _resumable(opened)
    given = given or Options(stdin_empty=kept_of(opened.folder).stdin_empty)
    change, changes, following = None, None, None
    if not frozen:
        ready = _prepared(opened, given)
        changes = _compared(opened, ready)
        change = _change(opened, ready, changes)
        attempts = Attempts(opened.folder, ready.supplies)
        following = Next(ready.on_disk, attempts, ready.kept, change, ready.write)
    elif _says_something(given):
        raise UsageError("--frozen takes everything as launched", "leave the other options out")
    plan = following.frozen.plan if following else opened.frozen.plan
    work = work_of(opened, _backend(opened, given))
    reopening = Reopening(
        machine.user(), following, changes, plan, opened.state, everything=everything
    )
    detach(opened.folder, lambda announce: work.resume(reopening, announce))
    return Resumed(opened.folder, changes)


def _resumable(opened: Opened) -> Opened:
    run = opened.folder.id
    if opened.alive:
        raise UsageError(
            f"run {run} is live: there is nothing to resume",
            "look with `tmuxplan status`; end it with `tmuxplan stop`",
        )
    if opened.state.started is None:
        raise UsageError(f"run {run} never began", "launch the plan again")
    if not switching.unfinished(opened.folder):
        return opened
    with supervisor.holding(opened.folder):
        switching.finish(opened.folder, opened.state.changed)
    return open_folder(opened.folder)


def _backend(opened: Opened, given: Options) -> str | None:
    """Another backend, if asked for. UsageError: it could not see what still runs."""
    running = [task.id for task in opened.state.tasks.values() if task.phase == "running"]
    if given.backend in (None, kept_of(opened.folder).backend) or not running:
        return given.backend
    raise UsageError(
        f"{', '.join(running)} may still run on the {kept_of(opened.folder).backend} backend",
        "leave out --backend, or `tmuxplan stop` first",
    )


def _prepared(opened: Opened, given: Options) -> Prepared:
    """The plan, read again from where it was, with the options of the launch and those given."""
    started = opened.state.started
    assert started is not None
    kept = kept_of(opened.folder)
    options = _merged(kept, given)
    backend = given.backend or kept.options.backend
    path = Path(kept.cwd, started.plan)
    if not path.exists():
        raise UsageError(
            f"{path}: the plan is not there any more",
            "put it back, or go on as it was launched: `tmuxplan resume --frozen`",
        )
    # Which tasks were asked for stands in the journal, by the ids that they have had since.
    asked_for = _changed(options, only=(), skip=(), start_from=None)
    ready = prepare(understand(_from_here(path), asked_for), asked_for)
    frozen = as_before(opened.frozen, _at(ready.supplies.frozen, started.plan))
    # On the disk as the launch called it, and not as it is called from here.
    return _changed(
        ready,
        plan=_changed(ready.plan, path=started.plan),
        supplies=_changed(ready.supplies, frozen=frozen),
        on_disk=as_before(opened.frozen, _at(ready.on_disk, started.plan)),
        kept=_changed(ready.kept, options=_as_asked(ready.kept.options, options, backend)),
    )


def _as_asked(kept: Options, options: Options, backend: str | None) -> Options:
    return _changed(
        kept,
        backend=backend,
        only=options.only,
        skip=options.skip,
        start_from=options.start_from,
    )


def _at(frozen: Frozen, path: str) -> Frozen:
    return _changed(frozen, plan=_changed(frozen.plan, path=path))


def _from_here(path: Path) -> str:
    near = os.path.relpath(path)
    return near if len(near) < len(str(path)) else str(path)


def _merged(kept: Kept, given: Options) -> Options:
    """Values of secrets come from this shell's environment: they were not kept."""
    default, before = Options(), kept.options
    fields = {
        name: getattr(given, name)
        for name in Options.__struct_fields__
        if getattr(given, name) != getattr(default, name)
    }
    secret = {name: os.environ[name] for name in kept.secret_names if name in os.environ}
    env = {**before.env, **_again_from(before.env_files, kept.cwd), **given.env}
    sets = {**before.sets, **{n: secret[n] for n in kept.sets if n in secret}, **given.sets}
    missing = [n for n in kept.secret_names if n not in {*env, *sets, *secret}]
    if missing:
        raise UsageError(
            f"{', '.join(missing)} was given at the launch and is not kept on disk",
            f"export {missing[0]} and try again",
        )
    if given.task_cwd:
        fields["task_cwd"] = str(Path(given.cwd, given.task_cwd).absolute())
    merged = {
        "cwd": kept.cwd,
        "backend": given.backend or kept.backend,
        "stdin_empty": given.stdin_empty,
        "roots": {**before.roots, **given.roots},
        "env_files": (*before.env_files, *given.env_files),
        "sets": sets,
        "env": env,
    }
    return _changed(before, **{**fields, **merged})


def _again_from(files: tuple[str, ...], cwd: str) -> dict[str, str]:
    """Those that are still there: what they held and was no secret is kept anyway."""
    there = tuple(str(Path(cwd, file)) for file in files if Path(cwd, file).is_file())
    return dict(read_env_file(there))


def _compared(opened: Opened, ready: Prepared) -> Changes:
    before = Understood(opened.frozen.plan, kept_of(opened.folder).settings)
    return compare(before, Understood(ready.on_disk.plan, ready.kept.settings))


def _change(opened: Opened, ready: Prepared, changes: Changes) -> ev.PlanChanged | None:
    """None: the plan and the options are what they were."""
    started, before = opened.state.started, opened.state.changed
    assert started is not None
    same = opened.frozen == ready.on_disk and kept_of(opened.folder) == ready.kept
    if same:
        return None
    plan = ready.on_disk.plan
    asked = {changes.ids.get(task, "") for task in started.selected}
    added = () if started.partial else changes.added
    selected = tuple(task.id for task in plan.tasks if task.id in asked or task.id in added)
    if not selected:
        raise UsageError("no task of this run is left in the plan", "launch the plan instead")
    return ev.PlanChanged(
        at=clock.now(),
        generation=(before.generation if before else 0) + 1,
        sha256=plan.sha256,
        title=plan.title,
        selected=selected,
        partial=len(selected) < len(plan.tasks),
        moved=changes.moved,
        changed=changes.changed,
        added=changes.added,
        removed=changes.removed,
    )


def _says_something(given: Options) -> bool:
    plain = Options(cwd=given.cwd, stdin_empty=given.stdin_empty)
    return given != plain
