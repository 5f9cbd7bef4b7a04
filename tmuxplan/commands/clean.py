"""`tmuxplan clean`: remove old runs, and what they left."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from tmuxplan.commands.questions import says_yes
from tmuxplan.config.durations import seconds
from tmuxplan.errors import TmuxplanError, UsageError
from tmuxplan.journal.folder import RunFolder, find_root, find_run
from tmuxplan.library.cleaning.candidates import candidates
from tmuxplan.library.cleaning.choice import Candidate, Choice, Wanted, choose
from tmuxplan.library.cleaning.removal import close, finish_removals, remove
from tmuxplan.library.cleaning.stale import deaf_sockets, remove_sockets
from tmuxplan.report.words import counted, one_line
from tmuxplan.run import clock

EPILOG = """\b
Examples:
  tmuxplan clean --keep 10                    all but the ten newest
  tmuxplan clean --older-than 14d --dry-run   what would go
  tmuxplan clean --state go --older-than 1d   what went well, and is not of today
  tmuxplan clean 7f3a                         this run
  tmuxplan clean --stale                      only sessions of ended runs, and dead sockets
"""


@click.command("clean", epilog=EPILOG)
@click.argument("run_ids", metavar="[RUN]...", nargs=-1)
@click.option("--keep", type=click.IntRange(0), metavar="N", help="Not the N newest runs.")
@click.option("--older-than", metavar="TIME", help="Only where nothing has happened for so long.")
@click.option(
    "--state",
    "states",
    multiple=True,
    type=click.Choice(["go", "no-go", "pending", "dead", "unreadable"]),
    help="Only runs of this state; may be given several times.",
)
@click.option(
    "--all", "everything", is_flag=True, help="Every run that has ended or can't be read."
)
@click.option(
    "--stale", is_flag=True, help="Keep the runs; close ended sessions, remove dead sockets."
)
@click.option("--dry-run", is_flag=True, help="Print what would be removed; remove nothing.")
@click.option("--yes", "-y", is_flag=True, help="Do not ask.")
def command(  # noqa: PLR0913, PLR0917 (one argument an option)
    run_ids: tuple[str, ...],
    keep: int | None,
    older_than: str | None,
    states: tuple[str, ...],
    everything: bool,
    stale: bool,
    dry_run: bool,
    yes: bool,
) -> None:
    """Remove runs of this directory, with their logs, reports' sources and tmux sessions.

    What is said must all hold. A live run, and one whose tasks still run, is never removed. Issue
    files and reports that were written elsewhere stay.
    """
    asked = bool(run_ids or keep is not None or older_than or states or everything)
    if not asked and not stale:
        raise UsageError(
            "nothing is removed without saying what",
            "give --keep N, --older-than TIME, --state STATE, --all, --stale or a run's id",
        )
    root = find_root(Path.cwd())
    found = candidates(root, clock.now()) if root else ()
    if stale:
        _tidy(root, found, dry_run)
    if not asked:
        return
    if root is None:
        raise UsageError("no run here or in a directory above", "there is nothing to remove")
    ids = tuple(find_run(root, each).id for each in run_ids)
    wanted = Wanted(ids, keep or 0, _seconds(older_than), states)
    choice = choose(found, wanted, clock.now())
    _tell(choice)
    if choice.goes and not dry_run:
        goes = choice.goes if yes else _agreed(root, choice.goes)
        _remove(root, goes)


def _seconds(text: str | None) -> float | None:
    if text is None:
        return None
    found = seconds(text)
    if found is None:
        raise UsageError(f"--older-than {text}: no duration", "write 14d, 12h or 30 min")
    return found


def _tell(choice: Choice) -> None:
    for one, why in choice.stays:
        _stays(one, why)
    for one in choice.goes:
        session = ", its tmux session" if one.session else ""
        plan = one_line(one.plan)
        click.echo(f"{one.id}  {one.state:11}{_size(one.bytes):>9}  {plan}{session}")
    if not choice.goes:
        click.echo("no run to remove", err=True)


def _stays(one: Candidate, why: object) -> None:
    click.echo(f"run {one.id} stays: {why}", err=True)


def _agreed(root: Path, goes: Sequence[Candidate]) -> tuple[Candidate, ...]:
    """Ask; those of them that nothing has happened to while the question stood."""
    _ask(root, goes)
    then = {one.id: one.state for one in goes}
    now = choose(candidates(root, clock.now()), Wanted(tuple(then)), clock.now())
    other = [one for one in now.goes if one.state != then[one.id]]
    woke = [(one, f"it went on meanwhile, and is {one.state} now; ask again") for one in other]
    for one, why in (*now.stays, *woke):
        _stays(one, why)
    return tuple(one for one in now.goes if one not in other)


def _ask(root: Path, goes: Sequence[Candidate]) -> None:
    question = f"{counted(len(goes), 'run')}, {_size(sum(one.bytes for one in goes))}"
    if not sys.stdin.isatty():
        raise UsageError(f"would remove {question}, and there is nobody to ask", "add --yes")
    place = (root / "runs").resolve()  # `.tmuxplan` may be a link to somebody else's
    if not says_yes(f"Remove {question} of {place}?", err=True):
        raise UsageError("nothing was removed", "answer y, or use --yes")


def _remove(root: Path, goes: Sequence[Candidate]) -> None:
    """Every one that can be; the exit status is 3 where one can't."""
    try:
        finish_removals(root)
    except TmuxplanError as error:
        click.echo(f"tmuxplan: of an earlier removal: {error}", err=True)
    gone = [one for one in goes if _removed(root, one)]
    click.echo(f"freed {_size(sum(one.bytes for one in gone))}", err=True)
    if len(gone) < len(goes):
        sys.exit(3)


def _removed(root: Path, one: Candidate) -> bool:
    try:
        remove(RunFolder(root / "runs" / one.id), one.session)
    except TmuxplanError as error:
        _stays(one, error)
        return False
    return True


def _tidy(root: Path | None, found: Sequence[Candidate], dry_run: bool) -> None:
    """Sessions of runs that have ended, but for those whose tasks still run in them."""
    ended = [
        one
        for one in found
        if one.session and not one.running and one.state in {"go", "no-go", "pending"}
    ]
    sockets = deaf_sockets(clock.now())
    for one in ended:
        if dry_run or (root is not None and _closed(root, one)):
            would = "would close" if dry_run else "closed"
            click.echo(f"{would} the tmux session of run {one.id}")
    count = len(sockets) if dry_run else remove_sockets(sockets)
    if count:
        would = "would remove" if dry_run else "removed"
        click.echo(f"{would} {counted(count, 'socket')} without a supervisor")
    if not ended and not count:
        click.echo("nothing is left over", err=True)


def _closed(root: Path, one: Candidate) -> bool:
    try:
        close(RunFolder(root / "runs" / one.id), one.session)
    except TmuxplanError as error:
        click.echo(f"the tmux session of run {one.id} stays: {error}", err=True)
        return False
    return True


def _size(count: int) -> str:
    mib = count / (1 << 20)
    return f"{mib / 1024:.1f} GiB" if mib >= 1024 else f"{mib:.1f} MiB"
