"""`tmuxplan collect`: the report."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from tmuxplan.commands.opening import EXIT, run_option
from tmuxplan.errors import UsageError
from tmuxplan.library.collecting import FORMATS, SHORT, annotated, collected
from tmuxplan.library.runs import open_run


@click.command(
    "collect",
    epilog="\b\nExamples:\n  tmuxplan collect -o report.md\n"
    "  tmuxplan collect -f html -o report.html\n  tmuxplan collect -f json",
)
@run_option
@click.option(
    "-f",
    "--format",
    "form",
    type=click.Choice([*FORMATS, *SHORT]),
    default="markdown",
    show_default=True,
    help="The form of the report.",
)
@click.option(
    "-o", "--output", metavar="FILE", help="Write the report to FILE instead of printing it."
)
def command(run_id: str | None, form: str, output: str | None) -> None:
    """Print the plan's own report, filled in with evidence; the exit status tells the verdict.

    0 GO, 1 NO GO, 3 unfinished, 4 PENDING: a person is needed.

    In a step of GitHub Actions, `-f github` annotates the plan's lines and writes the summary.
    """
    opened = open_run(run_id)
    for notice in opened.notices:
        click.echo(notice, err=True)
    text = collected(opened, form, str(Path(output or ".").parent))
    if form == "github":
        click.echo(annotated(opened), nl=False)
        if output is None and os.environ.get("GITHUB_STEP_SUMMARY"):
            _append(Path(os.environ["GITHUB_STEP_SUMMARY"]), text)
            sys.exit(EXIT[opened.facts.verdict])
    if output is None:
        click.echo(text, nl=not text.endswith("\n"))
    else:
        _write(Path(output), text)
    sys.exit(EXIT[opened.facts.verdict])


def _append(path: Path, text: str) -> None:
    """A step's summary: what the step wrote there before stays."""
    try:
        with path.open("a", encoding="utf-8") as summary:
            summary.write(text)
    except OSError as error:
        raise UsageError(
            f"can't be written: {error.strerror}", "unset GITHUB_STEP_SUMMARY", str(path)
        ) from error


def _write(path: Path, text: str) -> None:
    """Whole or not at all where there was none: half a report looks like one."""
    new = not path.exists()
    try:
        path.write_text(text, "utf-8")
    except OSError as error:
        if new:
            path.unlink(missing_ok=True)
        raise UsageError(
            f"can't be written: {error.strerror}", "name another file with -o", str(path)
        ) from error
