"""Windows that are set up before their tasks' turn: what begins, what never does, what is left."""

from __future__ import annotations

import os
import signal
import sys

import psutil
import pytest
from living import until_ended

from tmuxplan.backends.tmux import ahead, session
from tmuxplan.backends.tmux.client import Client
from tmuxplan.events import AttemptStarted
from tmuxplan.run import clock
from tmuxplan.run.backend import Window

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="nothing is set up elsewhere")

TASKS = ("T001", "T002", "T003")
PANES = "#{pane_id} #{pane_pid} #{@tmuxplan_task} #{window_name}"


@pytest.fixture
def rig(tmux_rig, monkeypatch):
    """Of a run that is too large for placeholders."""
    monkeypatch.setattr(session, "MOST_WINDOWS", 2)
    tmux_rig.open(*(Window(task, "One of many", "waits") for task in TASKS))
    return tmux_rig


def until(rig, condition, within_s=10):
    deadline = clock.monotonic() + within_s
    while not (found := condition()):
        assert clock.monotonic() < deadline, f"not within {within_s} s"
        rig.events += rig.backend.poll(0.02, ())
    return found


def panes(rig):
    """(pane, pid, task, name) of all windows but mission control's."""
    lines = Client().run(("list-panes", "-s", "-t", rig.backend._session.id, "-F", PANES))
    return [tuple(line.split(" ", 3)) for line in lines if "mission" not in line]


def set_up(rig, body, task="T001", **more):
    """An attempt that waits in its window, the pane, and its outer shell's pid."""
    attempt = rig.attempt(body, task, **more)
    rig.backend.expect(attempt)
    until(rig, lambda: rig.backend._ahead._seats.get(task) and rig.backend._ahead._seats[task].pid)
    ((pane, pid),) = [(p, int(pid)) for p, pid, _, name in panes(rig) if task in name]
    return attempt, pane, pid


def test_it_begins_when_it_is_started_and_not_before(rig):
    attempt, pane, pid = set_up(rig, 'echo "in $PWD"; exit 3')
    assert [(task, name) for _, _, task, name in panes(rig)] == [("", "· T001 One of many")]
    assert sorted(path.name for path in attempt.folder.iterdir()) == ["log"]
    rig.backend.start(attempt)
    rig.backend.show("T001", "running", "")
    assert rig.ended().status == 3
    (started,) = [e for e in rig.events if isinstance(e, AttemptStarted)]
    assert started.pid == pid
    assert rig.log().startswith(f"in {rig.base}\r\n".encode())
    assert [(p, task, name) for p, _, task, name in panes(rig)] == [
        (pane, "T001", "▶ T001 One of many")
    ]


def test_one_that_is_started_while_its_window_is_made(rig):
    attempt = rig.attempt("echo once >>ran")
    rig.backend.expect(attempt)
    rig.backend._ahead.ask()
    rig.backend.start(attempt)
    assert rig.ended().status == 0
    assert (rig.base / "ran").read_text() == "once\n"


def test_another_attempt_than_that_which_was_expected(rig):
    expected, _, pid = set_up(rig, "touch ran")
    rig.backend.start(rig.attempt("exit 9", n=2))
    assert rig.ended(n=2).status == 9
    until_ended(pid)
    assert not expected.folder.exists()
    assert not (rig.base / "ran").exists()


def test_one_that_was_only_expected(rig):
    attempt = rig.attempt("exit 4")
    rig.backend.expect(attempt)
    rig.backend.start(attempt)
    assert rig.ended().status == 4
    assert len(panes(rig)) == 1


@pytest.mark.parametrize("look", ["blocked", "halted", "skipped"])
def test_of_one_that_is_not_to_start_nothing_is_left(rig, look):
    attempt, _, pid = set_up(rig, "touch ran")
    rig.backend.show("T001", look, "")
    until(rig, lambda: not panes(rig))
    until_ended(pid)
    assert not attempt.folder.exists()
    assert not (rig.base / "ran").exists()


def test_one_that_is_not_to_start_while_its_window_is_made(rig):
    attempt = rig.attempt("touch ran")
    rig.backend.expect(attempt)
    rig.backend._ahead.ask()
    rig.backend.show("T001", "blocked", "")
    rig.events += rig.backend.poll(0.1, ())
    until(rig, lambda: not panes(rig))
    assert not attempt.folder.exists()


def test_nothing_is_left_at_the_end(rig):
    _, _, pid = set_up(rig, "true")
    rig.backend._ahead.close()
    until(rig, lambda: not panes(rig))
    until_ended(pid)


def test_where_the_supervisor_is_killed_the_window_closes(rig):
    attempt, _, pid = set_up(rig, "touch ran")
    rig.backend._ahead._seats.pop("T001").close()  # as the kernel does
    until_ended(pid)
    until(rig, lambda: not panes(rig))
    assert not (attempt.folder / "began").exists()
    assert not (rig.base / "ran").exists()


def test_what_a_killed_supervisor_had_set_up_is_no_attempt(rig):
    old, _, _ = set_up(rig, "touch old")
    rig.backend._ahead._seats.pop("T001").close()
    until(rig, lambda: not panes(rig))
    again = rig.attempt("exit 5")
    assert old.folder == again.folder
    rig.backend.start(again)
    assert rig.ended().status == 5
    assert not (rig.base / "old").exists()


def test_one_that_does_not_hear_that_it_may_begin_is_lost(rig, monkeypatch):
    monkeypatch.setattr(ahead, "_BEGINS_S", 0.3)
    attempt, _, pid = set_up(rig, "touch ran")
    seat = rig.backend._ahead._seats["T001"]
    reads, told = os.pipe()  # where nobody listens
    seat.writes, listened = told, seat.writes
    rig.backend.start(attempt)
    ended = rig.ended()
    assert (ended.status, ended.lost) == (None, "its outer shell did not begin; it left no status")
    os.write(listened, f"{attempt.nonce}\n".encode())  # now it may not any more
    until_ended(pid)
    assert not (rig.base / "ran").exists()
    for fd in (reads, listened):
        os.close(fd)


def test_one_that_has_begun_may_take_its_time(rig, monkeypatch):
    monkeypatch.setattr(ahead, "_BEGINS_S", 0.3)
    attempt, _, _ = set_up(rig, "sleep 1; exit 8")
    rig.backend.start(attempt)
    assert rig.ended().status == 8


def test_pipes_are_let_go_of(rig):
    files = psutil.Process().num_fds
    before = files()
    attempt, _, _ = set_up(rig, "true")
    set_up(rig, "true", "T002")
    rig.backend.show("T002", "blocked", "")
    rig.backend.start(attempt)
    rig.ended()
    until(rig, lambda: files() <= before)


@pytest.mark.parametrize("how", ["window", "kill"])
def test_one_whose_window_somebody_ended_starts_in_another(rig, how):
    attempt, pane, pid = set_up(rig, "exit 6")
    if how == "window":
        Client().run(("kill-window", "-t", pane))
    else:
        os.kill(pid, signal.SIGKILL)
    until_ended(pid)
    rig.backend.start(attempt)
    assert rig.ended().status == 6
    assert [task for _, _, task, _ in panes(rig)] == ["T001"]


def test_one_whose_server_is_gone_starts_in_another(rig):
    attempt, _, pid = set_up(rig, "exit 7")
    Client().run(("kill-server",))
    until_ended(pid)
    until(rig, lambda: rig.backend._server_died)
    rig.backend.start(attempt)
    assert rig.ended().status == 7


def test_nobody_types_before_it_begins(rig):
    attempt, pane, _ = set_up(rig, "read line; echo got $line")
    Client().run(("send-keys", "-t", pane, "early", "Enter"))
    rig.backend.start(attempt)
    rig.backend.show("T001", "running", "")
    until(rig, lambda: Client().run(("display", "-p", "-t", pane, "#{pane_input_off}")) == ["0"])
    Client().run(("send-keys", "-t", pane, "late", "Enter"))
    assert rig.ended().status == 0
    assert b"early" not in rig.log()
    assert b"got late" in rig.log()


def test_two_are_asked_for_at_a_time_and_all_come(rig):
    attempts = [rig.attempt(f"exit {n}", task) for n, task in enumerate(TASKS, 1)]
    for attempt in attempts:
        rig.backend.expect(attempt)
    until(rig, lambda: len(panes(rig)) == len(TASKS))
    for attempt in attempts:
        rig.backend.start(attempt)
    assert [rig.ended(task).status for task in TASKS] == [1, 2, 3]


def test_the_folder_can_t_be_made(rig):
    attempt = rig.attempt("true")
    attempt.folder.parent.parent.mkdir()
    attempt.folder.parent.write_text("in the way")
    rig.backend.expect(attempt)
    rig.events += rig.backend.poll(0, ())
    rig.backend.start(attempt)
    assert "in the way" not in (lost := rig.ended().lost)
    assert "could not be started" in lost


def test_with_few_tasks_placeholders_say_what_they_wait_for(tmux_rig, pty_rig):
    tmux_rig.open(Window("T001", "First", "waits"))
    assert (tmux_rig.backend.ahead, pty_rig.backend.ahead) == (0, 0)


def test_its_processes_end_with_the_session(rig):
    _, _, pid = set_up(rig, "true")
    Client().run(("kill-session", "-t", rig.backend._session.id))
    until_ended(pid)
