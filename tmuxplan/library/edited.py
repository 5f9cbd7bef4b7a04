"""Whether a run's plan has been edited since the run was launched, or last resumed."""

from __future__ import annotations

import hashlib
from pathlib import Path

from tmuxplan.errors import TmuxplanError
from tmuxplan.library.keeping import kept_of
from tmuxplan.library.reading import read, read_directory
from tmuxplan.library.runs import Opened
from tmuxplan.plan.directory import digest


def edited(opened: Opened) -> bool:
    """Whether the plan's bytes are others now; False also where nobody can tell: it was moved, or
    can't be read."""
    started = opened.state.started
    if started is None:
        return False
    try:
        place = Path(kept_of(opened.folder).cwd, started.plan)
        now = (
            digest(read_directory(place))
            if place.is_dir()
            else hashlib.sha256(read(place)).hexdigest()
        )
    except (TmuxplanError, OSError):
        return False
    return now != started.sha256
