"""`tmuxplan check`: a plan's problems."""

from __future__ import annotations

import sys

import click
import msgspec

from tmuxplan.commands.opening import pairs
from tmuxplan.library.checking import check
from tmuxplan.library.reading import load


@click.command("check", epilog="\b\nExample:\n  tmuxplan check plan.md --root /Users/ann/shop=$PWD")
@click.argument("plan", type=click.Path())
@click.option("--root", "roots", multiple=True, metavar="OLD=NEW", help="Where OLD is here.")
@click.option("--allow", multiple=True, metavar="CODE", help="Leave out problems of this code.")
@click.option("--strict", is_flag=True, help="Warnings are errors.")
@click.option("--deps-from", metavar="SOURCE", help="Take dependencies from one kind of place.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(
    plan: str,
    roots: tuple[str, ...],
    allow: tuple[str, ...],
    strict: bool,
    deps_from: str | None,
    as_json: bool,
) -> None:
    """Print the problems of PLAN with file, line and remedy. Runs nothing.

    The exit status is 0, or 2 where there are errors.
    """
    problems = check(load(plan, deps_from), pairs(roots, "--root"), allow)
    if as_json:
        click.echo(msgspec.json.encode({"schema": 1, "problems": problems}))
    else:
        for problem in problems:
            click.echo(str(problem))
    bad = [p for p in problems if strict or p.severity == "error"]
    if not as_json:
        warnings = len(problems) - sum(p.severity == "error" for p in problems)
        click.echo(f"{len(problems) - warnings} errors, {warnings} warnings", err=True)
    sys.exit(2 if bad else 0)
