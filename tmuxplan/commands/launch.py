"""`tmuxplan launch`: start a run."""

from __future__ import annotations

import sys

import click
import msgspec

from tmuxplan import machine
from tmuxplan.commands.given import setting_flags
from tmuxplan.errors import UsageError
from tmuxplan.library.options import Options
from tmuxplan.run import detaching

EPILOG = """\b
Examples:
  tmuxplan launch plan.md                  start it, and return
  tmuxplan launch plan.md --attach         and look at it
  tmuxplan launch plan.md --wait --yes     in CI: progress, exit status by the verdict
  tmuxplan launch plan.md --root /Users/ann/shop=$PWD --only T005
"""


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
    options = msgspec.structs.replace(
        given,
        only=_listed(only),
        skip=_listed(skip),
        start_from=start_from,
        stdin_empty=not terminal,
    )
    by = None if dry_run else _stand_by(options.backend)
    from tmuxplan.commands import launching  # noqa: PLC0415 (who stands by imports the rest)

    how = launching.How(waits, attaches, dry_run, terminal, asks=terminal and not yes, mark=mark)
    launching.launch_it(plan, options, how, by)


def _stand_by(backend: str | None) -> detaching.StandBy | None:
    """A process that gets ready to supervise the run while we read its plan; none where there is
    no second processor for it."""
    if machine.processors() < 2:
        return None

    def get_ready() -> detaching.CarryOut:
        from tmuxplan.library import supervising  # noqa: PLC0415 (not ours to import)

        return supervising.get_ready(backend)

    return detaching.stand_by(get_ready)


def _listed(values: tuple[str, ...]) -> tuple[str, ...]:
    """`--only T001,T002` is `--only T001 --only T002`."""
    return tuple(part.strip() for value in values for part in value.split(",") if part.strip())
