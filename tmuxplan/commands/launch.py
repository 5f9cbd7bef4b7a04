"""`tmuxplan launch`: start a run."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from tmuxplan.commands.asking import confirm
from tmuxplan.commands.attaching import attach_to
from tmuxplan.commands.opening import pairs
from tmuxplan.commands.waiting import wait
from tmuxplan.errors import UsageError
from tmuxplan.library.dotenv import read_env_file
from tmuxplan.library.flags import flags
from tmuxplan.library.launching import launch, plan_to_run
from tmuxplan.library.options import Options
from tmuxplan.library.reading import load
from tmuxplan.library.settings import settle
from tmuxplan.library.unobeyed import unobeyed
from tmuxplan.ui.plans import plan_table

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
@click.option("--from", "start_from", metavar="TASK", help="This task and those after it.")
@click.option(
    "--jobs",
    "-j",
    type=click.IntRange(1),
    help="Tasks at once, at the most; by default 32.",
)
@click.option(
    "--backend",
    type=click.Choice(["tmux", "pty"]),
    help="Where tasks run; by default tmux where it is installed.",
)
@click.option(
    "--root",
    "roots",
    multiple=True,
    metavar="OLD=NEW",
    help="OLD, a directory in the plan, is NEW here.",
)
@click.option(
    "--set",
    "sets",
    multiple=True,
    metavar="NAME=VALUE",
    help="Set a variable, and fill the placeholder <NAME> or {{NAME}}.",
)
@click.option(
    "--env-file",
    "env_files",
    multiple=True,
    metavar="FILE",
    help="Variables for the tasks, NAME=VALUE a line.",
)
@click.option(
    "--secret", "secrets", multiple=True, metavar="NAME", help="Mask this variable's value, too."
)
@click.option("--cwd", "task_cwd", default="", metavar="DIR", help="Where tasks start.")
@click.option("--deps-from", metavar="SOURCE", help="Take dependencies from one kind of place.")
@click.option("--allow", multiple=True, metavar="CODE", help="Leave out problems of this code.")
@click.option("--yes", "-y", is_flag=True, help="Do not ask before a plan's first launch.")
def command(  # noqa: PLR0913, PLR0917 (one argument an option)
    plan: str,
    waits: bool,
    attaches: bool,
    dry_run: bool,
    only: tuple[str, ...],
    skip: tuple[str, ...],
    start_from: str | None,
    jobs: int | None,
    backend: str | None,
    roots: tuple[str, ...],
    sets: tuple[str, ...],
    env_files: tuple[str, ...],
    secrets: tuple[str, ...],
    task_cwd: str,
    deps_from: str | None,
    allow: tuple[str, ...],
    yes: bool,
) -> None:
    """Start a run of PLAN in a session of its own, each task as soon as it may.

    Returns when the run is on; look with `attach`, `status` and `watch`.
    """
    if waits and attaches:
        raise UsageError("--wait and --attach exclude each other", "choose one")
    terminal = sys.stdin.isatty() and sys.stdout.isatty()
    read = load(plan, deps_from)
    options = Options(
        cwd=str(Path.cwd()),
        task_cwd=_directory(task_cwd),
        roots=pairs(roots, "--root"),
        sets=pairs(sets, "--set"),
        env=read_env_file(env_files),
        env_files=env_files,
        secrets=secrets,
        only=_listed(only),
        skip=_listed(skip),
        start_from=start_from,
        jobs=jobs,
        backend=backend,
        stdin_empty=not terminal,
        allow=allow,
        deps_from=deps_from,
    )
    frozen, selection = plan_to_run(read, options)
    said = unobeyed(settle(read, flags(options)))
    if said:
        click.echo(said, err=True)
    if dry_run:
        click.echo(plan_table(frozen, selected=selection.tasks))
        return
    if terminal and not yes:
        confirm(frozen, selection)
    launched = launch(read, options)
    if launched.note:
        click.echo(launched.note, err=True)
    run_id = launched.folder.id
    click.echo(f"run {run_id} is on ({launched.backend})", err=True)
    if waits:
        sys.exit(wait(launched.folder))
    if attaches:
        attach_to(launched.folder, None)
    click.echo("look: tmuxplan attach, tmuxplan status; report: tmuxplan collect", err=True)


def _listed(values: tuple[str, ...]) -> tuple[str, ...]:
    """`--only T001,T002` is `--only T001 --only T002`."""
    return tuple(part.strip() for value in values for part in value.split(",") if part.strip())


def _directory(path: str) -> str:
    if path and not Path(path).is_dir():
        raise UsageError(f"--cwd {path}: no such directory", "name one that exists")
    return path
