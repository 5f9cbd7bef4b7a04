"""Ending what a run left alive when its supervisor died."""

from __future__ import annotations

from collections.abc import Iterable

from tmuxplan.backends.ending import Ending, stop_stages
from tmuxplan.backends.processes import Census, leftover
from tmuxplan.backends.remains import is_shell
from tmuxplan.events import Leftover
from tmuxplan.run import clock

_LOOK_S = 0.05


def end_orphans(attempts: Iterable[tuple[str, int]], grace_s: float) -> tuple[Leftover, ...]:
    """End every process of these attempts, INT to KILL within the grace; what survived.

    An attempt is its marker (RUN/TASK/N/NONCE) and its outer shell's pid. The outer shell ends
    by itself when everything under it is gone.
    """
    census = Census()
    known = tuple(attempts)
    for marker, pid in known:
        # Its number may be another's by now, who must not be ended in its place.
        census.add(marker, pid, known=is_shell(pid, marker.rpartition("/")[2]))
    ending = Ending(stop_stages(clock.monotonic(), grace_s), census.read)
    while True:
        census.look()
        alive = [process for marker, _ in known for process in census.of(marker)]
        now = clock.monotonic()
        if not alive or now >= ending.gives_up_at:
            return tuple(leftover(process) for process in alive)
        ending.step(now, alive)
        clock.pause(_LOOK_S)
