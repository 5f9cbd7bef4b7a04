"""`tmuxplan doctor`: whether this machine can run plans."""

from __future__ import annotations

import sys
import textwrap
from collections import Counter
from pathlib import Path

import click
import msgspec

from tmuxplan.library.doctor.check import Check, Result, worst
from tmuxplan.library.doctor.examine import examine
from tmuxplan.report.words import counted
from tmuxplan.ui.screen import Screen, screen

_COLOURS: dict[Result, str] = {"ok": "green", "warning": "yellow", "error": "red"}

_INDENT = " " * 23

EPILOG = """\b
Examples:
  tmuxplan doctor
  tmuxplan doctor --json | jq -r '.checks[] | select(.result != "ok") | .remedy'
"""


@click.command("doctor", epilog=EPILOG)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(as_json: bool) -> None:
    """Check what runs need here: tmux, bash, the disk, the terminal, leftovers of earlier runs.

    Each is ok, a warning (a launch starts, and lacks something) or an error, with what to do.
    It starts a tmux server of its own for a moment, and changes nothing.

    Exit status: 0, or 2 where an error would keep a launch from here from starting.
    """
    checks = examine(Path.cwd())
    result = worst(checks)
    if as_json:
        told = {"schema": 1, "result": result, "checks": checks}
        click.echo(msgspec.json.format(msgspec.json.encode(told), indent=2).decode())
    else:
        on = screen()
        text = "\n".join(_text(check, on) for check in checks)
        click.echo(text.encode(on.encoding, "replace").decode(on.encoding))
        click.echo(_summary(checks), err=True)
    sys.exit(2 if result == "error" else 0)


def _text(check: Check, on: Screen) -> str:
    said = _filled(f"{check.result:7}  {check.name:13} {check.said}", on)
    if on.colour:
        word = len(check.result)
        said = click.style(said[:word], fg=_COLOURS[check.result]) + said[word:]
    return f"{said}\n{_filled(f'{_INDENT}-> {check.remedy}', on)}" if check.remedy else said


def _filled(line: str, on: Screen) -> str:
    """Broken where the terminal ends; in a pipe a line stays one."""
    if not sys.stdout.isatty():
        return line
    return textwrap.fill(line, on.width, subsequent_indent=_INDENT, break_on_hyphens=False)


def _summary(checks: tuple[Check, ...]) -> str:
    count = Counter(check.result for check in checks)
    found = f"{counted(count['error'], 'error')}, {counted(count['warning'], 'warning')}"
    if count["error"]:
        return f"{found}: mend the errors before a launch"
    return f"{found}: a launch from here can start" if count["warning"] else "all is well"
