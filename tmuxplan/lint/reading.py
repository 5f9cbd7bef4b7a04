"""A task's blocks -> commands and chains as values: one parse and one walk of each block."""

from __future__ import annotations

import msgspec

from tmuxplan.lint.commands import Chain, Command
from tmuxplan.lint.walk import Walk
from tmuxplan.plan.model import Task, Text
from tmuxplan.shell.steps import Shells


class Script(msgspec.Struct, frozen=True):
    """A task's commands as values, in the order of the text. `comments` are the shell's own.

    `lists`: the chains that join several members. `names`: of all its commands. A rule that is
    about some programs asks it first: of thousands of tasks it then looks at few.
    """

    task: Task
    commands: tuple[Command, ...] = ()
    chains: tuple[Chain, ...] = ()
    comments: tuple[Text, ...] = ()
    lists: tuple[Chain, ...] = ()
    names: frozenset[str] = frozenset()


def script_of(task: Task, shells: Shells | None = None) -> Script:
    """Reads every block of the task once; what can't be parsed gives what could be seen."""
    shells = shells or Shells(with_steps=False)
    commands: list[Command] = []
    chains: list[Chain] = []
    comments: list[Text] = []
    walkers: dict[int, str] = {}
    statement = 0
    for block in sorted(task.blocks, key=lambda each: each.role == "verify"):
        here = walkers.get(block.window, ".")
        walk = Walk(block, shells.tree(block.text), statement, here)
        walk.run()
        commands += walk.commands
        chains += walk.finished
        comments += walk.comments
        statement, walkers[block.window] = walk.statement, walk.cwd
    names = frozenset([command.name for command in commands])
    lists = tuple([chain for chain in chains if chain.operators])
    return Script(task, tuple(commands), tuple(chains), tuple(comments), lists, names)
