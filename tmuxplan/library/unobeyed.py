"""Settings that are read and kept with a run, and that nothing obeys yet."""

from __future__ import annotations

from tmuxplan.library.settings import Settled

NOT_YET_OF_TASKS = frozenset({"host"})


def unobeyed(settled: Settled) -> str:
    """One sentence that names those that are given, also in the plan's own words; empty where
    there are none."""
    found = []
    for path, (place, *_) in settled.places.items():
        if path[0] == "tasks" and path[2] in NOT_YET_OF_TASKS:
            found.append(f"{'.'.join(path)} ({place})")
    return f"not obeyed yet: {', '.join(found)}" if found else ""
