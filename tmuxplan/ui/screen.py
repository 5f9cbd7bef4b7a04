"""Where output goes: how wide it is, whether it takes colour, and Rich rendered for it to text."""

from __future__ import annotations

import io
import os
import shutil
import sys
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from rich.console import RenderableType

_PIPE_WIDTH = 120


class Screen(msgspec.Struct, frozen=True):
    """`height` 0: as long as it likes. `encoding`: what can't be said in it becomes "?"."""

    width: int = 80
    height: int = 0
    colour: bool = False
    encoding: str = "utf-8"


def screen() -> Screen:
    """The terminal on stdout, or a plain and wider page for pipes and files."""
    terminal = sys.stdout.isatty()
    size = shutil.get_terminal_size((80 if terminal else _PIPE_WIDTH, 24))
    return Screen(
        width=max(40, size.columns),
        colour=terminal and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb",
        encoding=sys.stdout.encoding or "utf-8",
    )


def rendered(shown: RenderableType, on: Screen) -> str:
    """Text for this screen, without trailing blanks where it is plain."""
    from rich.console import Console  # noqa: PLC0415 (slow to import: `check` draws nothing)

    console = Console(
        file=io.StringIO(),
        width=on.width,
        force_terminal=on.colour,
        color_system="standard" if on.colour else None,
        no_color=not on.colour,
        highlight=False,
        markup=False,
        emoji=False,
        legacy_windows=False,
    )
    with console.capture() as captured:
        console.print(shown)
    text = captured.get()
    if not on.colour:
        text = "\n".join(line.rstrip() for line in text.splitlines()) + "\n"
    return text.encode(on.encoding, "replace").decode(on.encoding).rstrip("\n")
