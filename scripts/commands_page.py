"""Print docs/commands.md: every command's help, as the program itself gives it."""

from __future__ import annotations

import click

from tmuxplan.cli import VERBS, group

WIDTH = 92
"""Columns of the help texts: they must not depend on the terminal of whoever runs this."""

HEAD = """\
# Commands

What `tmuxplan COMMAND --help` prints, for every command. Written by `scripts/docs`: change the
help texts in `tmuxplan/commands/`, then run that.

Commands about a run find the newest one in this directory or the ones above it; `--run ID` names
another, and the end of its id is enough. A task is named in any spelling: `T004`, `t4`, `"Task 4"`.
Data goes to standard output, everything else to standard error.
"""


def page() -> str:
    """The whole page."""
    context = click.Context(
        group, info_name="tmuxplan", terminal_width=WIDTH, **group.context_settings
    )
    parts = [HEAD, _part("tmuxplan", group.get_help(context))]
    for verb in VERBS:
        command = group.get_command(context, verb)
        if command is not None:
            child = click.Context(command, parent=context, info_name=verb, terminal_width=WIDTH)
            parts.append(_part(f"tmuxplan {verb}", command.get_help(child)))
    return "\n".join(parts)


def _part(title: str, text: str) -> str:
    lines = "\n".join(line.rstrip() for line in text.splitlines())
    return f"## {title}\n\n```text\n{lines}\n```\n"


if __name__ == "__main__":
    click.echo(page(), nl=False)
