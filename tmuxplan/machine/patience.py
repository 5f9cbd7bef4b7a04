"""No longer than a person waits: what hangs is given up, and said so."""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Iterator
from types import FrameType

from tmuxplan.errors import TmuxplanError


class GaveUpError(TmuxplanError):
    """Something outside gave no answer in time."""

    exit_code = 3


@contextlib.contextmanager
def patience(seconds: float, what: str, remedy: str) -> Iterator[None]:
    """GaveUpError where the inside takes longer: `what` gave no answer.

    A child that is waited for is ended with it (`subprocess.run` does that for any exception).
    It rests on a signal, so that only the main thread is bounded; and may not be nested.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def give_up(_: int, __: FrameType | None) -> None:
        raise GaveUpError(f"{what} gave no answer within {seconds:g} s", remedy)

    before = signal.signal(signal.SIGALRM, give_up)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
