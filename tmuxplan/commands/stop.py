"""`tmuxplan stop`: the end of a run."""

from __future__ import annotations

import click

from tmuxplan import machine
from tmuxplan.backends.tmux.client import socket_name
from tmuxplan.backends.tmux.shells import end_shells
from tmuxplan.commands.opening import EXIT, acting, run_option
from tmuxplan.errors import UsageError
from tmuxplan.events import Leftover, RunEnded
from tmuxplan.journal.folder import RunFolder
from tmuxplan.library.keeping import kept_of
from tmuxplan.library.persons import end_dead, unheard
from tmuxplan.library.runs import Opened
from tmuxplan.library.stopping import unfinished
from tmuxplan.library.until import until_ended
from tmuxplan.report.words import listed, span
from tmuxplan.run import supervisor
from tmuxplan.run.control import StopRun
from tmuxplan.schedule.state import RunState

_MOMENT_S = 1.0  # who waits longer wants to know what for


@click.command("stop", epilog="\b\nExample:\n  tmuxplan stop --reason 'wrong branch'")
@run_option
@click.option("--reason", default="", help="Why; it stands in the report.")
@click.option("--drain", is_flag=True, help="Let running tasks finish; start nothing new.")
@click.option("--now", "at_once", is_flag=True, help="Kill at once, without the grace.")
def command(run_id: str | None, reason: str, drain: bool, at_once: bool) -> None:
    """End the live run: nothing new starts, and what its tasks started is ended.

    Tasks get INT, then TERM, and KILL at the end of the grace. A stop that is under way may be
    asked for again, with --now.
    """
    if drain and at_once:
        raise UsageError("--drain and --now exclude each other", "choose one")
    opened = acting(run_id)
    run, user = opened.folder.id, machine.user()
    why = f"stopped by {user}{f': {reason}' if reason else ''}"
    asked = StopRun(user, why, now=not drain, grace_s=0.0 if at_once else None)
    left = unheard(opened, asked)
    if left is not None and left.state.ended is not None:
        _close(left)
        return
    if left is not None:
        _say_survivors(end_dead(left, asked))
    if drain:
        click.echo(f"run {run} starts nothing new", err=True)
        return
    if _ended(opened, asked) is None:
        click.echo(unfinished(opened.folder), err=True)
        raise SystemExit(EXIT[None])
    click.echo(f"run {run} is stopped", err=True)


def _ended(opened: Opened, asked: StopRun) -> RunEnded | None:
    """How the run ended, waited for; whoever waits longer than a moment is told what for."""
    state = until_ended(opened.folder, timeout_s=_MOMENT_S)
    if state.ended is None and supervisor.alive(opened.folder):
        click.echo(_what_for(state, opened.folder, asked), err=True)
        state = until_ended(opened.folder)
    return state.ended


def _what_for(state: RunState, folder: RunFolder, asked: StopRun) -> str:
    still = tuple(task for task, one in state.tasks.items() if one.phase == "running")
    if not still or asked.grace_s == 0:
        return f"run {folder.id} is being ended"
    grace, how = span(kept_of(folder).grace_s), f"`tmuxplan stop --run {folder.id} --now`"
    return f"asked to end: {listed(still)}; killed after {grace}, or at once with {how}"


def _close(opened: Opened) -> None:
    """What people opened beside failed tasks: the run itself has nothing left to end."""
    run, closed = opened.folder.id, end_shells(opened.state.session)
    if not closed:
        raise UsageError(f"run {run} has ended: nothing to stop", _how_to_close(opened))
    click.echo(f"run {run} has ended; shells of its tasks that were closed: {closed}", err=True)


def _how_to_close(opened: Opened) -> str:
    started = opened.state.started
    if started is None or started.backend != "tmux":
        return "see `tmuxplan status`"
    return (
        f"its windows close with `tmux -L {socket_name()} kill-session -t {opened.state.session}`"
    )


def _say_survivors(survivors: tuple[Leftover, ...]) -> None:
    for process in survivors:
        click.echo(f"process {process.pid} could not be ended: {process.command}", err=True)
