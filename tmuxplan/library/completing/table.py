"""What the command line takes, as a table: Tab must not pay for importing the commands.

`words.json` is written by `scripts/docs` from the commands themselves; a test holds it to them.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Literal

import msgspec

Kind = Literal["task", "run", "plan", "file", "folder", "words", "text", "nothing"]
"""What a word is. `words`: one of those listed; `text`: anything; `nothing`: a flag takes none."""


class Value(msgspec.Struct, frozen=True, omit_defaults=True):
    """What an argument is, or what an option takes."""

    kind: Kind
    words: tuple[str, ...] = ()
    many: bool = False


class Option(msgspec.Struct, frozen=True):
    """One option: all its names, its help's first sentence, what it takes."""

    names: tuple[str, ...]
    help: str
    takes: Value


class Verb(msgspec.Struct, frozen=True):
    """One command."""

    help: str
    options: tuple[Option, ...]
    arguments: tuple[Value, ...]


Table = dict[str, Verb]


@cache
def table() -> Table:
    """Every verb by its name, in the order of the help; `""` has what stands before a verb."""
    text = Path(__file__).with_name("words.json").read_bytes()
    return msgspec.json.decode(text, type=Table)
