"""`tmuxplan check`: a plan's problems."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence

import click

from tmuxplan.commands.given import pairs
from tmuxplan.errors import Problem
from tmuxplan.library.checking import examine
from tmuxplan.library.reading import load
from tmuxplan.plan.model import Plan
from tmuxplan.report import problems as report
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
    "--sections", is_flag=True, help="Sections with commands are tasks where nothing has an id."
)
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
    default=None,
    help="Ask ShellCheck too, where it is installed. Without either: up to 500 kB of commands.",
)
def command(  # noqa: PLR0913, PLR0917 (one parameter for each option)
    plan: str,
    roots: tuple[str, ...],
    sets: tuple[str, ...],
    allow: tuple[str, ...],
    strict: bool,
    deps_from: str | None,
    sections: bool,
    shape: str | None,
    as_json: bool,
    shellcheck: bool | None,
) -> None:
    """Print the problems of PLAN with file, line and remedy. Runs nothing.

    The exit status is 0, or 2 where there are errors.
    """
    read = load(plan, deps_from, sections)
    found = examine(
        read,
        pairs(roots, "--root"),
        allow,
        sets=pairs(sets, "--set"),
        with_shellcheck=shellcheck,
    ).problems
    chosen = "json" if as_json else shape or ("pretty" if sys.stdout.isatty() else "plain")
    click.echo(_text(found, read, chosen), nl=False)
    if chosen != "json":
        click.echo(report.summary(found), err=True)
    sys.exit(2 if any(strict or p.severity == "error" for p in found) else 0)


def _text(found: Sequence[Problem], plan: Plan, shape: str) -> str:
    if shape == "json":
        from tmuxplan.report.plan_json import problems_json  # noqa: PLC0415 (brings what runs are told by)

        return problems_json(found)
    if shape == "github":
        return report.github(found)
    on = screen()
    if shape == "pretty":
        texts = (report.pretty(p, s, on.width, on.colour) for p, s in _by_file(found, plan))
        text = "".join(f"{text}\n" for text in texts if text)
    else:
        text = report.plain(found)
    # What the terminal's encoding lacks becomes "?", not an error.
    return text.encode(on.encoding, "replace").decode(on.encoding)


def _by_file(found: Sequence[Problem], plan: Plan) -> Iterator[tuple[list[Problem], str]]:
    """The problems of each file of a plan, with its text; a plan of one file has them all."""
    if not plan.files:
        yield list(found), plan.source
        return
    sources = {file.path: file.source for file in plan.files}
    for path in dict.fromkeys(problem.file for problem in found):
        yield [problem for problem in found if problem.file == path], sources.get(path, "")
