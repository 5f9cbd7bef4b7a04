"""`tmuxplan status`: a table of a run's tasks, once, as it goes, or as one short line."""

from __future__ import annotations

import click

from tmuxplan.commands.opening import run_option
from tmuxplan.errors import UsageError
from tmuxplan.library.runs import newest, open_run

EPILOG = """\b
Examples:
  tmuxplan status
  tmuxplan status --watch
  tmuxplan status --json | jq -r .run.verdict
  PS1='$(tmuxplan status --line) \\$ '

\b
The line: ended/all, ✗ failed, ⊘ could not start, ~ time left by what tasks
took before, or the plan's estimates, with as many jobs as it may have;
❯ waits for input, … has stalled, ✎ waits for a person.
"""


@click.command("status", epilog=EPILOG)
@run_option
@click.option("--json", "as_json", is_flag=True, help="Print JSON (see docs/json.md).")
@click.option("--line", is_flag=True, help="One short line, for prompts and bars; no run: none.")
@click.option("--watch", "watches", is_flag=True, help="Go on until the run ends.")
def command(run_id: str | None, as_json: bool, line: bool, watches: bool) -> None:
    """Print a table of a run's tasks: also while it runs, and after its supervisor is gone.

    With --watch a terminal shows it as it goes, and anything else gets a line for each change.
    The exit status is 0 whatever the verdict is; `collect` exits by it.
    """
    if as_json + line + watches > 1:
        raise UsageError("--json, --line and --watch exclude each other", "choose one")
    if line:
        _line(run_id)
    elif watches:
        _watch(run_id)
    elif as_json:
        from tmuxplan.report.json import run_json  # noqa: PLC0415 (--line must not pay for it)

        click.echo(run_json(open_run(run_id).facts), nl=False)
    else:
        _table(run_id)


def _table(run_id: str | None) -> None:
    from tmuxplan.ui.tables import status_table  # noqa: PLC0415 (Rich: --line must not pay)

    opened = open_run(run_id)
    for notice in opened.notices:
        click.echo(notice, err=True)
    click.echo(status_table(opened.facts))


def _line(run_id: str | None) -> None:
    """A prompt asks everywhere: that there is no run here is no error."""
    folder = newest(run_id)
    if folder is None:
        return
    from tmuxplan.library.glancing import glance_at  # noqa: PLC0415 (where no run is, all of it)

    click.echo(glance_at(folder))


def _watch(run_id: str | None) -> None:
    from tmuxplan.commands.following import draws, follow  # noqa: PLC0415 (as above)
    from tmuxplan.journal.journal import read  # noqa: PLC0415 (as above)

    opened = open_run(run_id)
    if opened.alive:
        # A table has what was before; lines tell it.
        past = len(read(opened.folder.events).events) if draws() else 0
        try:
            follow(opened.folder, opened.frozen, "Ctrl-C leaves; the run goes on", past)
        except KeyboardInterrupt:
            return
    if draws() or not opened.alive:
        _table(opened.folder.id)
