"""Finding and ending processes, on both readers of the process table, with real ones."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import pytest

from tmuxplan.backends.ending import Ending, Stage, leftover_stages, send, stop_stages
from tmuxplan.backends.processes import (
    MARKER,
    Census,
    Process,
    ProcTable,
    PsutilTable,
    command_of,
    leftover,
)

TABLES = [PsutilTable] + ([ProcTable] if sys.platform == "linux" else [])


@pytest.fixture
def spawn():
    """Start a process; everything is killed afterwards."""
    started = []

    def start(*argv, marker="", session=True):
        env = {"PATH": os.environ["PATH"], **({MARKER: marker} if marker else {})}
        done = subprocess.Popen(argv, env=env, start_new_session=session)
        started.append(done)
        return done

    yield start
    for each in started:
        each.kill()
        each.wait()


@pytest.fixture(params=TABLES)
def census(request):
    return Census(request.param())


def _found(census, marker, count):
    until = time.monotonic() + 10
    while time.monotonic() < until:
        census.look()
        if len(census.of(marker)) == count:
            return {process.pid for process in census.of(marker)}
        time.sleep(0.01)
    raise AssertionError(census.of(marker))


def _started(table, pid, words="sleep 60"):
    """The process, once it is what it was started as: its words come a moment after its name."""
    until = time.monotonic() + 10
    while time.monotonic() < until:
        if command_of(pid).startswith(words):
            return table.read(pid)
        time.sleep(0.01)
    raise AssertionError(table.read(pid))


def test_by_session_without_the_leader(census, spawn):
    shell = spawn("sh", "-c", "sleep 60 & sleep 60 & wait")
    census.add("m", shell.pid)
    found = _found(census, "m", 2)
    assert shell.pid not in found
    os.killpg(shell.pid, signal.SIGKILL)


def test_by_marker_in_another_session(census, spawn):
    census.add("run/T001/1/n", 999_999_999)
    one = spawn("sleep", "60", marker="run/T001/1/n")
    spawn("sleep", "60", marker="run/T001/1/other")
    spawn("sleep", "60")
    assert _found(census, "run/T001/1/n", 1) == {one.pid}


def test_what_changes_session_and_environment_is_still_ours(census, spawn, tmp_path):
    script = "import os,time; os.setsid() if os.getpid()!=os.getsid(0) else 0; time.sleep(60)"
    seen = f"until [ -e {tmp_path}/seen ]; do sleep 0.02; done"
    shell = spawn("sh", "-c", f"{seen}; exec env -i {sys.executable} -c '{script}'", marker="m")
    census.add("m", 999_999_999)
    assert _found(census, "m", 1) >= {shell.pid}
    (tmp_path / "seen").touch()
    until = time.monotonic() + 10
    while "import" not in command_of(shell.pid) and time.monotonic() < until:
        census.look()
    census.look()
    assert shell.pid in {process.pid for process in census.of("m")}


def test_the_dead_and_zombies_are_not_found(census, spawn):
    census.add("m", 999_999_999)
    one = spawn("sleep", "60", marker="m")
    _found(census, "m", 1)
    os.kill(one.pid, signal.SIGKILL)
    _found(census, "m", 0)  # a zombie: nobody has waited for it yet


def test_forgotten_attempts_have_no_processes(census, spawn):
    census.add("m", 999_999_999)
    spawn("sleep", "60", marker="m")
    _found(census, "m", 1)
    census.forget("m")
    census.look()
    assert census.of("m") == ()


def test_what_a_stranger_started_is_nobodys_and_what_that_starts_is_not(census, spawn):
    census.strangers = {os.getpid()}
    census.add("m", 999_999_999)
    spawn("sleep", "60", marker="m")
    shell = spawn("sh", "-c", "sleep 60 & echo; wait", marker="m")
    found = _found(census, "m", 1 if isinstance(census._table, ProcTable) else 3)
    assert shell.pid not in found or not isinstance(census._table, ProcTable)
    os.killpg(shell.pid, signal.SIGKILL)


class Machine:
    """A process table of our own making: pids that come round can't be had on demand."""

    def __init__(self, *processes):
        self.now = {process.pid: process for process in processes}
        self.last = 0
        self.reads = []

    def pids(self):
        return list(self.now)

    def last_pid(self):
        return self.last

    def read(self, pid, before=None, strangers=()):  # noqa: ARG002
        self.reads.append(pid)
        return self.now.get(pid)


def _process(pid, start=1.0, parent=1, session=1, marker=""):
    return Process(pid, start, parent, session, marker)


def test_a_session_id_given_to_another_is_not_ours():
    machine = Machine(_process(50, start=1.0, session=50))
    census = Census(machine)
    census.add("m", 50)
    machine.now = {50: _process(50, start=9.0, session=50), 51: _process(51, 9.0, 50, 50)}
    census.look()
    assert census.of("m") == ()


def test_a_pid_given_to_another_is_not_ours():
    machine = Machine(_process(60, start=1.0, marker="m"))
    census = Census(machine)
    census.add("m", 50)
    census.look()
    assert [process.pid for process in census.of("m")] == [60]
    machine.now = {60: _process(60, start=2.0)}
    census.look()
    assert census.of("m") == ()


def test_only_new_processes_are_read_until_the_ids_come_round():
    machine = Machine(_process(10), _process(11))
    census = Census(machine)
    machine.last = 11
    census.look()
    machine.reads.clear()
    machine.now[12] = _process(12)
    machine.last = 12
    census.look()
    assert machine.reads == [12]
    machine.reads.clear()
    machine.last = 5
    census.look()
    assert machine.reads == [10, 11, 12]


def test_ids_above_the_last_are_of_before_the_numbers_came_round():
    machine = Machine(_process(10), _process(30_000))
    machine.last = 10
    census = Census(machine)
    census.look()
    machine.reads.clear()
    machine.now[11] = _process(11)
    machine.last = 11
    census.look()
    assert machine.reads == [11]


def test_what_began_before_it_was_told_of_is_found():
    """Who leads an attempt is heard of late; by then a look may have passed over its children."""
    machine = Machine(_process(10), _process(11, marker="m"), _process(12))
    machine.last = 12
    census = Census(machine)
    census.look()
    assert not census.of("m")
    census.add("m", 10)
    census.look()
    assert [process.pid for process in census.of("m")] == [11]


def test_an_environment_that_could_not_be_read_is_read_again():
    machine = Machine(_process(10, marker=None))
    machine.last = 10
    census = Census(machine)
    census.add("m", 5)
    census.look()
    machine.now[10] = _process(10, marker="m")
    census.look()
    assert [process.pid for process in census.of("m")] == [10]


def test_a_leftover_has_its_command_on_one_line(spawn):
    one = spawn("sh", "-c", "sleep 60; : two\nlines \x1b[31m")
    _started(PsutilTable(), one.pid, "sh -c")
    found = leftover(_process(one.pid))
    assert found.command.startswith("sh -c sleep 60; : two lines  [31m")
    assert command_of(999_999_999) == "?"
    os.killpg(one.pid, signal.SIGKILL)


def test_signals_reach_this_very_process_only(spawn):
    one = spawn("sleep", "60")
    read = PsutilTable().read
    real = read(one.pid)
    send(_process(one.pid, start=real.start - 1), signal.SIGKILL, read)
    assert one.poll() is None
    send(real, signal.SIGKILL, read)
    assert one.wait(10) == -signal.SIGKILL


@pytest.mark.parametrize("which", [-1, 0, 1, "ourselves"])
def test_some_are_never_signalled(which):
    """They are not even looked at. CONT, so that a mistake here does no harm."""
    pid = os.getpid() if which == "ourselves" else which
    machine = Machine(_process(pid))
    send(_process(pid), signal.SIGCONT, machine.read)
    assert machine.reads == []


def test_each_signal_is_sent_once_and_to_the_late_born_too(spawn):
    one, two = spawn("sleep", "60"), spawn("sleep", "60")
    table = PsutilTable()
    first, second = _started(table, one.pid), _started(table, two.pid)
    ending = Ending((Stage(0, signal.SIGSTOP), Stage(5, signal.SIGKILL)), table.read)
    ending.step(1, [first])
    ending.step(5, [second])
    assert two.wait(10) == -signal.SIGKILL
    assert one.poll() is None
    assert [name.command for name in ending.named.values()] == ["sleep 60", "sleep 60"]


def test_the_stages_share_the_grace():
    assert [(s.at, s.signal.name) for s in stop_stages(100, 10)] == [
        (100, "SIGINT"),
        (105, "SIGTERM"),
        (110, "SIGKILL"),
    ]
    assert [s.signal.name for s in leftover_stages(0, 1)] == ["SIGTERM", "SIGKILL"]


def test_a_long_command_is_cut_between_words(spawn):
    long = spawn("sh", "-c", "sleep 60; :", "x" * 400, "y" * 400)
    until = time.monotonic() + 10
    while "x" not in command_of(long.pid) and time.monotonic() < until:
        pass
    assert command_of(long.pid) == f"sh -c sleep 60; : {'x' * 400} …"
