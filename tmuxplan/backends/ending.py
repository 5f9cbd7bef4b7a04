"""Ending processes: signals that grow stronger, sharing one grace. Never waits."""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Callable, Iterable

import msgspec

from tmuxplan.backends.processes import Process, leftover
from tmuxplan.events import Leftover

_UNKILLABLE_S = 1.0
"""How long after KILL a process may still be seen before it counts as a survivor."""

_STEP_S = 0.02
_SETTLE_S = 0.1
"""What is only finishing, like `> >(tee log)`, may do so: TERM would cost its last lines."""

Look = Callable[[int], Process | None]


class Stage(msgspec.Struct, frozen=True):
    """From `at` (monotonic seconds) on, processes are sent `signal`."""

    at: float
    signal: signal.Signals


class Ending:
    """One attempt's processes being ended. Call `step` with what lives, until `over`."""

    def __init__(self, stages: tuple[Stage, ...], read: Look) -> None:
        self._stages = stages
        self._read = read
        self.next_at = float("-inf")
        self._sent: set[tuple[int, float, signal.Signals]] = set()
        self.named: dict[Process, Leftover] = {}

    @property
    def gives_up_at(self) -> float:
        """When what still lives counts as a survivor."""
        return self._stages[-1].at + _UNKILLABLE_S

    def step(self, now: float, alive: Iterable[Process]) -> None:
        """Send each process the signal of this moment, once."""
        self.next_at = self._next(now)
        due = [stage.signal for stage in self._stages if stage.at <= now]
        if not due:
            return
        for process in alive:
            if process not in self.named:
                self.named[process] = leftover(process)  # once it is dead it has no name
            self._send(process, due[-1])

    def _next(self, now: float) -> float:
        """When to step again. Processes may be born meanwhile, so not only at a stage."""
        later = [stage.at for stage in self._stages if stage.at > now]
        return min([now + _STEP_S, *later])

    def _send(self, process: Process, number: signal.Signals) -> None:
        key = (process.pid, process.start, number)
        if key in self._sent:
            return
        self._sent.add(key)
        send(process, number, self._read)


def stop_stages(now: float, grace_s: float) -> tuple[Stage, ...]:
    """INT at once, TERM at half of the grace, KILL at its end."""
    return (
        Stage(now, signal.SIGINT),
        Stage(now + grace_s / 2, signal.SIGTERM),
        Stage(now + grace_s, signal.SIGKILL),
    )


def leftover_stages(now: float, grace_s: float) -> tuple[Stage, ...]:
    """TERM, then KILL: shells start background jobs with INT ignored."""
    return (
        Stage(now + _SETTLE_S, signal.SIGTERM),
        Stage(now + _SETTLE_S + grace_s, signal.SIGKILL),
    )


def send(process: Process, number: signal.Signals, read: Look) -> None:
    """Signal this very process, or nothing when its pid is another's by now."""
    if process.pid <= 1 or process.pid == os.getpid():
        return
    with contextlib.suppress(OSError):
        if not hasattr(os, "pidfd_open"):
            _send_checked(process, number, read)
            return
        # The descriptor holds on to the process: checked after it was opened, no other
        # process can come in between.
        fd = os.pidfd_open(process.pid)
        try:
            if _same(process, read):
                signal.pidfd_send_signal(fd, number)
                if number is not signal.SIGKILL:
                    signal.pidfd_send_signal(fd, signal.SIGCONT)  # a stopped one hears nothing
        finally:
            os.close(fd)


def _send_checked(process: Process, number: signal.Signals, read: Look) -> None:
    if _same(process, read):
        os.kill(process.pid, number)
        if number is not signal.SIGKILL:
            os.kill(process.pid, signal.SIGCONT)


def _same(process: Process, read: Look) -> bool:
    found = read(process.pid)
    return found is not None and found.start == process.start
