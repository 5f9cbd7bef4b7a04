"""Whether somebody who types into an attempt's terminal would be heard: is a process of its
foreground group blocked in a read from it?

Measured on Linux 6.18: a blocked read(2) shows its number and descriptor in /proc/PID/syscall;
bash's `read -t` and `read -e`, Python's prompt, node and ssh wait in select, poll or epoll
instead, where only the shape of the last line can tell. /proc/PID/syscall is closed to us where
only parents may trace (Yama), and all of /proc/PID for sudo: wchan is asked then, which says
`wait_woken` for a terminal's read and for a socket's.
"""

from __future__ import annotations

import contextlib
import os
import platform
import sys
import termios
from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal

import msgspec

from tmuxplan.later import Later

if TYPE_CHECKING:
    import psutil
else:
    psutil = Later("psutil")


Reads = Literal["surely", "maybe", "stopped", "no"]

# read and readv, by machine.
_READ = {
    "x86_64": frozenset({0, 19}),
    "aarch64": frozenset({63, 65}),
    "riscv64": frozenset({63, 65}),
}.get(platform.machine(), frozenset[int]())
_READ_AT = ("wait_woken", "n_tty_read", "tty_read")
_WAIT_AT = ("poll_", "do_poll", "do_sys_poll", "do_select", "ep_poll", "do_epoll", "0", "")
_MOST_PROCESSES = 64
_MOST_THREADS = 64


class Reading(msgspec.Struct, frozen=True):
    """How an attempt's terminal is read now.

    `reads` "maybe": somebody waits, perhaps for the terminal; a prompt has to tell. "stopped":
    the kernel stopped a process of its background, most likely as it read. `aside`: only
    a second thread reads. `lines`: whole lines are read; `echo`: what is typed is shown.
    """

    reads: Reads = "no"
    aside: bool = False
    lines: bool = True
    echo: bool = True


NOBODY = Reading()


def reading(shell: int) -> Reading:
    """Who reads from the terminal whose session leader is `shell`."""
    if sys.platform != "linux":
        return _guessed(shell)
    leader = _stat(shell)
    if leader is None or not leader.terminal:
        return NOBODY
    found, stopped = NOBODY, False
    for process in _family(shell):
        stat = _stat(process)
        if stat is None or stat.terminal != leader.terminal:
            continue
        if stat.group != leader.foreground:
            stopped = stopped or stat.state == b"T"
            continue
        reads, aside = _process(process)
        if reads == "surely" and not aside:
            return _with_modes(Reading(reads), leader.terminal)
        if found.reads == "no" or (reads == "surely" and found.reads == "maybe"):
            found = Reading(reads, aside)
    if found.reads == "no":
        return Reading("stopped") if stopped else NOBODY
    return _with_modes(found, leader.terminal)


def stopped(pid: int) -> bool:
    """Whether this process was stopped (SIGSTOP), and waits to be let go on."""
    if sys.platform != "linux":
        with contextlib.suppress(psutil.Error, OSError):
            return psutil.Process(pid).status() == psutil.STATUS_STOPPED
        return False
    stat = _stat(pid)
    return stat is not None and stat.state == b"T"


class _Stat(msgspec.Struct, frozen=True):
    state: bytes
    group: int
    terminal: int
    foreground: int


def _stat(pid: int) -> _Stat | None:
    try:
        # The command's name may hold blanks and brackets: fields begin after the last one.
        fields = _read(f"/proc/{pid}/stat").rpartition(b")")[2].split()
        return _Stat(fields[0], int(fields[2]), int(fields[4]), int(fields[5]))
    except (OSError, IndexError, ValueError):
        return None


def _family(pid: int) -> Iterator[int]:
    """A process and what it started, and so on, without those whose parents ended."""
    todo, seen = [pid], 0
    while todo and seen < _MOST_PROCESSES:
        one = todo.pop()
        seen += 1
        yield one
        for thread in _threads(one):
            with contextlib.suppress(OSError, ValueError):
                todo += map(int, _read(f"/proc/{one}/task/{thread}/children").split())


def _threads(pid: int) -> list[str]:
    try:
        return os.listdir(f"/proc/{pid}/task")[:_MOST_THREADS]  # noqa: PTH208 (speed)
    except OSError:
        return []


def _process(pid: int) -> tuple[Reads, bool]:
    """How a process waits, and whether only a thread beside its first one reads."""
    first = _thread(pid, str(pid))
    if first == "surely":
        return first, False
    others = [thread for thread in _threads(pid) if thread != str(pid)]
    if any(_thread(pid, thread) == "surely" for thread in others):
        return "surely", True
    return first, False


def _thread(pid: int, thread: str) -> Reads:
    stat = _stat(int(thread))
    if stat is None or stat.state != b"S":
        return "no"
    at = _wchan(pid, thread)
    number, descriptor = _syscall(pid, thread)
    if number in _READ:
        return "surely" if _is_terminal(pid, descriptor) else "no"
    if number < 0 and at.startswith(_READ_AT):
        return "maybe" if _has_sockets(pid) else "surely"
    return "maybe" if at.startswith(_WAIT_AT[:-2]) or at in _WAIT_AT[-2:] else "no"


def _syscall(pid: int, thread: str) -> tuple[int, int]:
    """The number of the system call that it is in, and its first argument; -1: not known."""
    try:
        words = _read(f"/proc/{pid}/task/{thread}/syscall").split()
        return int(words[0]), int(words[1], 16)
    except (OSError, ValueError, IndexError):
        return -1, -1


def _wchan(pid: int, thread: str) -> str:
    try:
        return _read(f"/proc/{pid}/task/{thread}/wchan").decode("ascii", "replace").strip()
    except OSError:
        return ""


def _is_terminal(pid: int, descriptor: int) -> bool:
    try:
        found = os.readlink(f"/proc/{pid}/fd/{descriptor}")  # noqa: PTH115 (speed)
    except OSError:
        return True  # another user's: it reads something, and a terminal is what can be asked
    return found.startswith(("/dev/pts/", "/dev/tty"))


def _has_sockets(pid: int) -> bool:
    try:
        for descriptor in os.listdir(f"/proc/{pid}/fd"):  # noqa: PTH208 (speed)
            with contextlib.suppress(OSError):
                held = os.readlink(f"/proc/{pid}/fd/{descriptor}")  # noqa: PTH115 (speed)
                if held.startswith("socket:"):
                    return True
    except OSError:
        return True
    return False


def _with_modes(found: Reading, terminal: int) -> Reading:
    """What a terminal does with keys; where it can't be asked, what most do."""
    minor = (terminal & 0xFF) | ((terminal >> 12) & 0xFFF00)
    return _modes(found, f"/dev/pts/{minor}")


def _modes(found: Reading, path: str) -> Reading:
    try:
        fd = os.open(path, os.O_RDONLY | os.O_NOCTTY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return found
    try:
        local = termios.tcgetattr(fd)[3]
    except termios.error:
        return found
    finally:
        os.close(fd)
    lines, echo = bool(local & termios.ICANON), bool(local & termios.ECHO)
    return msgspec.structs.replace(found, lines=lines, echo=echo)


def _guessed(shell: int) -> Reading:
    """macOS and others: a process of the terminal's foreground group sleeps, and the last line
    has to tell the rest. Written from the documentation; untried on macOS."""
    try:
        path = psutil.Process(shell).terminal()
        fd = os.open(path or "", os.O_RDONLY | os.O_NOCTTY | os.O_NONBLOCK | os.O_CLOEXEC)
    except (psutil.Error, OSError):
        return NOBODY
    try:
        group = os.tcgetpgrp(fd)
    except OSError:
        return NOBODY
    finally:
        os.close(fd)
    return _modes(Reading("maybe"), path or "") if _sleeps(shell, group) else NOBODY


def _sleeps(shell: int, group: int) -> bool:
    with contextlib.suppress(psutil.Error, OSError):
        family = psutil.Process(shell).children(recursive=True)
        return any(
            os.getpgid(each.pid) == group and each.status() == psutil.STATUS_SLEEPING
            for each in family
        )
    return False


def _read(path: str) -> bytes:
    """A short file of /proc, at once."""
    fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        return os.read(fd, 1 << 16)
    finally:
        os.close(fd)
