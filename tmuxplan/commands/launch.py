"""`tmuxplan launch`: start a run."""

from __future__ import annotations

import sys
from collections.abc import Collection
from typing import NoReturn

import click
import msgspec

from tmuxplan.commands.given import setting_flags
from tmuxplan.commands.interrupts import Interrupts
from tmuxplan.config.schema import Settings
from tmuxplan.errors import UsageError
from tmuxplan.library.flags import flags
from tmuxplan.library.launching import Launched, launch
from tmuxplan.library.options import Options
from tmuxplan.library.preparing import ToRun, plan_to_run
from tmuxplan.library.reading import load
from tmuxplan.library.settings import settle
from tmuxplan.library.unobeyed import unobeyed
from tmuxplan.run import supervisor
from tmuxplan.watch.wake import readable

EPILOG = """\b
Examples:
  tmuxplan launch plan.md                  start it, and return
  tmuxplan launch plan.md --attach         and look at it
  tmuxplan launch plan.md --wait --yes     in CI: progress, exit status by the verdict
  tmuxplan launch plan.md --root /Users/ann/shop=$PWD --only T005
"""
_BEGINS_S = 0.15
"""What is started at once has the processors for itself before we import what shows it (10 ms)."""


@click.command("launch", epilog=EPILOG)
@click.argument("plan", type=click.Path())
@click.option("--wait", "waits", is_flag=True, help="Stream progress; exit by the verdict.")
@click.option("--attach", "attaches", is_flag=True, help="Show the session at once.")
@click.option("--dry-run", is_flag=True, help="Print what would run; start nothing.")
@click.option("--only", multiple=True, metavar="TASK", help="These tasks and no others.")
@click.option("--skip", multiple=True, metavar="TASK", help="Not these tasks.")
@click.option(
    "--from", "start_from", metavar="TASK", help="This task and those after it in the document."
)
@setting_flags
@click.option("--yes", "-y", is_flag=True, help="Do not ask before a plan's first launch.")
# For `tmuxplan mcp`, where one process asks and another launches: only what was agreed to.
@click.option("--agreed", "mark", metavar="HASH", hidden=True)
def command(  # noqa: PLR0913, PLR0917 (one argument an option)
    plan: str,
    waits: bool,
    attaches: bool,
    dry_run: bool,
    only: tuple[str, ...],
    skip: tuple[str, ...],
    start_from: str | None,
    given: Options,
    yes: bool,
    mark: str | None,
) -> None:
    """Start a run of PLAN in a session of its own, each task as soon as it may.

    Returns when the run is on; look with `attach`, `status` and `watch`.
    """
    if waits and attaches:
        raise UsageError("--wait and --attach exclude each other", "choose one")
    terminal = sys.stdin.isatty() and sys.stdout.isatty()
    read = load(plan, given.deps_from, given.sections)
    options = msgspec.structs.replace(
        given,
        only=_listed(only),
        skip=_listed(skip),
        start_from=start_from,
        stdin_empty=not terminal,
    )
    to_run = plan_to_run(read, options)
    settled = settle(read, flags(options))
    said = unobeyed(settled)
    if said:
        click.echo(said, err=True)
    if dry_run:
        from tmuxplan.ui.plans import plan_table  # noqa: PLC0415 (draws; a start must not wait for it)

        click.echo(plan_table(to_run.frozen, selected=to_run.selection.tasks))
        return
    if mark is not None or (terminal and not yes):
        _agree(to_run, settled.settings, mark)
    interrupts = Interrupts()
    if waits:
        interrupts.listen()
    launched = launch(read, options, to_run)
    if launched.note:
        click.echo(launched.note, err=True)
    run_id = launched.folder.id
    click.echo(f"run {run_id} is on ({launched.backend})", err=True)
    if waits:
        interrupts.launched(launched.folder)
        _wait(launched, () if terminal else to_run.selection.tasks)
    _look(launched, attaches)


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


def _listed(values: tuple[str, ...]) -> tuple[str, ...]:
    """`--only T001,T002` is `--only T001 --only T002`."""
    return tuple(part.strip() for value in values for part in value.split(",") if part.strip())
