"""The runs that somebody supervises now."""

from __future__ import annotations

from pathlib import Path

from tmuxplan.journal.folder import RunFolder, runs
from tmuxplan.run import supervisor


def live_runs(root: Path) -> tuple[RunFolder, ...]:
    """Those under this `.tmuxplan`, newest first."""
    return tuple(folder for folder in runs(root) if supervisor.alive(folder))
