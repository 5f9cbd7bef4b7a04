"""A place of one's own to run in: folders, sockets, environment; nothing of it stays."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket as socketlib
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import psutil

TAKES_S = 600.0
"""More than anything here takes: what goes on longer is wrong, and is ended."""


_MEMORY = "/dev/shm"
"""Where there is one, temporary files are here: ext4 looks at each inode that was freed in the last
five seconds before it gives out another, and peers free thousands."""


class WrongRun(Exception):  # noqa: N818 (it names what happened)
    """Something could not be run, or its result is not what it has to be."""


class Place:
    """One folder with everything in it; the path is short, since a socket's ends at 100 bytes."""

    def __init__(self, folder: Path, temporary: Path | None = None) -> None:
        self.folder = folder
        self._temporary = temporary or folder
        self._made = 0

    def fresh(self) -> Path:
        """An empty folder for one run."""
        self._made += 1
        made = self.folder / f"r{self._made}"
        made.mkdir()
        return made

    def environment(self) -> Mapping[str, str]:
        """The user's, less what would lead out of here."""
        # CI: go-task paints what it prints there, whoever reads it.
        kept = {
            name: text
            for name, text in os.environ.items()
            if not name.startswith("TMUX") and name != "CI"
        }
        home = self.folder / "home"
        home.mkdir(exist_ok=True)
        return kept | {
            "HOME": str(home),
            "TMPDIR": str(self._temporary),
            "TMUX_TMPDIR": str(self.folder),
            "TMUXPLAN_SOCKET": "bench",
            "TMUXPLAN_LOCKS": str(self.folder / "locks"),
            "SHELL": "/bin/bash",
            "TERM": "xterm-256color",
            "PARALLEL_HOME": str(home / "parallel"),
        }

    def end_server(self, socket: str) -> None:
        """Kill a tmux server of ours."""
        command = ["tmux", "-L", socket, "kill-server"]
        subprocess.run(command, env=self.environment(), capture_output=True, check=False)
        path = self.folder / f"tmux-{os.getuid()}" / socket
        late = time.monotonic() + 10
        while _answers(path):  # who connects to a server that ends gets no other
            if time.monotonic() > late:
                raise WrongRun(f"the tmux server {socket!r} did not end when it was told to")
            time.sleep(0.005)

    def run(self, argv: Sequence[str | Path], cwd: Path, *, expected: int = 0) -> str:
        """Run a program to its end; what it printed. WrongRun where it ends otherwise."""
        try:
            done = subprocess.run(
                argv,
                cwd=cwd,
                env=self.environment(),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                timeout=TAKES_S,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise WrongRun(f"{argv[0]}: {error}") from error
        said = done.stdout.decode("utf-8", "replace")
        if done.returncode != expected:
            last = "\n".join(said.splitlines()[-15:])
            raise WrongRun(f"{' '.join(map(str, argv))} ended with {done.returncode}:\n{last}")
        return said


def _answers(path: Path) -> bool:
    with socketlib.socket(socketlib.AF_UNIX) as client:
        return client.connect_ex(str(path)) == 0


@contextlib.contextmanager
def place() -> Iterator[Place]:
    """A place; at the end whatever was started in it is ended, and it is removed."""
    folder = Path(tempfile.mkdtemp(prefix="tpb-", dir="/tmp"))
    memory = tempfile.mkdtemp(prefix="tpb-", dir=_MEMORY if Path(_MEMORY).is_dir() else folder)
    try:
        yield Place(folder, Path(memory))
    finally:
        for socket in folder.glob("tmux-*/*"):
            command = ["tmux", "-S", str(socket), "kill-server"]
            subprocess.run(command, capture_output=True, check=False)
        for process in psutil.process_iter():
            if _belongs(process, folder):
                with contextlib.suppress(psutil.Error):
                    process.kill()
        for made in (memory, folder):
            shutil.rmtree(made, ignore_errors=True)


def _belongs(process: psutil.Process, folder: Path) -> bool:
    """Started by a run that went wrong: its environment names the place, and nobody else's does."""
    try:
        environment = process.environ()
    except (psutil.Error, OSError):
        return False
    here = str(folder)
    return any(environment.get(name, "").startswith(here) for name in ("TMUX_TMPDIR", "TMPDIR"))
