"""`tmuxplan show`: what was understood of a plan."""

from __future__ import annotations

import click

from tmuxplan.commands.opening import pairs
from tmuxplan.library.checking import check
from tmuxplan.library.freeze import freeze, rewritten
from tmuxplan.library.reading import load
from tmuxplan.report.json import plan_json
from tmuxplan.ui.plans import plan_table


@click.command(
    "show", epilog="\b\nExample:\n  tmuxplan show plan.md --json | jq -r '.critical_path.tasks[]'"
)
@click.argument("plan", type=click.Path())
@click.option("--root", "roots", multiple=True, metavar="OLD=NEW", help="Where OLD is here.")
@click.option("--deps-from", metavar="SOURCE", help="Take dependencies from one kind of place.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(plan: str, roots: tuple[str, ...], deps_from: str | None, as_json: bool) -> None:
    """Print tasks, dependencies with their sources, waves, the critical path and problems.

    Runs nothing.
    """
    directories = pairs(roots, "--root")
    read = rewritten(load(plan, deps_from), directories, {})
    frozen = freeze(read)
    problems = check(read)
    if as_json:
        click.echo(plan_json(frozen.plan, frozen.steps, problems), nl=False)
        return
    click.echo(plan_table(frozen, problems))
