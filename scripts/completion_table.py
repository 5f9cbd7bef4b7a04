"""Print tmuxplan/library/completing/words.json: what every command takes, from the commands."""

from __future__ import annotations

import click
import msgspec

from tmuxplan.cli import VERBS, group
from tmuxplan.library.completing.table import Kind, Option, Table, Value, Verb

_KINDS: dict[str, Kind] = {
    "task": "task",
    "only": "task",
    "skip": "task",
    "start_from": "task",
    "run_id": "run",
    "run_ids": "run",
    "named": "run",
    "other": "run",
    "plan": "plan",
    "project": "folder",
    "task_cwd": "folder",
    "file": "file",
    "output": "file",
    "bundle": "file",
    "key_file": "file",
    "env_files": "file",
}
"""What a parameter of this name is, where its type does not say."""


def words() -> Table:
    """The table."""
    context = click.Context(group, info_name="tmuxplan", **group.context_settings)
    found = {"": _verb(group, "", context)}
    for name, said in VERBS.items():
        command = group.get_command(context, name)
        if command is not None:
            found[name] = _verb(command, said, click.Context(command, parent=context))
    return found


def _verb(command: click.Command, said: str, context: click.Context) -> Verb:
    parameters = command.get_params(context)
    return Verb(
        said,
        tuple(_option(each) for each in parameters if isinstance(each, click.Option)),
        tuple(_value(each) for each in parameters if isinstance(each, click.Argument)),
    )


def _option(option: click.Option) -> Option:
    names = sorted(option.opts + option.secondary_opts, key=len, reverse=True)
    said = (option.help or "").partition(". ")[0].rstrip(".")
    return Option(tuple(names), said, Value("nothing") if option.is_flag else _value(option))


def _value(parameter: click.Parameter) -> Value:
    many = parameter.nargs == -1
    if isinstance(parameter.type, click.Choice):
        return Value("words", tuple(map(str, parameter.type.choices)), many)
    return Value(_KINDS.get(parameter.name or "", "text"), (), many)


if __name__ == "__main__":
    click.echo(msgspec.json.format(msgspec.json.encode(words()), indent=1).decode())
