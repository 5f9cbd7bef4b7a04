"""Client processes of a tmux server that read what they are to run.

A process takes 1.5 ms until it is there and known to the server, and 0.3 ms from then on: who
asks often keeps one ahead.
"""

from __future__ import annotations

import contextlib
import os
import signal
import threading
from typing import NamedTuple

from tmuxplan.backends.minimal import minimal_environment
from tmuxplan.watch.wake import readable

MOST_BYTES = 50_000
"""As much fits into a pipe: writing it never waits."""
_LEAVE_S = 0.2
"""How long one that was given nothing may take to end."""


class Waiting(NamedTuple):
    """`tmux source-file -`, which runs nothing before its input is over. `writes` is that;
    `printed` can be read when it said something or ended. All are its owner's."""

    pid: int
    writes: int
    printed: int

    def is_there(self) -> bool:
        """False: it has ended, or complained, and what it is given may never be run."""
        return not readable([self.printed])

    def hand(self, text: bytes) -> None:
        """Have it run these lines. They are all that it gets."""
        if len(text) <= MOST_BYTES:
            _write_all(self.writes, text)
        else:  # a client whose server hangs does not read
            threading.Thread(target=_write_all, args=(self.writes, text), daemon=True).start()

    def end(self) -> None:
        """It has nothing to do. Whatever keeps it from ending does not keep us."""
        os.close(self.writes)
        readable([self.printed], _LEAVE_S)
        os.close(self.printed)
        if os.waitpid(self.pid, os.WNOHANG)[0] == 0:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)


def client_of(argv: tuple[str, ...]) -> Waiting:
    """Another one; `argv` runs tmux for its server. OSError: there can be none."""
    with contextlib.ExitStack() as theirs, contextlib.ExitStack() as ours:
        reads, writes = os.pipe()
        theirs.callback(os.close, reads)
        ours.callback(os.close, writes)
        printed, prints = os.pipe()
        ours.callback(os.close, printed)
        theirs.callback(os.close, prints)
        pid = os.posix_spawnp(
            argv[0],
            [*argv, "source-file", "-"],
            minimal_environment(),
            file_actions=[
                (os.POSIX_SPAWN_DUP2, reads, 0),
                (os.POSIX_SPAWN_DUP2, prints, 1),
                (os.POSIX_SPAWN_DUP2, prints, 2),
            ],
            setsigdef=(signal.SIGPIPE, signal.SIGXFSZ, signal.SIGHUP),
        )
        ours.pop_all()
    return Waiting(pid, writes, printed)


def _write_all(fd: int, text: bytes) -> None:
    """And close it."""
    view = memoryview(text)
    try:
        with contextlib.suppress(BrokenPipeError):  # it is gone already, and has said why
            while view:
                view = view[os.write(fd, view) :]
    finally:
        os.close(fd)
