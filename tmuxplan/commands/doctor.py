"""`tmuxplan doctor`: whether this machine can run plans."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

import click
import msgspec

from tmuxplan.library.doctor.check import Check, Result, worst
from tmuxplan.library.doctor.examine import examine
from tmuxplan.report.words import counted
from tmuxplan.ui.screen import screen

_COLOURS: dict[Result, str] = {"ok": "green", "warning": "yellow", "error": "red"}

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
        text = "\n".join(line for check in checks for line in _lines(check, on.colour))
        click.echo(text.encode(on.encoding, "replace").decode(on.encoding))
        click.echo(_summary(checks), err=True)
    sys.exit(2 if result == "error" else 0)


def _lines(check: Check, colour: bool) -> list[str]:
    word = f"{check.result:7}"
    shown = click.style(word, fg=_COLOURS[check.result]) if colour else word
    lines = [f"{shown}  {check.name:13} {check.said}"]
    if check.remedy:
        lines.append(f"{'':23} -> {check.remedy}")
    return lines


def _summary(checks: tuple[Check, ...]) -> str:
    count = Counter(check.result for check in checks)
    found = f"{counted(count['error'], 'error')}, {counted(count['warning'], 'warning')}"
    if count["error"]:
        return f"{found}: mend the errors before a launch"
    return f"{found}: a launch from here can start" if count["warning"] else "all is well"
