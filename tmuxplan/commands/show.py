"""`tmuxplan show`: what was understood of a plan."""

from __future__ import annotations

import sys

import click

from tmuxplan.commands.given import setting_flags
from tmuxplan.commands.telling import settings_json, settings_text
from tmuxplan.library.checking import examine
from tmuxplan.library.flags import flags
from tmuxplan.library.freeze import freeze, rewritten
from tmuxplan.library.inferring import with_inferred_locks
from tmuxplan.library.learning import with_learned
from tmuxplan.library.options import Options
from tmuxplan.library.overrides import all_problems
from tmuxplan.library.reading import load
from tmuxplan.library.settings import settle
from tmuxplan.plan.model import Plan
from tmuxplan.report.mermaid import mermaid
from tmuxplan.report.plan_json import plan_json
from tmuxplan.shell.steps import Shells

EPILOG = """\b
Examples:
  tmuxplan show plan.md --json | jq -r '.critical_path.tasks[]'
  tmuxplan show plan.md --settings --jobs 4
  tmuxplan show plan.md --graph mermaid > graph.mmd
"""


@click.command("show", epilog=EPILOG)
@click.argument("plan", type=click.Path())
@setting_flags
@click.option(
    "--settings", "tells_settings", is_flag=True, help="Print every setting and where it is given."
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--graph", type=click.Choice(["mermaid"]), help="Print the dependencies' graph.")
def command(
    plan: str, given: Options, tells_settings: bool, as_json: bool, graph: str | None
) -> None:
    """Print tasks, dependencies with their sources, waves, the critical path and problems.

    Runs nothing. The exit status is 0, or 2 where the plan has errors.
    """
    loaded = load(plan, given.deps_from, given.sections)
    if tells_settings:
        _tell(loaded, given, as_json)
        return
    settings = settle(loaded, flags(given)).settings
    read = rewritten(loaded, settings.root, {})
    shells = Shells()
    found = examine(read, allow=given.allow, shells=shells, infers=settings.infer_locks)
    problems = found.problems
    cwd = settings.cwd or given.cwd
    frozen = freeze(with_inferred_locks(read, found.locks, settings.root, cwd), shells)
    frozen = with_learned(frozen, settings, given.cwd)
    if graph is not None:
        click.echo(mermaid(frozen.plan), nl=False)
    elif as_json:
        click.echo(plan_json(frozen.plan, frozen.steps, problems), nl=False)
    else:
        from tmuxplan.ui.plans import plan_table  # noqa: PLC0415 (draws: Rich is slow to import)

        click.echo(plan_table(frozen, problems))
    if any(problem.severity == "error" for problem in problems):
        sys.exit(2)


def _tell(plan: Plan, given: Options, as_json: bool) -> None:
    """The settings; what is wrong with their texts on stderr, and 2 where they are refused."""
    settled = settle(plan, flags(given))
    click.echo(settings_json(settled) if as_json else settings_text(settled), nl=False)
    problems = all_problems(plan, settled)
    for problem in problems:
        click.echo(str(problem), err=True)
    if any(problem.severity == "error" for problem in problems):
        sys.exit(2)
