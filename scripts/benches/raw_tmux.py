"""The least that tmux takes: windows with their logs, in command lists, and nothing else.

Every window is opened and piped to its log in one command list, since a pipe that comes as a
command of its own misses what a short task prints; the lists are cut below what tmux takes. A
window's end is told by its own shell, through a FIFO, and the next ones are started for as many as
ended, in one list.
"""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Iterable
from pathlib import Path

from benches.place import TAKES_S, Place, WrongRun

RAW = "raw tmux"
LIST_BYTES = 15_000
"""tmux refuses a command list over 16 kB ("command too long")."""

Command = tuple[str, ...]


class RawTmux:
    """A server on a socket of its own, without the user's configuration; ended by `close`."""

    def __init__(self, place: Place, folder: Path) -> None:
        self.folder = folder
        self._place = place
        self._argv = ("tmux", "-u", "-L", "raw", "-f", "/dev/null")
        self.run([("new-session", "-d", "-x", "200", "-y", "50", "-s", "raw", "cat")])
        os.mkfifo(folder / "ended")
        self._ended = os.open(folder / "ended", os.O_RDWR)

    def run(self, commands: Iterable[Command]) -> None:
        """In as few lists as tmux takes."""
        words: list[str] = []
        size = 0
        for command in commands:
            length = sum(len(word) + 2 for word in command)
            if words and size + length > LIST_BYTES:
                self._list(words)
                words, size = [], 0
            words += [";", *command] if words else command
            size += length
        if words:
            self._list(words)

    def window(self, index: int, command: str) -> list[Command]:
        """A window that says at its end that it ended, with its log."""
        target = f"raw:{index}"
        told = f"{command}; echo >ended"
        return [
            ("new-window", "-d", "-t", target, "-c", str(self.folder), "--", "sh", "-c", told),
            ("pipe-pane", "-t", target, f"exec cat >>{self.folder}/{index}.log"),
        ]

    def ended(self) -> int:
        """How many ended since the last call; waits for the first."""
        return len(os.read(self._ended, 4096))

    def close(self) -> None:
        os.close(self._ended)
        self._place.end_server("raw")

    def _list(self, words: list[str]) -> None:
        done = subprocess.run(
            [*self._argv, *words],
            env=self._place.environment(),
            cwd="/",
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=TAKES_S,
            check=False,
        )
        if done.returncode:
            raise WrongRun(f"tmux: {done.stderr.decode()}")


def windows(place: Place, count: int, at_once: int) -> float:
    """Seconds for so many windows of `true`, this many alive at a time, the server included."""
    folder = place.fresh()
    began = time.monotonic()
    tmux = RawTmux(place, folder)
    started, alive = 0, 0
    while started < count or alive:
        more = min(at_once - alive, count - started)
        tmux.run(c for i in range(started + 1, started + more + 1) for c in tmux.window(i, "true"))
        started, alive = started + more, alive + more
        alive -= tmux.ended()
    took = time.monotonic() - began
    _require_logs(folder, count)
    tmux.close()
    return took


def _require_logs(folder: Path, count: int) -> None:
    """Each window has its log: the last pipes are a moment behind their windows."""
    until = time.monotonic() + 10
    while (found := len(list(folder.glob("*.log")))) < count:
        if time.monotonic() > until:
            raise WrongRun(f"raw tmux: {found} logs of {count} windows")
        time.sleep(0.01)
