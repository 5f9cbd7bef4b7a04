"""What became of a run's plan on the disk since the run was launched, or last resumed."""

from __future__ import annotations

import hashlib
from pathlib import Path

from tmuxplan.errors import TmuxplanError
from tmuxplan.library.keeping import kept_of
from tmuxplan.library.reading import read, read_directory
from tmuxplan.library.runs import Opened
from tmuxplan.plan.directory import digest


def edited(opened: Opened) -> str:
    """In words that follow its name; empty: its bytes are the same."""
    started = opened.state.started
    if started is None:  # there is no name
        return ""
    try:
        place = Path(kept_of(opened.folder).cwd, started.plan)
        now = (
            digest(read_directory(place))
            if place.is_dir()
            else hashlib.sha256(read(place)).hexdigest()
        )
    except (TmuxplanError, OSError):
        return "can't be read any more"
    return "" if now == started.sha256 else "has been edited since"
