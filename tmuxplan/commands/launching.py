"""A launch, from its options to its end."""

from __future__ import annotations

import sys
from collections.abc import Collection
from typing import NoReturn

import click
import msgspec

from tmuxplan.backends.choose import choose
from tmuxplan.commands.interrupts import Interrupts
from tmuxplan.config.schema import Settings
from tmuxplan.errors import UsageError
from tmuxplan.journal.folder import RunFolder
from tmuxplan.library.flags import flags
from tmuxplan.library.launchable import ToRun
from tmuxplan.library.launching import Launched, launch
from tmuxplan.library.live import live_runs
from tmuxplan.library.options import Options
from tmuxplan.library.settings import settle
from tmuxplan.library.understanding import understand
from tmuxplan.library.unobeyed import unobeyed
from tmuxplan.run import supervisor
from tmuxplan.run.detaching import StandBy
from tmuxplan.watch.wake import readable

_BEGINS_S = 0.15
"""What is started at once has the processors for itself before we import what shows it (10 ms)."""


class How(msgspec.Struct, frozen=True):
    """What is asked of a launch beside its run. `terminal`: a person can see it and type; `asks`:
    before a plan's first launch. `mark` stands for what somebody agreed to elsewhere."""

    waits: bool
    attaches: bool
    dry_run: bool
    terminal: bool
    asks: bool
    mark: str | None = None


def launch_it(plan: str, options: Options, how: How, by: StandBy | None) -> None:
    """Launch it, or say what would run; wait for its end where that is asked for. `by`: who is
    ready to supervise the run."""
    launchable = understand(plan, options)
    settled = settle(launchable.plan, flags(options))
    said = unobeyed(settled)
    if said:
        click.echo(said, err=True)
    if how.dry_run:
        _show(launchable.to_run)
        return
    if how.attaches:
        _require_windows(settled.settings.backend, terminal=how.terminal)
    if how.mark is not None or how.asks:
        _agree(launchable.to_run, settled.settings, how.mark)
    interrupts = Interrupts()
    if how.waits:
        interrupts.listen()
    launched = launch(launchable, options, by)
    if launched.note:
        click.echo(launched.note, err=True)
    run_id = launched.folder.id
    click.echo(f"run {run_id} is on ({launched.backend})", err=True)
    _tell_of_others(launched.folder)
    if how.waits:
        interrupts.launched(launched.folder)
        _wait(launched, () if how.terminal else launchable.to_run.selection.tasks)
    _look(launched, how.attaches)


def _tell_of_others(launched: RunFolder) -> None:
    """Commands that act refuse to choose."""
    others = [each.id for each in live_runs(launched.path.parents[1]) if each != launched]
    if others:
        click.echo(f"live here as well: {', '.join(others)}; name one with --run", err=True)


def _show(to_run: ToRun) -> None:
    from tmuxplan.ui.plans import plan_table  # noqa: PLC0415 (draws; a start must not wait for it)

    click.echo(plan_table(to_run.frozen, selected=to_run.selection.tasks))


def _require_windows(backend: str | None, *, terminal: bool) -> None:
    """Before anything is started: who is told that it failed would launch again."""
    if not terminal:
        raise UsageError("--attach: this is no terminal; nothing was started", "leave it out")
    if choose(backend)[0] != "tmux":
        raise UsageError(
            "--attach: the pty backend has no windows; nothing was started",
            "leave it out, and see `tmuxplan watch`",
        )


def _agree(to_run: ToRun, settings: Settings, mark: str | None) -> None:
    """Ask, or refuse what is not what somebody agreed to elsewhere."""
    from tmuxplan.commands.asking import confirm, refuse_other  # noqa: PLC0415 (few are asked)

    if mark is not None:
        refuse_other(to_run, settings, mark)
    else:
        confirm(to_run, settings)


def _wait(launched: Launched, unshown: Collection[str]) -> NoReturn:
    """Where nobody was shown what runs, a log begins with the worst of it: masked, as on disk."""
    with supervisor.watching(launched.folder) as watched:
        readable(watched.ends, _BEGINS_S)
    from tmuxplan.commands.waiting import wait  # noqa: PLC0415 (draws; the run is on already)
    from tmuxplan.library.agreed import dangers  # noqa: PLC0415 (as above)

    for line in dangers(launched.frozen, unshown) if unshown else ():
        click.echo(line)
    sys.exit(wait(launched.folder, launched.frozen))


def _look(launched: Launched, attaches: bool) -> None:
    from tmuxplan.commands.attaching import attach_to  # noqa: PLC0415 (the run is on already)
    from tmuxplan.commands.opening import how_to_look  # noqa: PLC0415 (as above)

    if attaches:
        attach_to(launched.folder, None)
    click.echo(how_to_look(launched.backend), err=True)
