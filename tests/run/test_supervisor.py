"""The detached process: announced, found alive, found dead, its failures told to the launch.

A fork of a test runner with threads is no launch: each case is a program of its own.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

PROGRAM = """
import sys, time
from pathlib import Path
from tmuxplan.errors import BackendError
from tmuxplan.journal.folder import RunFolder
from tmuxplan.run import supervisor

folder = RunFolder(Path(sys.argv[1]))

def work(announce):
    with supervisor.holding(folder):
        {work}

try:
    supervisor.detach(folder, work)
except Exception as error:
    print(type(error).__name__, error)
else:
    print("on", supervisor.alive(folder))
"""


def run(folder: Path, work: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM.replace("{work}", work), str(folder)],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert done.stderr == ""
    return done.stdout.strip()


def alive(folder: Path) -> bool:
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys; from pathlib import Path\n"
            "from tmuxplan.journal.folder import RunFolder\n"
            "from tmuxplan.run import supervisor\n"
            "print(supervisor.alive(RunFolder(Path(sys.argv[1]))))",
            str(folder),
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip() == "True"


def test_a_supervisor_outlives_its_launch_and_is_seen(tmp_path: Path) -> None:
    # The launch's output was read to its end: the supervisor holds none of its pipes open.
    assert run(tmp_path, "announce(); time.sleep(60)") == "on True"
    pid = int((tmp_path / "supervisor.json").read_bytes().split(b'"pid":')[1].split(b",")[0])
    assert alive(tmp_path)
    assert os.getsid(pid) not in (os.getsid(0), pid)
    os.kill(pid, signal.SIGKILL)
    deadline = time.monotonic() + 10
    while alive(tmp_path):
        assert time.monotonic() < deadline


def test_one_that_ended_is_not_alive(tmp_path: Path) -> None:
    run(tmp_path, "announce()")
    deadline = time.monotonic() + 10
    while alive(tmp_path):
        assert time.monotonic() < deadline


@pytest.mark.parametrize(
    ("work", "said"),
    [
        ("raise BackendError('no tmux', 'install it')", "BackendError no tmux; install it"),
        ("raise ZeroDivisionError('oops')", "BackendError ZeroDivisionError: oops; see superv"),
        ("import os; os._exit(9)", "JournalError the supervisor died at its start; see"),
    ],
)
def test_what_kept_it_from_starting_is_told(tmp_path: Path, work: str, said: str) -> None:
    assert run(tmp_path, work).startswith(said)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="Linux has it")
@pytest.mark.parametrize("error", ["BackendError('no tmux', 'install it')", "OSError('no tmux')"])
def test_it_is_told_also_where_the_log_takes_nothing(tmp_path: Path, error: str) -> None:
    """And nothing goes on as a second launch."""
    (tmp_path / "supervisor.log").symlink_to("/dev/full")
    said = run(tmp_path, f"raise {error}")
    assert "no tmux" in said
    assert len(said.splitlines()) == 1


def test_there_is_one_supervisor_a_run(tmp_path: Path) -> None:
    assert run(tmp_path, "announce(); time.sleep(60)") == "on True"
    pid = int((tmp_path / "supervisor.json").read_bytes().split(b'"pid":')[1].split(b",")[0])
    try:
        assert "has a supervisor already" in run(tmp_path, "announce()")
    finally:
        os.kill(pid, signal.SIGKILL)
