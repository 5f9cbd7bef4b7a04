"""`tmuxplan completion`: what makes a shell complete our commands, tasks and runs."""

from __future__ import annotations

import click

from tmuxplan.library.completing.told import SHELLS, script

EPILOG = """\b
Examples, each for good:
  bash   echo 'eval "$(tmuxplan completion bash)"' >> ~/.bashrc
  zsh    echo 'eval "$(tmuxplan completion zsh)"' >> ~/.zshrc    after compinit
  fish   tmuxplan completion fish > ~/.config/fish/completions/tmuxplan.fish
"""


@click.command("completion", epilog=EPILOG)
@click.argument("shell", type=click.Choice(SHELLS))
def command(shell: str) -> None:
    """Print a script that makes SHELL complete commands, options, tasks, runs and plans.

    The Tab key then offers, for `logs` for example, the tasks of the newest run here, with their
    titles where the shell shows such. It reads the runs' folders and nothing else.
    """
    click.echo(script(shell), nl=False)
