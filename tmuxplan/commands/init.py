"""`tmuxplan init`: a plan to start from."""

from __future__ import annotations

import contextlib
import os
import shlex
from pathlib import Path

import click

from tmuxplan.config.jsonschema import json_schema
from tmuxplan.errors import UsageError
from tmuxplan.library.starter.project import proposed
from tmuxplan.library.starter.sample import SAMPLE

EPILOG = """\b
Examples:
  tmuxplan init                      write plan.md, a small plan that runs
  tmuxplan init check.md --from .    propose one from what this project has
  tmuxplan init --schema > tmuxplan.schema.json
"""


@click.command("init", epilog=EPILOG)
@click.argument("file", default="plan.md", type=click.Path(allow_dash=True))
@click.option(
    "--from",
    "project",
    metavar="DIR",
    help="Propose it from DIR's Makefile, package.json and pyproject.toml; they are only read.",
)
@click.option("--force", is_flag=True, help="Write over FILE.")
@click.option("--schema", is_flag=True, help="Print the JSON Schema of settings instead.")
def command(file: str, project: str | None, force: bool, schema: bool) -> None:
    """Write a plan to start from to FILE (plan.md; - prints it). Runs nothing."""
    if schema:
        click.echo(json_schema(), nl=False)
        return
    path = Path(file)
    text = proposed(Path(project), path) if project is not None else SAMPLE
    if file == "-":
        click.echo(text, nl=False)
        return
    _write(path, text, force)
    click.echo(f"wrote {path}; see: tmuxplan show {path}; run it: tmuxplan launch {path}", err=True)


def _write(path: Path, text: str, force: bool) -> None:
    """Whole or not at all: a full disk leaves no half of a plan, and no old one damaged."""
    if not force and os.path.lexists(path):
        raise UsageError(
            "exists already", "name another file, or write over it with --force", str(path)
        )
    target = path.resolve()  # a link stays one
    if not target.parent.is_dir():
        there = str(path.parent)
        raise UsageError("no such directory", f"make it: mkdir -p {shlex.quote(there)}", there)
    aside = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        aside.write_text(text, "utf-8")
        aside.replace(target)
    except OSError as error:
        with contextlib.suppress(OSError):
            aside.unlink()
        raise UsageError(
            f"can't be written: {error.strerror}", "name another file", str(path)
        ) from error
