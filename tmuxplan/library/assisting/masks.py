"""Everything that leaves for an assistant goes through here: masked, clean, and not too long."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from typing import TypeVar

from tmuxplan.judge.secrets import mask, secret_values
from tmuxplan.library.keeping import kept_of
from tmuxplan.library.runs import Opened
from tmuxplan.report.words import lines

T = TypeVar("T")


def masked(text: str, names: Iterable[str] = ()) -> str:
    """Without the values of this process's secrets, and without anything that steers a terminal.

    `names`: variables that are secret though their names do not look so.
    """
    return mask("\n".join(lines(text)), secret_values(os.environ, names))


def masked_of(opened: Opened, text: str) -> str:
    """The same, with what the run's launch called secret."""
    return masked(text, kept_of(opened.folder).secret_names)


def page(items: Sequence[T], offset: int, most: int) -> tuple[Sequence[T], int | None]:
    """The items of one page, and where the next one begins, if there is one."""
    end = max(0, offset) + most
    return items[max(0, offset) : end], end if end < len(items) else None
