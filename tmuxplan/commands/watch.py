"""`tmuxplan watch`: a run on the whole screen, live."""

from __future__ import annotations

import click

from tmuxplan.commands.opening import run_option
from tmuxplan.commands.screen import show
from tmuxplan.library.runs import open_run

EPILOG = """\b
Examples:
  tmuxplan watch
  tmuxplan watch --run 7f3a
"""


@click.command("watch", epilog=EPILOG)
@run_option
def command(run_id: str | None) -> None:
    """Watch a run: its tasks, their logs, why it fails; retry, skip, sign and stop with a key.

    ? shows the keys. Leaving it (q) changes nothing, and any number of people can watch. A run
    that has ended is shown as it ended. Without a terminal that can be drawn on, it is a table
    that is printed when the run ends.
    """
    show(open_run(run_id).folder, stay=False)
