"""The example workspace is one, and so are its ports: its tests run one after the other."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import psutil
import pytest

ROOT = Path(__file__).resolve().parents[2]
TMUXPLAN = (sys.executable, "-m", "tmuxplan")
PORTS = (8000, *range(8081, 8095))


class Demo(NamedTuple):
    """What one call of scripts/demo came to: exit status, what it printed, the run as JSON."""

    code: int
    out: str
    err: str
    run: dict[str, Any]

    @property
    def verdicts(self) -> dict[str, str]:
        """Task -> verdict."""
        return {task["id"]: task["verdict"] for task in self.run["tasks"]}

    def task(self, task_id: str) -> dict[str, Any]:
        """One task of the report."""
        found: dict[str, Any] = next(t for t in self.run["tasks"] if t["id"] == task_id)
        return found

    def evidence(self, task_id: str) -> str:
        """Every piece of evidence of a task's last attempt, a line each."""
        return "\n".join(one["text"] for one in self.task(task_id)["attempts"][-1]["evidence"])


class Example:
    """The example workspace of this checkout, and the programs that act on it."""

    def call(self, *command: str | Path, **env: str) -> subprocess.CompletedProcess[str]:
        """One program, in the repository's root, to its end."""
        return subprocess.run(
            command,
            cwd=ROOT,
            env={**os.environ, **env},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )

    def setup(self, *args: str) -> subprocess.CompletedProcess[str]:
        """examples/agency/setup."""
        return self.call(ROOT / "examples/agency/setup", *args)

    def demo(self, *args: str) -> Demo:
        """scripts/demo, and the newest run here, which is its."""
        done = self.call(ROOT / "scripts/demo", *args)
        assert "Traceback" not in done.stderr, done.stderr
        run = self.call(*TMUXPLAN, "collect", "-f", "json")
        assert run.stdout, (done, run)
        return Demo(done.returncode, done.stdout, done.stderr, json.loads(run.stdout))


@pytest.fixture
def example() -> Iterator[Example]:
    """Nobody else's while the test lasts; nothing of it runs afterwards.

    The lock is this user's, not this checkout's: the ports are the machine's.
    """
    with (Path(tempfile.gettempdir()) / f"tmuxplan-agency-{os.getuid()}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield Example()
        assert _listening() == set()
        assert _sessions() == ""


def _listening() -> set[int]:
    """Those of the plan's ports that somebody holds."""
    ours = set(PORTS)
    return {
        connection.laddr.port
        for connection in psutil.net_connections("tcp")
        if connection.status == psutil.CONN_LISTEN and connection.laddr.port in ours
    }


def _sessions() -> str:
    """What is left on the test's own tmux server."""
    tmux = shutil.which("tmux")
    if tmux is None:
        return ""
    command = [tmux, "-L", os.environ["TMUXPLAN_SOCKET"], "list-sessions"]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout
