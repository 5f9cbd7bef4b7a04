"""Finding every process that an attempt started.

Three nets, since each has a hole: the session of the outer shell (misses `setsid`), the marker
`TMUXPLAN_ATTEMPT` in the environment (misses `env -i`), and the tree (misses orphans). One look
serves all attempts, and reads only processes that are new since the look before: 1,000 tasks of
`true` must not read the whole process table 1,000 times.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import msgspec

from tmuxplan.events import Leftover
from tmuxplan.later import Later
from tmuxplan.run.clock import monotonic

if TYPE_CHECKING:
    import psutil
else:
    psutil = Later("psutil")

MARKER = "TMUXPLAN_ATTEMPT"
"""The environment variable whose value names an attempt: RUN/TASK/N/NONCE."""

_PROC = Path("/proc")
_LONGEST = 500
_FULL_LOOK_S = 1.0
"""Process ids come round again (32,768 on many machines); never within this time."""


class Process(msgspec.Struct, frozen=True):
    """One process. `start` is its start time in the kernel's own unit: pid and start together
    name a process for good, a pid alone may be given to another.

    `marker` is None where the environment could not be read yet (the middle of an exec);
    `terminal`: it has one, which a hang-up takes away.
    """

    pid: int
    start: float
    parent: int
    session: int
    marker: str | None = ""
    terminal: bool = True


class Table(Protocol):
    """The machine's process table."""

    def pids(self) -> list[int]: ...
    def last_pid(self) -> int: ...
    def read(
        self, pid: int, before: Process | None = None, strangers: Collection[int] = ()
    ) -> Process | None: ...


class ProcTable:
    """Linux: `/proc`, read directly (psutil takes twenty times as long)."""

    def pids(self) -> list[int]:
        """Every process id; threads are not listed."""
        return [int(name) for name in os.listdir(_PROC) if name.isdigit()]  # noqa: PTH208 (speed)

    def last_pid(self) -> int:
        """The id that was given out last."""
        return int(_bytes("/proc/loadavg").split()[-1])

    def read(
        self, pid: int, before: Process | None = None, strangers: Collection[int] = ()
    ) -> Process | None:
        """A living process; None for one that is gone or a zombie. `before`: what it was;
        its environment, which costs most, is not read again once its marker is known, nor where
        its parent is one of the `strangers`: then it has none."""
        try:
            # The command's name may hold blanks and brackets: fields begin after the last one.
            fields = _bytes(f"/proc/{pid}/stat").rpartition(b")")[2].split()
            if fields[0] in (b"Z", b"X"):
                return None
            start, parent, session = float(fields[19]), int(fields[1]), int(fields[3])
            marker = before.marker if before is not None and before.start == start else None
            if marker is None and parent in strangers:
                marker = ""
            elif not marker and (marker is None or session != pid):  # a leader has its own for good
                marker = _proc_marker(pid)
            return Process(
                pid=pid,
                start=start,
                parent=parent,
                session=session,
                marker=marker,
                terminal=fields[4] != b"0",
            )
        except (OSError, IndexError, ValueError):
            return None


class PsutilTable:
    """macOS and others. Written from psutil's documentation; untried on macOS."""

    def pids(self) -> list[int]:
        """Every process id."""
        return psutil.pids()

    def last_pid(self) -> int:
        """Not known here: 0, so that every look is a full one."""
        return 0

    def read(
        self,
        pid: int,
        before: Process | None = None,  # noqa: ARG002
        strangers: Collection[int] = (),  # noqa: ARG002
    ) -> Process | None:
        """A living process; None for one that is gone, a zombie, or another user's."""
        try:
            process = psutil.Process(pid)
            if process.status() == psutil.STATUS_ZOMBIE:
                return None
            return Process(
                pid=pid,
                start=process.create_time(),
                parent=process.ppid(),
                session=os.getsid(pid),
                marker=_psutil_marker(process),
                terminal=process.terminal() is not None,
            )
        except (psutil.Error, OSError):
            return None


class Census:
    """Which living processes belong to which of the attempts that it was told of.

    `strangers`: processes whose own children no attempt has started. What an outer shell starts
    has that for its parent, and an orphan process 1.
    """

    def __init__(self, table: Table | None = None) -> None:
        self.strangers: set[int] = set()
        self._table = table or _table()
        self._sessions: dict[int, tuple[str, float]] = {}
        self._markers: dict[str, int] = {}
        self._mine: dict[int, tuple[Process, str]] = {}
        self._unsure: set[int] = set()
        self._last_pid = 0
        self._last_look = float("-inf")

    def add(self, marker: str, session: int, *, known: bool = True, again: bool = False) -> float:
        """Begin to look for an attempt's processes. `session` is its outer shell's pid, and
        `known` that this number has not been given to another since. `again`: the shell is
        there for long, and the attempt's first process not older than the last look. When the
        shell started, 0.0 where it is gone."""
        if not again:
            self._look_back_to(session if known else 0)
        leader = self._table.read(session) if known else None
        self._markers[marker] = session
        if known:
            self._sessions[session] = (marker, leader.start if leader else 0.0)
        return leader.start if leader else 0.0

    def _look_back_to(self, session: int) -> None:
        """It is heard of a moment after it began: what it started may have been looked at, and
        been nobody's."""
        if session <= self._last_pid:
            self._last_pid = max(0, session - 1)

    def read(self, pid: int) -> Process | None:
        """One living process, now."""
        return self._table.read(pid)

    def forget(self, marker: str) -> None:
        """The attempt is done; what lives on is nobody's."""
        session = self._markers.pop(marker, 0)
        if self._sessions.get(session, ("",))[0] == marker:
            del self._sessions[session]
        self._mine = {pid: mine for pid, mine in self._mine.items() if mine[1] != marker}

    def look(self) -> None:
        """Read the process table again."""
        pids = {*self._fresh(), *self._unsure, *self._mine}
        before, self._mine, self._unsure = self._mine, {}, set()
        for pid in sorted(pids):
            was = before.get(pid)
            process = self._table.read(pid, was[0] if was else None, self.strangers)
            if process is not None:
                self._place(process, was)

    def of(self, marker: str) -> tuple[Process, ...]:
        """The attempt's processes at the last look, without its outer shell."""
        shell = self._markers.get(marker, 0)
        return tuple(
            process
            for process, owner in self._mine.values()
            if owner == marker and process.pid != shell
        )

    def _fresh(self) -> list[int]:
        """Ids that may be new since the last look."""
        now, last = monotonic(), self._table.last_pid()
        pids = self._table.pids()
        full = now - self._last_look > _FULL_LOOK_S or last <= 0 or last < self._last_pid
        known, self._last_pid, self._last_look = self._last_pid, last, now
        # Ids above the last one are older, from before the numbers came round.
        return pids if full else [pid for pid in pids if known < pid <= last]

    def _place(self, process: Process, before: tuple[Process, str] | None) -> None:
        owner = self._owner(process)
        if owner is None and before is not None and before[0].start == process.start:
            owner = before[1]  # it changed its session and its environment: ours all the same
        if owner is not None:
            self._mine[process.pid] = (process, owner)
        elif process.marker is None:
            self._unsure.add(process.pid)

    def _owner(self, process: Process) -> str | None:
        session = self._sessions.get(process.session)
        if session and process.pid == process.session and session[1] not in (0.0, process.start):
            del self._sessions[process.session]  # the id was given to another session
        elif session:
            return session[0]
        if process.marker in self._markers:
            return process.marker
        parent = self._mine.get(process.parent)
        return parent[1] if parent is not None else None


def command_of(pid: int) -> str:
    """A process's command line as one line of words, at most 500 characters; "?" where it can't
    be read. No word is cut: who masks secrets could not see half of one."""
    try:
        process = psutil.Process(pid)
        words = process.cmdline() or [process.name()]
    except (psutil.Error, OSError):
        return "?"
    line = " ".join("".join(c if c.isprintable() else " " for c in word) for word in words)
    return line if len(line) <= _LONGEST else f"{line[:_LONGEST].rpartition(' ')[0]} …"


def leftover(process: Process) -> Leftover:
    """What a person needs to know of a process that outlived its task."""
    return Leftover(process.pid, command_of(process.pid), ports_of(process.pid))


def ports_of(pid: int) -> tuple[int, ...]:
    """TCP ports that a process listens on; nothing where it may not be asked."""
    try:
        process = psutil.Process(pid)
        # psutil 6 renamed it; both names answer alike.
        asked = getattr(process, "net_connections", None) or process.connections
        found = asked(kind="tcp")
    except (psutil.Error, OSError):
        return ()
    listening = [one for one in found if one.status == psutil.CONN_LISTEN and one.laddr]
    return tuple(sorted({one.laddr.port for one in listening}))


def marker_of(pid: int) -> str:
    """The attempt that started a process: `MARKER`'s value; empty where none did, or nobody may
    look."""
    process = _table().read(pid)
    return (process.marker or "") if process else ""


def _table() -> Table:
    return ProcTable() if sys.platform == "linux" else PsutilTable()


def _psutil_marker(process: psutil.Process) -> str:
    try:
        return process.environ().get(MARKER, "")
    except (psutil.Error, OSError):
        return ""


def _proc_marker(pid: int) -> str | None:
    """The marker's value, "" where there is none or it is another user's process."""
    try:
        text = _bytes(f"/proc/{pid}/environ")
    except OSError:
        return ""  # another user's, or one that is just dying: it counts until it is dead
    if not text:
        return None
    _, found, rest = (b"\0" + text).partition(f"\0{MARKER}=".encode())
    return os.fsdecode(rest.partition(b"\0")[0]) if found else ""


def _bytes(path: str) -> bytes:
    """A whole file of /proc. Such files have no size: read until nothing comes."""
    fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        text = os.read(fd, 1 << 18)
        while chunk := os.read(fd, 1 << 18):
            text += chunk
        return text
    finally:
        os.close(fd)
