"""A later backend takes what an earlier one started: on real tmux, and what is left on a pty."""

from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path
from typing import Any

import psutil
import pytest
from living import until_ended

from tmuxplan.backends import files
from tmuxplan.backends.choose import make
from tmuxplan.backends.orphans import end_orphans
from tmuxplan.backends.processes import Census
from tmuxplan.backends.remains import NEVER, Remains, remains
from tmuxplan.backends.tmux import session
from tmuxplan.backends.tmux.client import Client
from tmuxplan.events import Adopted, AttemptEnded, AttemptStarted, StepEnded
from tmuxplan.run import clock
from tmuxplan.run.backend import Attempt, Window
from tmuxplan.shell.script import script
from tmuxplan.shell.steps import steps

Rig = Any
"""conftest.py's."""
WINDOW = Window("T001", "First", "waits for nothing")


def attempt(rig: Rig, body: str, n: int = 1) -> Attempt:
    """As the library makes them, ledger included."""
    from tmuxplan.plan.parse import parse  # noqa: PLC0415

    task = parse(f"# P\n\n## TASK 001: One\n\n```bash\n{body}\n```\n".encode(), "p.md").tasks[0]
    nonce = os.urandom(8).hex()
    rig.nonces.add(nonce)
    statements = steps(task, "p.md")[0]
    return Attempt(
        run="20261122-101530-7f3a",
        task="T001",
        n=n,
        nonce=nonce,
        folder=rig.base / "tasks" / "T001" / str(n),
        cwd=rig.base,
        shell=("/bin/bash",),
        script=script(statements, nonce, "bash", ""),
        env={
            "PATH": os.environ["PATH"],
            "TMUXPLAN_ATTEMPT": f"20261122-101530-7f3a/T001/{n}/{nonce}",
        },
        scan=lambda _: (),
        step_lines=tuple(one.line for one in statements),
    )


def died(rig: Rig) -> None:
    """Its supervisor lets go of everything."""
    rig.backend.close()
    rig.backend = make(rig.backend.name)


def next_rig(rig: Rig, *, closed: bool = False) -> Rig:
    """With the backend of a supervisor that comes after this one's death."""
    if not closed:
        died(rig)
    rig.events = []
    rig.open(WINDOW)
    return rig


def started(rig: Rig, one: Attempt) -> int:
    rig.backend.start(one)
    return rig.pid()


def kinds(rig: Rig) -> list[type]:
    return [type(event) for event in rig.events]


@pytest.fixture
def first(tmux_rig: Rig) -> Rig:
    tmux_rig.open(WINDOW)
    return tmux_rig


@pytest.mark.tmux
def test_one_that_lives_is_followed_from_its_first_byte_to_its_end(first: Rig) -> None:
    one = attempt(first, "echo before\nuntil [ -e go ]; do sleep 0.02; done\n(exit 3)")
    pid = started(first, one)
    while StepEnded not in kinds(first):
        first.events += first.backend.poll(0.5, ())
    rig = next_rig(first)
    assert rig.backend.adopt(one, pid, "") is True
    (rig.base / "go").touch()
    assert rig.ended().status == 3
    assert kinds(rig) == [Adopted, StepEnded, StepEnded, StepEnded, AttemptEnded]


@pytest.mark.tmux
def test_what_ended_meanwhile_keeps_its_result(first: Rig) -> None:
    one = attempt(first, "echo before\nuntil [ -e go ]; do sleep 0.02; done")
    pid = started(first, one)
    died(first)
    (first.base / "go").touch()
    until_ended(pid)
    rig = next_rig(first, closed=True)
    assert rig.backend.adopt(one, pid, "") is False
    assert (rig.ended().status, rig.ended().lost) == (0, "")


@pytest.mark.tmux
def test_one_whose_shell_died_is_lost_and_what_it_left_is_ended(first: Rig) -> None:
    one = attempt(first, "trap '' HUP\necho $$ >body\nexec sleep 100")
    pid = started(first, one)
    body = int(first.until_written("body"))
    died(first)
    os.kill(pid, signal.SIGKILL)
    until_ended(pid)
    rig = next_rig(first, closed=True)
    assert rig.backend.adopt(one, pid, "") is False
    ended = rig.ended()
    assert (ended.status, "left no status" in ended.lost) == (None, True)
    until_ended(body)


@pytest.mark.tmux
def test_who_has_the_shells_number_now_is_left_alone(first: Rig) -> None:
    """Numbers are used again once nobody of the session lives any more."""
    one = attempt(first, "sleep 100")
    files.write_attempt(one)
    commands = ["bash", "-c", "sleep 100 & echo; wait"]
    with subprocess.Popen(commands, start_new_session=True, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        other.stdout.readline()
        (child,) = psutil.Process(other.pid).children()
        try:
            assert first.backend.adopt(one, other.pid, "") is False
            assert first.ended().status is None
            assert child.status() != psutil.STATUS_ZOMBIE
        finally:
            child.kill()


@pytest.mark.tmux
def test_one_that_was_only_journalled_never_runs(first: Rig) -> None:
    """Not even where tmux gets to it late."""
    one = attempt(first, "touch ran")
    files.write_attempt(one)
    rig = next_rig(first)
    assert rig.backend.adopt(one, 0, "") is False
    assert rig.ended().lost == NEVER
    assert not (one.folder / "env").exists()
    late = subprocess.run(files.outer_argv(one, "0"), capture_output=True, check=False)
    assert (late.returncode, (rig.base / "ran").exists()) == (125, False)
    assert b"nothing was run" in late.stdout


@pytest.mark.tmux
def test_one_whose_start_was_not_journalled_is_found(first: Rig) -> None:
    one = attempt(first, "touch up\nuntil [ -e go ]; do sleep 0.02; done")
    pid = started(first, one)
    rig = next_rig(first)
    until = clock.monotonic() + 20
    while not (rig.base / "up").exists() and clock.monotonic() < until:
        clock.pause(0.01)
    assert rig.backend.adopt(one, 0, "") is True
    (rig.base / "go").touch()
    assert rig.ended().status == 0
    found = next(event for event in rig.events if isinstance(event, AttemptStarted))
    assert (found.pid, found.window[:1]) == (pid, "@")


def test_no_folder_was_ever_made(rig: Rig) -> None:
    one = attempt(rig, "true")
    assert rig.backend.adopt(one, 0, "") is False
    assert rig.ended().lost == NEVER


def test_on_a_pty_nothing_outlives_the_supervisor(pty_rig: Rig) -> None:
    one = attempt(pty_rig, "trap '' HUP\necho $$ >body\nexec sleep 100")
    pid = started(pty_rig, one)
    body = int(pty_rig.until_written("body"))
    rig = next_rig(pty_rig)
    assert rig.backend.adopt(one, pid, "") is False
    assert rig.ended().status is None
    until_ended(body)


@pytest.mark.tmux
def test_a_server_that_died_takes_what_ran_in_it_and_nothing_else(first: Rig) -> None:
    one = attempt(first, "sleep 100")
    started(first, one)
    os.kill(int(_tmux("display-message", "-p", "#{pid}")), signal.SIGKILL)
    assert "the tmux server died" in first.ended().lost
    again = attempt(first, "echo again", n=2)
    first.backend.start(again)
    assert first.ended(n=2).status == 0
    assert "T001" in _tmux("list-windows", "-a", "-F", "#{@tmuxplan_task}")


@pytest.mark.tmux
def test_attempts_are_shown_one_after_the_other_in_the_same_window(first: Rig) -> None:
    lines = "stty size\nfor i in $(seq 60); do echo attempt $TMUXPLAN_ATTEMPT_N line $i; done"
    for n in (1, 2, 3):
        one = attempt(first, lines, n)
        env = {**one.env, "TMUXPLAN_ATTEMPT_N": str(n)}
        first.backend.start(Attempt(**{**_fields(one), "env": env}))
        assert first.ended(n=n).status == 0
        if n == 2:  # the third finds a dead pane, the second one whose shell lingers
            until_ended(
                [event.pid for event in first.events if isinstance(event, AttemptStarted)][-1]
            )
        log = (one.folder / "log").read_bytes()
        assert log.count(b"line") >= 60
        assert log.count(b"attempt %d line 60\r\n" % n) == 1
        assert b"\x0750 200\r\n" in log
    window = _tmux("list-windows", "-a", "-F", "#{window_id} #{@tmuxplan_task} #{window_panes}")
    (mine,) = [line for line in window.splitlines() if "T001" in line]
    assert mine.endswith(" 1")
    shown = _tmux("capture-pane", "-p", "-S", "-", "-t", mine.split()[0])
    places = [shown.index(f"attempt {n} line {i}\n") for n in (1, 2, 3) for i in (1, 60)]
    assert places == sorted(places)


def test_orphans_of_a_number_that_is_anothers_now_are_left_alone(tmp_path: Path) -> None:
    other = subprocess.Popen(["sleep", "100"], cwd=tmp_path, start_new_session=True)
    try:
        assert end_orphans([("run/T001/1/0123456789abcdef", other.pid)], 0.2) == ()
        assert other.poll() is None
    finally:
        other.kill()
        other.wait()


def _fields(one: Attempt) -> dict[str, object]:
    return {name: getattr(one, name) for name in one.__struct_fields__}


def _tmux(*args: str) -> str:
    socket = os.environ["TMUXPLAN_SOCKET"]
    done = subprocess.run(
        ["tmux", "-u", "-L", socket, *args], capture_output=True, text=True, check=True
    )
    return done.stdout


def test_a_shell_whose_pid_nobody_could_write_is_found_by_its_nonce(pty_rig: Rig) -> None:
    one = attempt(pty_rig, "true")
    one.folder.mkdir(parents=True)
    (one.folder / "began").touch()  # the disk was full
    words = ["sh", "-c", "sleep 100; :", one.nonce]
    shell = subprocess.Popen(words, start_new_session=True)
    child = subprocess.Popen(words)  # no leader of a session: what such a shell started
    for process in (shell, child):
        until = clock.monotonic() + 20
        while one.nonce not in psutil.Process(process.pid).cmdline():
            assert clock.monotonic() < until
    found = remains(one, 0, Census().read)
    assert (found.pid, found.lives) == (shell.pid, True)
    shell.kill()
    shell.wait()
    assert remains(one, 0, Census().read) == Remains(-1)
    child.kill()
    child.wait()


@pytest.mark.tmux
def test_a_window_that_comes_late_of_a_supervisor_that_was_killed_is_joined(
    tmux_rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    windows = tuple(Window(task, "One of many", "waits") for task in ("T001", "T002", "T003"))
    tmux_rig.open(windows[0])
    look = session.find
    late = [("new-window", "-d", "-t", f"={tmux_rig.session}:2", "-n", "late", "sleep 100")]

    def find(*asked: Any) -> Any:
        """What tmux says, and then a window appears."""
        found = look(*asked)
        while late:
            Client().run(late.pop())
        return found

    monkeypatch.setattr(session, "find", find)
    died(tmux_rig)
    tmux_rig.open(*windows)
    names = Client().run(("list-windows", "-t", f"={tmux_rig.session}", "-F", "#{window_name}"))
    assert sorted(n for n in names if "T00" in n or n == "late") == [
        "late", "· T001 One of many", "· T002 One of many", "· T003 One of many",
    ], names  # fmt: skip
    assert not late
