"""Offers as the lines that our shell scripts read: the kind, then a word and its meaning each."""

from __future__ import annotations

from pathlib import Path

from tmuxplan.library.completing.offers import offers
from tmuxplan.library.completing.table import table

SHELLS = ("bash", "zsh", "fish")


def told(words: list[str], cwd: Path) -> str:
    """Nothing where there is nothing to say."""
    found = offers(words, table(), cwd)
    lines = (f"{_plain(word)}\t{_plain(said)}" for word, said in found.words.items())
    return "".join(f"{line}\n" for line in (found.kind, *lines))


def script(shell: str) -> str:
    """What makes this shell ask us."""
    return Path(__file__).with_name(f"tmuxplan.{shell}").read_text("utf-8")


def _plain(text: str) -> str:
    """A plan's titles and ids are hostile until shown otherwise, and end on a terminal."""
    return "".join(char if char.isprintable() else " " for char in text)[:200]
