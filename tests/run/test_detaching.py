"""Who is left behind to carry a run out: told by a pipe, heard by another."""

from __future__ import annotations

import os
import time
from pathlib import Path

import psutil
import pytest
from programs import says

STANDS_BY = """
import os, sys
from pathlib import Path
from tmuxplan.errors import BackendError
from tmuxplan.journal.folder import RunFolder
from tmuxplan.run import detaching, supervisor

folder = RunFolder(Path(sys.argv[1]))

def get_ready():
    (folder.path / "new").write_text(str(os.getpid()))
    (folder.path / "new").rename(folder.path / "ready")
    {ready}
    return carry_out

def carry_out(order, announce):
    print("carried out", file=sys.stderr)
    with supervisor.holding(folder):
        (folder.path / "done").write_bytes(order)
        {work}

by = detaching.stand_by(get_ready)
while not (folder.path / "ready").exists():
    pass
{then}
"""
DETACHES = """
try:
    by.detach(folder, b"x" * 300_000)
except Exception as error:
    print(type(error).__name__, error)
else:
    print("on")
"""


KILLED = """
import contextlib, psutil
one = psutil.Process(int((folder.path / "ready").read_text()))
one.kill()
with contextlib.suppress(psutil.NoSuchProcess):
    while one.status() != psutil.STATUS_ZOMBIE:
        pass
"""


def stand_by(folder: Path, then: str, ready: str = "", work: str = "announce()") -> str:
    """What is said by who has another stand by."""
    program = STANDS_BY.replace("{then}", then).replace("{ready}", ready).replace("{work}", work)
    return says(program, folder)


def has_ended(pid: int) -> bool:
    """Perhaps nobody has asked yet how."""
    until = time.monotonic() + 10
    while time.monotonic() < until:
        try:
            if psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
                return True
        except psutil.NoSuchProcess:
            return True
        time.sleep(0.01)
    return False


def test_who_stands_by_carries_the_order_out(tmp_path: Path) -> None:
    assert stand_by(tmp_path, DETACHES) == "on"
    assert has_ended(int((tmp_path / "ready").read_text()))
    assert (tmp_path / "done").read_bytes() == b"x" * 300_000
    assert (tmp_path / "supervisor.log").read_text() == "carried out\n"


@pytest.mark.parametrize(
    "end",
    [
        "",
        "os.kill(os.getpid(), 9)",
        # An order that was cut short is none.
        'os.write(by._orders, (10).to_bytes(8, "big") + bytes(folder.supervisor_log) + b"\\0abc")',
        'os.write(by._orders, b"\\0\\0")',
    ],
)
def test_who_stands_by_ends_with_whoever_had_it_wait(tmp_path: Path, end: str) -> None:
    assert stand_by(tmp_path, end) == ""
    assert has_ended(int((tmp_path / "ready").read_text()))
    assert [path.name for path in tmp_path.iterdir()] == ["ready"]


def test_what_keeps_it_from_starting_is_told(tmp_path: Path) -> None:
    said = stand_by(tmp_path, DETACHES, work="raise BackendError('no tmux', 'install it')")
    assert said == "BackendError no tmux; install it"


def test_who_could_not_get_ready_says_so_when_it_is_asked(tmp_path: Path) -> None:
    said = stand_by(tmp_path, DETACHES, ready="raise BackendError('no room', 'make some')")
    assert said == "BackendError no room; make some"
    assert has_ended(int((tmp_path / "ready").read_text()))


def test_one_that_ended_while_it_stood_by_was_asked_nothing(tmp_path: Path) -> None:
    """Then the launch can begin in another way."""
    assert stand_by(tmp_path, f"{KILLED}{DETACHES}") == "GoneError"
    assert not (tmp_path / "done").exists()


def test_who_dies_at_its_start_is_said_to_have_died(tmp_path: Path) -> None:
    said = stand_by(tmp_path, DETACHES, work="os._exit(9)")
    assert said == f"JournalError the supervisor died at its start; see {tmp_path}/supervisor.log"


INTERRUPTED = """
import signal
try:
    by.detach(folder, b"x")
except KeyboardInterrupt as error:
    print("interrupted", error)
"""


@pytest.mark.parametrize(
    ("work", "said"),
    [
        ("{hit}; announce()", "interrupted run {id} is on; `tmuxplan stop` ends it"),
        ("{hit}; os._exit(9)", "interrupted"),
        ("{hit}; import time; time.sleep(4)", "interrupted run {id} may be on: see"),
    ],
)
def test_an_interrupt_says_what_became_of_the_run(tmp_path: Path, work: str, said: str) -> None:
    hit = "os.kill(int((folder.path / 'parent').read_text()), 2)"
    note = "(folder.path / 'parent').write_text(str(os.getpid()))"
    heard = stand_by(tmp_path, f"{note}{INTERRUPTED}", work=work.replace("{hit}", hit))
    assert heard.startswith(said.replace("{id}", tmp_path.name))
    assert (heard == "interrupted") == (said == "interrupted")


NO_SECOND_FORK = """
import os, sys
from pathlib import Path
from tmuxplan.errors import BackendError
from tmuxplan.journal.folder import RunFolder
from tmuxplan.run import detaching

first = os.getpid()
fork = os.fork
def one_fork():
    if os.getpid() != first:
        {then}
    return fork()
os.fork = one_fork
try:
    detaching.detach(RunFolder(Path(sys.argv[1])), lambda announce: announce())
except BackendError as error:
    print(error)
print("once")
"""


@pytest.mark.parametrize(
    ("then", "why"),
    [
        ("raise BlockingIOError(11, 'try again')", os.strerror(11)),
        ("raise KeyboardInterrupt", "it ended at once"),
    ],
)
def test_who_can_not_be_left_behind_does_not_go_on_beside_us(
    tmp_path: Path, then: str, why: str
) -> None:
    said = says(NO_SECOND_FORK.replace("{then}", then), tmp_path)
    assert said.splitlines() == [
        f"no process could be started for the run: {why}; see `ulimit -u`",
        "once",
    ]
