"""Locks on ports: real locks on real files, between processes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tmuxplan.run.ports import FOLDER, Ports

HOLDS = """
import sys
from tmuxplan.run.ports import Ports
ports = Ports("other", "/there")
assert ports.take(sys.argv[1:], "T009") == {}
print("has", flush=True)
sys.stdin.read()
"""
BY_OTHER = "T009 of run other in /there"


@pytest.fixture
def ports() -> Iterator[Ports]:
    one = Ports("mine", "/here")
    yield one
    one.close()


@pytest.fixture
def folder() -> Path:
    return Path(os.environ[FOLDER])


def other(*names: str) -> subprocess.Popen[bytes]:
    """Another process that has these locks."""
    argv = [sys.executable, "-c", HOLDS, *names]
    process = subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stdout.readline() == b"has\n"
    return process


def ended(process: subprocess.Popen[bytes], number: int = signal.SIGKILL) -> None:
    process.send_signal(number)
    process.communicate()


def test_what_another_run_has_is_said_with_who_has_it(ports: Ports) -> None:
    process = other("port:1")
    assert ports.take(("port:1",), "T001") == {"port:1": BY_OTHER}
    assert not ports.holds_any
    ended(process)


def test_a_process_that_is_killed_lets_go(ports: Ports) -> None:
    ended(other("port:1"))
    assert ports.take(("port:1",), "T001") == {}


def test_all_are_taken_or_none(ports: Ports) -> None:
    process = other("port:2")
    assert ports.take(("port:1", "port:2", "port:3"), "T001") == {"port:2": BY_OTHER}
    third = Ports("third", "/")
    assert third.take(("port:1", "port:3"), "T001") == {}
    third.close()
    ended(process)


def test_what_this_run_has_is_no_hindrance_and_stays_where_more_is_refused(ports: Ports) -> None:
    process = other("port:2")
    assert ports.take(("port:1",), "T001") == {}
    assert ports.take(("port:1",), "T002") == {}
    assert ports.take(("port:1", "port:2"), "T003") == {"port:2": BY_OTHER}
    third = Ports("third", "/")
    assert third.take(("port:1",), "T001") == {"port:1": "T002 of run mine in /here"}
    ended(process)


def test_the_others_are_let_go(ports: Ports) -> None:
    ports.take(("port:1", "port:2"), "T001")
    ports.keep(("port:2",))
    third = Ports("third", "/")
    assert third.take(("port:1",), "T001") == {}
    assert set(third.take(("port:2",), "T001")) == {"port:2"}
    third.close()


def test_a_task_s_own_process_does_not_have_the_lock(ports: Ports) -> None:
    """A server that outlives its supervisor would keep everybody out for ever."""
    process = other("port:1")
    ports.take(("port:2",), "T001")
    child = subprocess.Popen(["sleep", "60"], close_fds=False)
    ports.close()
    third = Ports("third", "/")
    assert third.take(("port:2",), "T001") == {}
    third.close()
    child.kill()
    child.wait()
    ended(process)


def test_a_file_that_was_tidied_away_is_made_anew(ports: Ports, folder: Path) -> None:
    ports.take(("port:1",), "T001")
    for file in folder.iterdir():
        file.unlink()
    third = Ports("third", "/")
    assert third.take(("port:1",), "T001") == {}
    assert len(list(folder.iterdir())) == 1
    third.close()


def test_only_this_user_can_read_who_has_what(ports: Ports, folder: Path) -> None:
    ports.take(("port:1",), "T001")
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {file.stat().st_mode & 0o777 for file in folder.iterdir()} == {0o600}


def test_a_holder_that_has_not_signed_is_another_run(ports: Ports, folder: Path) -> None:
    process = other("port:1")
    (folder / "port-1.lock").write_text("")
    assert ports.take(("port:1",), "T001") == {"port:1": "another run"}
    ended(process)


def test_a_note_can_not_write_to_the_terminal(ports: Ports) -> None:
    third = Ports("a\x1b[31mb", "/x\ny")
    third.take(("port:1",), "T001")
    (said,) = ports.take(("port:1",), "T001").values()
    assert said.isprintable()
    third.close()


def test_without_a_place_for_locks_they_hold_within_the_run(
    ports: Ports, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv(FOLDER, str(tmp_path / "file"))
    assert ports.take(("port:1",), "T001") == {}
    assert "is a file where a folder should be" in ports.broken


RUSHES = """
import os, random, sys
from pathlib import Path
from tmuxplan.run.ports import Ports
name, folder = sys.argv[1], Path(os.environ["TMUXPLAN_LOCKS"])
ports, chance = Ports(name, "/there"), random.Random(name)
print("ready", flush=True)
sys.stdin.readline()
for _ in range(400):
    while ports.take(("port:1",), name):
        pass
    os.close(os.open(folder / "inside", os.O_CREAT | os.O_EXCL))  # it is alone
    (folder / "inside").unlink()
    if chance.random() < 0.5:
        (folder / "port-1.lock").unlink()  # and tidies up, as only who has the lock may
    ports.close()
"""


def test_of_many_that_rush_for_a_lock_while_its_file_is_tidied_up_one_has_it(
    folder: Path,
) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    many = [
        subprocess.Popen(
            [sys.executable, "-c", RUSHES, f"run-{n}"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        for n in range(4)
    ]
    for one in many:
        assert one.stdout is not None
        assert one.stdout.readline() == b"ready\n"
    for one in many:
        assert one.stdin is not None
        one.stdin.write(b"go\n")
        one.stdin.flush()
    said = [one.communicate(timeout=60)[1] for one in many]
    assert said == [b""] * len(many)
    assert [one.returncode for one in many] == [0] * len(many)
