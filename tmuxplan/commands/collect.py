"""`tmuxplan collect`: the report."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from tmuxplan.commands.opening import EXIT, run_option
from tmuxplan.errors import UsageError
from tmuxplan.library.collecting import FORMATS, SHORT, annotated, collected, compared
from tmuxplan.library.log_source import caught_up
from tmuxplan.library.runs import Opened, open_run
from tmuxplan.report.words import listed


@click.command(
    "collect",
    epilog="\b\nExamples:\n  tmuxplan collect -o report.md\n"
    "  tmuxplan collect -f html -o report.html\n  tmuxplan collect -f json\n"
    "  tmuxplan collect --compare 7f3a         what is different from that run\n"
    "  tmuxplan collect --bundle run.tar.gz    for an archive: see tmuxplan verify",
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
@click.option(
    "--compare", "other", metavar="RUN", help="What is different from this earlier run instead."
)
@click.option(
    "--bundle",
    metavar="FILE",
    help="Pack plan, journal, logs and reports into FILE (.tar.gz) instead.",
)
@click.option(
    "--key",
    "key_file",
    metavar="FILE",
    help="Sign the bundle with this SSH key (its public half: by the agent).",
)
@click.option(
    "--send",
    "sends",
    is_flag=True,
    help="With -f otel: send the spans to OTEL_EXPORTER_OTLP_ENDPOINT.",
)
def command(
    run_id: str | None,
    form: str,
    output: str | None,
    other: str | None,
    bundle: str | None,
    key_file: str | None,
    sends: bool,
) -> None:
    """Print the plan's own report, filled in with evidence; the exit status tells the verdict.

    0 GO, 1 NO GO, 3 unfinished, 4 PENDING: a person is needed.

    In a step of GitHub Actions, `-f github` annotates the plan's lines and writes the summary.
    """
    opened = open_run(run_id)
    for notice in opened.notices:
        click.echo(notice, err=True)
    _refuse_both(other, bundle, key_file, output)
    if bundle is not None or form == "html":
        opened = caught_up(opened)
    if sends:
        _send(opened, form, output)
    elif bundle is not None:
        _bundle(opened, Path(bundle), key_file)
    elif other is not None:
        _print(compared(_earlier(other, opened), opened, form), output)
    else:
        text = collected(opened, form, str(Path(output or ".").parent))
        _print(text, _summary(opened, output) if form == "github" else output)
    sys.exit(EXIT[opened.facts.verdict])


def _refuse_both(
    other: str | None, bundle: str | None, key_file: str | None, output: str | None
) -> None:
    if output is not None and bundle is not None:
        raise UsageError("--bundle and --output exclude each other", "a command for each")
    if other is not None and bundle is not None:
        raise UsageError("--compare and --bundle exclude each other", "choose one")
    if key_file is not None and bundle is None:
        raise UsageError("--key signs a bundle, and there is none", "add --bundle FILE")


def _earlier(other: str, now: Opened) -> Opened:
    then, run = open_run(other), now.folder.id
    if then.folder.id == run:
        raise UsageError(f"--compare: {run} is the run itself", "name another of `tmuxplan runs`")
    return then


def _send(opened: Opened, form: str, output: str | None) -> None:
    """UsageError: these are no spans, or nobody says where to; JournalError: nobody took them."""
    if form != "otel" or output is not None:
        raise UsageError("--send sends spans", "use it with -f otel, and without -o")
    if opened.facts.state == "running":
        raise UsageError("the run goes on, and its spans with it", "send them when it has ended")
    try:
        from tmuxplan.integrations import otel  # noqa: PLC0415 (an extra)
    except ModuleNotFoundError as error:
        raise UsageError(
            f"OpenTelemetry is not installed: {error.name} is missing",
            "pip install 'tmuxplan[otel]'",
        ) from None
    count, where = otel.send(opened.facts)
    click.echo(f"{count} spans sent to {where}", err=True)


def _bundle(opened: Opened, path: Path, key_file: str | None) -> None:
    from tmuxplan.integrations import sshsig  # noqa: PLC0415 (paid for only here)
    from tmuxplan.library import bundling  # noqa: PLC0415 (likewise)

    bundling.refuse_odd(path)
    sign = (lambda data: sshsig.sign(data, key_file)) if key_file is not None else None
    click.echo(f"{bundling.bundle(opened, path, sign)}  {path}")
    left_out = bundling.left_out(opened)
    if left_out:
        click.echo(
            f"left out: the log of {listed(left_out)}, which nobody watches, and which may hold "
            f"secrets; `tmuxplan resume {opened.folder.id}` reads it",
            err=True,
        )


def _summary(opened: Opened, output: str | None) -> str | None:
    """Prints the annotations; the summary goes to the file that a step is given for it."""
    click.echo(annotated(opened, os.environ.get("GITHUB_WORKSPACE", "")), nl=False)
    given = os.environ.get("GITHUB_STEP_SUMMARY")
    return f">>{given}" if output is None and given else output


def _print(text: str, output: str | None) -> None:
    if output is None:
        click.echo(text, nl=not text.endswith("\n"))
    elif output.startswith(">>"):
        _append(Path(output[2:]), text)
    else:
        _write(Path(output), text)


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
