"""The small process that forks for the pty backend: what it starts, and what its death costs."""

from __future__ import annotations

import errno
import marshal
import os
import select
import signal
import socket
import struct
import subprocess
import sys

import psutil
import pytest
from living import lives, until_ended

from tmuxplan.backends.pty import spawner
from tmuxplan.backends.pty.spawner import Spawner
from tmuxplan.errors import BackendError
from tmuxplan.events import AttemptStarted
from tmuxplan.run import clock


def _stage() -> psutil.Process:
    """Our child that forks; one that was just started has no command line before its exec."""
    deadline, found = clock.monotonic() + 10, list[psutil.Process]()
    while not found and clock.monotonic() < deadline:
        found = [child for child in psutil.Process().children() if _forks(child)]
    assert len(found) == 1, found
    return found[0]


def _forks(child: psutil.Process) -> bool:
    try:
        return spawner._RUN in child.cmdline()
    except psutil.Error:  # of a test before, and just gone
        return False


def test_it_goes_with_the_backend(pty_rig):
    pty_rig.run("true")
    stage = _stage()
    pty_rig.backend.close()
    assert not stage.is_running()


def test_it_goes_without_a_word_where_the_supervisor_is_killed_before_it_hears():
    ours, theirs = socket.socketpair()
    keyboard, terminal = os.openpty()
    argv = spawner.stage_argv(theirs.fileno())
    with subprocess.Popen(argv, pass_fds=(theirs.fileno(),), stderr=subprocess.PIPE) as stage:
        theirs.close()
        order = marshal.dumps({"ticket": 1})
        message = struct.pack("!I", len(order)) + order
        socket.send_fds(ours, [message], [terminal, keyboard])
        assert select.select([ours], [], [], 10)[0]
        ours.close()  # with its answer unread, as when a process is killed
        said = stage.communicate(timeout=10)[1]
    for fd in (keyboard, terminal):
        os.close(fd)
    assert (stage.returncode, said) == (0, b"")


def test_what_runs_survives_its_death_and_the_next_task_finds_another(pty_rig):
    pty_rig.start("echo on; while [ ! -e go ]; do sleep 0.02; done; exit 4", "T001")
    pid = pty_rig.pid("T001")
    stage = _stage()
    stage.send_signal(signal.SIGKILL)
    psutil.wait_procs([stage], timeout=10)
    assert pty_rig.run("exit 3", "T002").status == 3
    assert _stage().pid != stage.pid
    (pty_rig.base / "go").touch()
    ended = pty_rig.ended("T001")
    assert (ended.status, ended.lost) == (4, "")
    assert pid == pty_rig.pid("T001")


def test_an_order_that_nobody_took_is_lost_and_never_runs(pty_rig):
    stage = _stage()
    stage.suspend()
    folder = pty_rig.start("echo it ran > ran", "T002")
    stage.kill()
    ended = pty_rig.ended("T002")
    assert ended.status is None
    assert "what starts tasks died" in ended.lost
    assert (folder / "began").read_text() == "never\n"
    assert not (pty_rig.base / "ran").exists()


def test_an_order_that_was_obeyed_but_not_answered_is_followed(pty_rig):
    """The pid that the outer shell wrote is believed where nobody told it."""
    stage = _stage()
    heard = pty_rig.backend._spawner._listen
    pty_rig.backend._spawner._listen = lambda: True  # its word gets lost on the way
    pty_rig.start("echo begun > begun; while [ ! -e go ]; do sleep 0.02; done; exit 4", "T002")
    pty_rig.until_written("begun")
    pty_rig.backend._spawner._listen = lambda: False
    stage.kill()
    pid = pty_rig.pid("T002")
    pty_rig.backend._spawner._listen = heard
    assert psutil.Process(pid).is_running()
    (pty_rig.base / "go").touch()
    assert pty_rig.ended("T002").status == 4


def test_stop_before_it_is_known_who_runs_it(pty_rig):
    stage = _stage()
    stage.suspend()
    pty_rig.start("trap 'exit 9' INT; while :; do sleep 0.02; done", "T002")
    pty_rig.backend.stop("T002", 1, 5.0)
    stage.resume()
    ended = pty_rig.ended("T002")
    assert ended.status in (9, 130)  # 130: before it had set its trap


def test_a_stopped_process_is_not_waited_for_once_the_run_is_to_stop(pty_rig):
    stage = _stage()
    stage.suspend()
    pty_rig.start("echo it ran > ran", "T002")
    pty_rig.backend.stop("T002", 1, 0.1)
    ended = pty_rig.ended("T002", within_s=10)
    assert ended.status is None
    assert "what starts tasks died" in ended.lost
    assert not stage.is_running()
    assert not (pty_rig.base / "ran").exists()
    assert pty_rig.run("exit 3", "T003").status == 3


def test_a_stopped_process_never_keeps_the_loop(pty_rig, monkeypatch):
    """Orders that fill its pipe: they go to another, and those it had are lost."""
    monkeypatch.setattr(spawner, "_SEND_S", 1)
    pty_rig.backend._spawner.close()
    pty_rig.backend._spawner.open()
    _stage().suspend()
    large = {f"V{i}": "x" * 10_000 for i in range(40)}
    for i in range(2, 8):
        pty_rig.start("true", f"T00{i}", env=large)
    ended = [pty_rig.ended(f"T00{i}") for i in range(2, 8)]
    assert ended[-1].status == 0
    assert {each.status for each in ended} <= {0, None}
    assert all("what starts tasks died" in each.lost for each in ended if each.status is None)


def _until_parted(rig) -> None:
    """Until nothing that is over still holds its terminal."""
    while rig.backend._over:
        rig.events += rig.backend.poll(0.5, ())


def _led_again(rig, body: str, times: int = 1, **more: object) -> bool:
    """Whether who led `body` leads the next attempt too, which passes."""
    for n in range(1, 2 * times, 2):
        rig.run(body, f"T{n:03}", **more)
        _until_parted(rig)
        ended = rig.run("true", f"T{n + 1:03}")
        assert (ended.status, ended.lost) == (0, "")
        if rig.pid(f"T{n:03}") == rig.pid(f"T{n + 1:03}"):
            return True
    return False


OFTEN = 20
"""On a busy machine a leader may let go of its terminal too late, or not wait long enough."""


@pytest.mark.parametrize("body", ["true", "exit 3", "echo out; kill -KILL $$", "cd /; exit 7"])
def test_who_is_alone_in_its_session_leads_the_next_attempt(pty_rig, body):
    assert _led_again(pty_rig, body, OFTEN)


@pytest.mark.parametrize(
    "body",
    [
        "sleep 100 &",
        "(trap '' HUP TERM; exec sleep 100) &",
        "kill -KILL $PPID; sleep 100",
        "kill -USR1 $PPID; sleep 0.1",
    ],
)
def test_nobody_leads_again_where_something_was_left(pty_rig, body):
    assert not _led_again(pty_rig, body)


def test_nobody_leads_again_while_somebody_holds_the_terminal(pty_rig, monkeypatch):
    """Whom no look at the processes finds, the kernel knows."""
    monkeypatch.setattr(pty_rig.backend._roster.census, "of", lambda _: ())
    assert not _led_again(pty_rig, "sleep 3 &")


def test_each_attempt_has_a_terminal_of_its_own(pty_rig):
    body = "stty -echo -icanon rows 7; echo typed ahead; trap '' HUP INT"
    assert _led_again(pty_rig, body, OFTEN)
    pty_rig.run("stty -a; ls /dev/fd; tty <&61; trap", "last")
    log = pty_rig.log("last")
    assert b"rows 50" in log
    assert b" echo " in log
    assert b" icanon" in log
    assert b"trap --" not in log.partition(b"/dev/pts/")[2]


def test_what_a_posix_shell_had_open_the_next_one_has_not(pty_rig):
    assert _led_again(pty_rig, "true", OFTEN, shell=("/bin/sh",))
    pty_rig.run("[ -e /dev/fd/9 ] || echo closed", "last")
    assert b"closed\r\n" in pty_rig.log("last")


def test_one_that_was_killed_while_it_had_nothing_to_do_is_not_asked(pty_rig):
    pty_rig.run("true", "T001")
    leader = psutil.Process(pty_rig.pid("T001"))
    leader.kill()
    psutil.wait_procs([leader], timeout=10)
    assert pty_rig.run("exit 3", "T002").status == 3


def test_they_stay_a_moment_only(pty_rig):
    pty_rig.run("true", "T001")
    leader = psutil.Process(pty_rig.pid("T001"))
    assert psutil.wait_procs([leader], timeout=10)[1] == []
    assert pty_rig.run("exit 3", "T002").status == 3
    assert pty_rig.pid("T002") != leader.pid


def test_an_order_that_comes_as_they_go_is_obeyed(pty_rig):
    """Each at another moment around the end of a stay; none may be taken and not obeyed."""
    tasks = [f"T{n:03}" for n in range(100, 140)]
    for task in tasks:
        pty_rig.start("true", task)
    for task in tasks:
        pty_rig.ended(task)
    first = [pty_rig.pid(task) for task in tasks]
    clock.pause(1.9)
    for task in tasks:
        clock.pause(0.003)
        pty_rig.start("exit 3", task, n=2)
    ended = [pty_rig.ended(task, 2) for task in tasks]
    assert {(each.status, each.lost) for each in ended} == {(3, "")}
    again = [
        each.pid for each in pty_rig.events if isinstance(each, AttemptStarted) and each.n == 2
    ]
    assert len({*first} & {*again}) < len(tasks)


def test_no_more_wait_than_there_is_room_for(pty_rig, monkeypatch):
    monkeypatch.setattr(spawner, "_MOST_IDLE", 2)
    for n in range(5):
        pty_rig.start("sleep 0.2", f"T00{n}")
    leaders = [psutil.Process(pty_rig.pid(f"T00{n}")) for n in range(5)]
    for n in range(5):
        pty_rig.ended(f"T00{n}")
    _until_parted(pty_rig)
    assert len(pty_rig.backend._spawner._idle) <= 2
    assert len(psutil.wait_procs(leaders, timeout=1)[0]) >= 3


def test_where_there_is_no_socket_for_it_it_is_not_started(pty_rig, monkeypatch):
    def none_left():
        raise OSError(errno.EMFILE, os.strerror(errno.EMFILE))

    monkeypatch.setattr(spawner.socket, "socketpair", none_left)
    ended = pty_rig.run("true", "T001")
    assert (ended.status, "no socket for it: Too many open files" in ended.lost) == (None, True)
    monkeypatch.undo()
    assert pty_rig.run("exit 3", "T002").status == 3


def test_they_go_with_the_supervisor(pty_rig):
    pty_rig.run("true", "T001")
    leader = pty_rig.pid("T001")
    assert lives(leader)
    pty_rig.backend.close()
    until_ended(leader, within_s=1)  # not only once its stay is over


def test_a_missing_interpreter_is_told(pty_rig):
    assert pty_rig.run("true", shell=("/no/such/zsh",)).status == 127
    assert b"/no/such/zsh could not be run" in pty_rig.log()


def test_an_interpreter_is_looked_for_where_the_task_would(pty_rig):
    tools = pty_rig.base / "tools"
    tools.mkdir()
    (tools / "mine").write_text("#!/bin/sh\necho mine: $1\n")
    (tools / "mine").chmod(0o700)
    assert pty_rig.run("true", shell=("mine",), env={"PATH": str(tools)}).status == 0
    assert b"mine: /" in pty_rig.log()


@pytest.mark.parametrize(("signal_name", "status"), [("KILL", 137), ("TERM", 143)])
def test_a_body_that_was_killed_has_a_shells_status(pty_rig, signal_name, status):
    assert pty_rig.run(f"kill -{signal_name} $$").status == status


def test_a_large_environment_and_bytes_that_are_no_text_arrive(pty_rig):
    many = {f"V{i}": "x" * 10_000 for i in range(100)}
    odd = {"ODD": "caf\udce9", "NO-NAME": "1", "UID": "7"}
    body = f"{sys.executable} -c \"import os; print(len(os.environb), os.environb[b'ODD'])\""
    assert pty_rig.run(f"env | grep -c ^V; {body}", env={**many, **odd}).status == 0
    log = pty_rig.log()
    assert b"100\r\n" in log
    assert b"caf\\xe9" in log
    assert b"NO-NAME" not in log


def test_an_argument_list_that_is_too_long_is_told(pty_rig):
    assert pty_rig.run("true", env={"V": "x" * (1 << 20)}).status == 126
    assert b"could not be run" in pty_rig.log()


def test_nothing_of_the_supervisor_is_open_in_a_task(pty_rig):
    with (pty_rig.base / "secret").open("w") as held:
        os.set_inheritable(held.fileno(), True)
        pty_rig.run("ls -l /dev/fd/ | sed 's/.*-> //' > fds")
    assert "secret" not in (pty_rig.base / "fds").read_text()


def test_a_process_that_cannot_be_started_is_refused(monkeypatch):
    monkeypatch.setattr(sys, "executable", "/no/such/python")
    with pytest.raises(BackendError, match="no process could be started"):
        Spawner().open()


def test_what_it_says_of_its_end_is_passed_on(monkeypatch, capsys):
    monkeypatch.setattr(spawner, "_RUN", "raise SystemError('out of order')")
    one = Spawner()
    one.open()
    one.close()
    assert "SystemError: out of order" in capsys.readouterr().err
