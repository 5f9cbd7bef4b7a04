"""`tmuxplan status`: a table of a run's tasks."""

from __future__ import annotations

import click

from tmuxplan.commands.opening import run_option
from tmuxplan.library.runs import open_run
from tmuxplan.ui.tables import status_table


@click.command("status", epilog="\b\nExample:\n  tmuxplan status --json | jq -r .run.verdict")
@run_option
@click.option("--json", "as_json", is_flag=True, help="Print JSON (see docs/json.md).")
def command(run_id: str | None, as_json: bool) -> None:
    """Print a table of a run's tasks: also while it runs, and after its supervisor is gone."""
    opened = open_run(run_id)
    if as_json:
        from tmuxplan.report.json import run_json  # noqa: PLC0415 (brings what finds causes)

        click.echo(run_json(opened.facts), nl=False)
        return
    for notice in opened.notices:
        click.echo(notice, err=True)
    click.echo(status_table(opened.facts))
