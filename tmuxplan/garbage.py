"""When Python looks for garbage that only cycles keep."""

from __future__ import annotations

import gc

_MADE = 20_000
"""Values made between two looks, of which few are garbage: one look takes as long as a task's
start."""


def look_seldom() -> None:
    """From now on, and never at what is there already: what was imported stays."""
    gc.freeze()
    gc.set_threshold(_MADE)
    gc.enable()  # off since `__main__`
