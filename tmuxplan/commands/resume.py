"""`tmuxplan resume`: go on with a run that ended or died."""

from __future__ import annotations

import sys

import click
import msgspec

from tmuxplan.commands.given import setting_flags
from tmuxplan.commands.opening import acting, how_to_look
from tmuxplan.commands.waiting import wait
from tmuxplan.journal.journal import read
from tmuxplan.library.changes import told
from tmuxplan.library.options import Options
from tmuxplan.library.resuming import resume
from tmuxplan.library.runs import frozen_of

EPILOG = """\b
Examples:
  tmuxplan resume                   the newest run here, with the plan as it is now
  tmuxplan resume --frozen --wait   with the plan as it was launched
  tmuxplan resume 7f3a --jobs 2     the run whose id ends so, with another option
"""


@click.command("resume", epilog=EPILOG)
@click.argument("run_id", metavar="[RUN]", required=False)
@click.option("--wait", "waits", is_flag=True, help="Stream progress; exit by the verdict.")
@click.option("--frozen", is_flag=True, help="Go by the plan and the options as launched.")
@click.option("--all", "everything", is_flag=True, help="Run everything again, in the same run.")
@click.option("--run", "named", metavar="ID", help="The run, as RUN.")
@setting_flags
def command(
    run_id: str | None,
    waits: bool,
    frozen: bool,
    everything: bool,
    named: str | None,
    given: Options,
) -> None:
    """Go on with RUN, which ended or lost its supervisor; by default the newest run here.

    What still runs is watched again, what passed is kept, and everything else runs. The plan is
    read again: a task that passed runs again only where its commands, or those of what it needs,
    are others now. The options of the launch stand, but for those given here.
    """
    opened = acting(run_id or named)
    terminal = sys.stdin.isatty() and sys.stdout.isatty()
    options = msgspec.structs.replace(given, stdin_empty=not terminal)
    past = len(read(opened.folder.events).events)
    resumed = resume(opened, options, frozen=frozen, everything=everything)
    if resumed.changes is not None:
        for line in told(resumed.changes, opened.frozen.plan, frozen_of(opened.folder).plan):
            click.echo(line, err=True)
    click.echo(f"run {opened.folder.id} goes on", err=True)
    if waits:
        sys.exit(wait(opened.folder, frozen_of(opened.folder), past))
    started = opened.state.started
    click.echo(how_to_look(started.backend if started else ""), err=True)
