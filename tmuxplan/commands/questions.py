"""Questions at the command line."""

from __future__ import annotations

import click


def says_yes(question: str, *, err: bool = False) -> bool:
    """Whether a person says so. Only yes is yes: neither Enter, nor the end of input (Ctrl-D).

    KeyboardInterrupt on Ctrl-C, as everywhere; click would end with 1, which is NO GO.
    """
    try:
        return click.confirm(question, default=False, err=err)
    except click.Abort as end:
        click.echo(err=err)
        if isinstance(end.__context__, EOFError):
            return False
        raise KeyboardInterrupt from None
