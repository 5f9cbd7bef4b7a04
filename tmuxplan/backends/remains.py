"""What has become of an attempt that an earlier supervisor started.

A pid may be another's by now. The outer shell is the leader of its session, and its command line
holds the attempt's nonce: who has both is it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec

from tmuxplan.backends import files
from tmuxplan.backends.ending import Look
from tmuxplan.backends.processes import MARKER
from tmuxplan.events import Adopted, AttemptEnded
from tmuxplan.later import Later
from tmuxplan.run import clock
from tmuxplan.run.backend import Attempt

if TYPE_CHECKING:
    import psutil
else:
    psutil = Later("psutil")

NEVER = "its supervisor died before it began: nothing was run"


class Remains(msgspec.Struct, frozen=True):
    """`pid` of the outer shell; 0: the attempt never began, and never will. `lives`: it is there
    now; `hung_up`: its terminal is not."""

    pid: int
    lives: bool = False
    hung_up: bool = False


def remains(attempt: Attempt, pid: int, read: Look) -> Remains:
    """Find out; an attempt that has not begun is kept from it. `pid`: as journalled, or 0."""
    if pid <= 0:
        if files.claim(attempt.folder):
            return Remains(0)
        pid = _pid_in(attempt)
    if not is_shell(pid, attempt.nonce):
        return Remains(pid)
    shell = read(pid)
    return Remains(pid, lives=shell is not None, hung_up=shell is None or not shell.terminal)


def adopted(attempt: Attempt) -> Adopted:
    """Said before everything that is found of it."""
    return Adopted(at=clock.now(), task=attempt.task, n=attempt.n)


def never_began(attempt: Attempt) -> AttemptEnded:
    """The end of an attempt that was journalled, and not begun."""
    files.remove_secrets(attempt.folder)
    now = clock.now()
    return AttemptEnded(at=now, task=attempt.task, n=attempt.n, status=None, lost=NEVER)


def is_shell(pid: int, nonce: str) -> bool:
    """Whether this process is the outer shell of the attempt with this nonce."""
    try:
        return nonce in psutil.Process(pid).cmdline() and os.getsid(pid) == pid
    except (psutil.Error, OSError, ValueError):
        return False


def environments(run: str) -> Iterator[dict[str, str]]:
    """What the living processes of a run were given: their launch may have known secrets that
    this shell does not."""
    for process in psutil.process_iter():
        try:
            found = process.environ()
        except (psutil.Error, OSError):
            continue
        if found.get(MARKER, "").startswith(f"{run}/"):
            yield found


def _pid_in(attempt: Attempt) -> int:
    """The pid that the shell wrote. Where it died before that, or the disk was full: the process
    that is it, or -1."""
    pid = files.read_began(attempt.folder)
    return next(_shells(attempt.nonce), -1) if pid is None else pid


def _shells(nonce: str) -> Iterator[int]:
    return (pid for pid in psutil.pids() if is_shell(pid, nonce))
