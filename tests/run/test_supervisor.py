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

import psutil
import pytest
from programs import says

from tmuxplan.errors import JournalError, UsageError
from tmuxplan.journal.folder import RunFolder
from tmuxplan.run import control, supervisor
from tmuxplan.watch.wake import readable

PROGRAM = """
import sys, time
from pathlib import Path
from tmuxplan.errors import BackendError
from tmuxplan.journal.folder import RunFolder
from tmuxplan.run import detaching, supervisor

folder = RunFolder(Path(sys.argv[1]))

def work(announce):
    with supervisor.holding(folder):
        {work}

try:
    detaching.detach(folder, work)
except Exception as error:
    print(type(error).__name__, error)
else:
    print("on", supervisor.alive(folder))
"""


def run(folder: Path, work: str) -> str:
    return says(PROGRAM.replace("{work}", work), folder)


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
        ("import os; os._exit(9)", "JournalError the supervisor died at its start; try it"),
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


def test_why_it_gave_up_is_kept_where_a_full_disk_takes_it(tmp_path: Path) -> None:
    """Over what is there: no byte more is asked of the disk."""
    folder = RunFolder(tmp_path)
    with supervisor.holding(folder):
        before = folder.supervisor_json.stat().st_size
    with pytest.raises(JournalError), supervisor.holding(folder):
        raise JournalError("the disk is full", "make room")
    assert supervisor.gave_up(folder) == "the disk is full; make room"
    assert folder.supervisor_json.stat().st_size == before
    with supervisor.holding(folder):
        assert supervisor.gave_up(folder) == "", "another one has the run"


def test_what_is_refused_at_the_start_is_no_giving_up(tmp_path: Path) -> None:
    folder = RunFolder(tmp_path)
    with pytest.raises(UsageError), supervisor.holding(folder):
        raise UsageError("something still runs")
    assert supervisor.gave_up(folder) == ""
    assert supervisor.gave_up(RunFolder(tmp_path / "none")) == ""


def test_it_is_seen_to_live_while_its_folder_has_another_name(tmp_path: Path) -> None:
    folder = RunFolder(tmp_path / "run")
    folder.path.mkdir()
    with supervisor.holding(folder), supervisor.watching(folder) as (lives, _):
        folder.path.rename(tmp_path / "elsewhere")
        assert (lives(), supervisor.alive(folder)) == (True, False)
        (tmp_path / "elsewhere").rename(folder.path)
        assert supervisor.alive(folder)
    with supervisor.watching(folder) as (lives, _):
        assert not lives()
        with supervisor.holding(folder):  # who looks keeps nobody out
            assert lives()


HOLDS = """
import select, sys
from pathlib import Path
from tmuxplan.journal.folder import RunFolder
from tmuxplan.run import control, supervisor
folder = RunFolder(Path(sys.argv[1]))
with supervisor.holding(folder):
    listener = control.Control(folder.control_socket)
    print("held", flush=True)
    while select.select([listener, sys.stdin], [], [])[0] == [listener]:
        assert listener.requests() == []
    listener.tell_end()
    select.select([], [], [])
"""


@pytest.mark.parametrize("how", ["killed", "ends"])
def test_who_watches_is_woken_by_its_end(tmp_path: Path, how: str) -> None:
    folder = RunFolder(tmp_path)
    argv, pipe = [sys.executable, "-c", HOLDS, str(tmp_path)], subprocess.PIPE
    with subprocess.Popen(argv, stdin=pipe, stdout=pipe) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == b"held\n"
        with supervisor.watching(folder) as (lives, ends):
            assert lives()
            assert len(ends) == 1
            assert readable(ends, 0.05) == []
            if how == "killed":
                child.kill()
            else:
                assert child.stdin is not None
                child.stdin.close()
            assert readable(ends, 10) == [*ends]
            assert lives() or how == "killed"
            child.kill()
            child.wait()
            assert not lives()


def test_who_watches_without_a_listener_is_not_woken(tmp_path: Path) -> None:
    folder = RunFolder(tmp_path)
    with supervisor.holding(folder), supervisor.watching(folder) as watched:
        assert watched.ends == ()


def test_those_who_watched_and_hung_up_are_let_go_of(tmp_path: Path) -> None:
    folder = RunFolder(tmp_path)
    with supervisor.holding(folder):
        listener = control.Control(folder.control_socket)
        before = _open_files()
        for _ in range(5):
            with supervisor.watching(folder):
                readable([listener.fileno()], 10)
                assert listener.requests() == []
        assert _open_files() <= before + 1
        listener.close()


def _open_files() -> int:
    return psutil.Process().num_fds()
