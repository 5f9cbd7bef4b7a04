"""`tmuxplan check`: a plan's problems."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import click

from tmuxplan.commands.opening import pairs
from tmuxplan.errors import Problem
from tmuxplan.library.checking import check
from tmuxplan.library.reading import load
from tmuxplan.report import problems as report
from tmuxplan.report.json import problems_json
from tmuxplan.ui.screen import screen

FORMATS = ("pretty", "plain", "github", "json")


@click.command("check", epilog="\b\nExample:\n  tmuxplan check plan.md --root /Users/ann/shop=$PWD")
@click.argument("plan", type=click.Path())
@click.option("--root", "roots", multiple=True, metavar="OLD=NEW", help="OLD is NEW here.")
@click.option("--set", "sets", multiple=True, metavar="NAME=VALUE", help="As `launch` will get it.")
@click.option("--allow", multiple=True, metavar="CODE", help="Leave out problems of this code.")
@click.option("--strict", is_flag=True, help="Warnings are errors.")
@click.option("--deps-from", metavar="SOURCE", help="Take dependencies from one kind of place.")
@click.option(
    "-f",
    "--format",
    "shape",
    type=click.Choice(FORMATS),
    help="pretty at a terminal, plain lines elsewhere; github: annotations of a workflow.",
)
@click.option("--json", "as_json", is_flag=True, help="The same as `-f json`.")
@click.option(
    "--shellcheck/--no-shellcheck",
    default=True,
    help="Ask ShellCheck too, where it is installed (it is by default).",
)
def command(  # noqa: PLR0913, PLR0917 (one parameter for each option)
    plan: str,
    roots: tuple[str, ...],
    sets: tuple[str, ...],
    allow: tuple[str, ...],
    strict: bool,
    deps_from: str | None,
    shape: str | None,
    as_json: bool,
    shellcheck: bool,
) -> None:
    """Print the problems of PLAN with file, line and remedy. Runs nothing.

    The exit status is 0, or 2 where there are errors.
    """
    read = load(plan, deps_from)
    found = check(
        read,
        pairs(roots, "--root"),
        allow,
        sets=pairs(sets, "--set"),
        with_shellcheck=shellcheck,
    )
    chosen = "json" if as_json else shape or ("pretty" if sys.stdout.isatty() else "plain")
    click.echo(_text(found, read.source, chosen), nl=False)
    if chosen != "json":
        click.echo(report.summary(found), err=True)
    sys.exit(2 if any(strict or p.severity == "error" for p in found) else 0)


def _text(found: Sequence[Problem], source: str, shape: str) -> str:
    if shape == "json":
        return problems_json(found)
    if shape == "github":
        return report.github(found)
    on = screen()
    if shape == "pretty":
        text = report.pretty(found, source, on.width, on.colour)
        text = f"{text}\n" if text else ""
    else:
        text = report.plain(found)
    # What the terminal's encoding lacks becomes "?", not an error.
    return text.encode(on.encoding, "replace").decode(on.encoding)
