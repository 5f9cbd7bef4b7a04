"""A tmux that does not answer: it is waited for with sense, and nobody is kept by it."""

from __future__ import annotations

import contextlib
import os
import signal
import time

import pytest

from tmuxplan.backends import live
from tmuxplan.backends.choose import make
from tmuxplan.backends.tmux import backend, sending
from tmuxplan.backends.tmux.client import Client
from tmuxplan.errors import BackendError
from tmuxplan.events import AttemptEnded, AttemptStarted
from tmuxplan.run.backend import RunInfo, Window

ONE = Window("T001", "One", "")


@contextlib.contextmanager
def silent():
    """The server answers nobody."""
    server = int(Client().run(("display-message", "-p", "#{pid}"))[0])
    os.kill(server, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(server, signal.SIGCONT)


def until(rig, wanted, within_s=10):
    end = time.monotonic() + within_s
    while not wanted():
        assert time.monotonic() < end, rig.events
        rig.events += rig.backend.poll(0.02, ())


def _shown(rig, words):
    """Whether some window of the run shows this."""
    panes = Client().run(("list-panes", "-s", "-t", f"={rig.session}:", "-F", "#{pane_id}"))
    said = [Client().run(("capture-pane", "-p", "-J", "-t", pane)) for pane in panes]
    return any(words in line for lines in said for line in lines)


def test_a_start_that_is_not_answered_is_given_up_and_never_begins(tmux_rig, monkeypatch):
    monkeypatch.setattr(backend, "_ANSWER_S", 0.3)
    tmux_rig.open(ONE)
    with silent():
        folder = tmux_rig.start("touch ran")
        ended = tmux_rig.ended()
        assert ended.status is None
        assert "tmux" in ended.lost
        assert "kill -CONT" in ended.lost
        assert not (folder / "env").exists()
    assert tmux_rig.run("echo after", "T002").status == 0
    assert not (tmux_rig.base / "ran").exists()


def test_what_is_given_up_and_asked_for_all_the_same_runs_nothing(tmux_rig):
    """The command is with tmux already, which comes to it later."""
    tmux_rig.open(ONE)
    with silent():
        tmux_rig.start("touch ran")
        tmux_rig.backend.poll(0, ())
        tmux_rig.backend.stop("T001", 1, 0.0)
        began = time.monotonic()
        assert tmux_rig.ended().status is None
        assert time.monotonic() - began < 5
    until(tmux_rig, lambda: _shown(tmux_rig, "given up before it began"))
    assert not (tmux_rig.base / "ran").exists()
    assert not [e for e in tmux_rig.events if isinstance(e, AttemptStarted)]


def test_a_start_that_began_is_followed_though_nobody_said_so(tmux_rig, monkeypatch):
    monkeypatch.setattr(backend, "_ANSWER_S", 0.3)
    tmux_rig.open(ONE)
    monkeypatch.setattr(backend.Session, "start", _started_by_nobody)
    tmux_rig.start("until [ -e go ]; do sleep 0.02; done; exit 3")
    until(tmux_rig, lambda: [e for e in tmux_rig.events if isinstance(e, AttemptStarted)])
    (tmux_rig.base / "go").touch()
    assert tmux_rig.ended().status == 3


def _started_by_nobody(session, task, argv, pipe, heard, go):  # noqa: ARG001
    """tmux did as it was told, and its answer was lost."""
    opening = ("new-window", "-d", "-P", "-F", "#{pane_id}", "-t", f"{session.id}:", "--", *argv)
    pane = Client().run(opening)[0]
    Client().run(("pipe-pane", "-t", pane, pipe))


def test_another_try_does_not_keep_the_loop(tmux_rig):
    tmux_rig.open(ONE)
    assert tmux_rig.run("echo first; exit 1").status == 1
    with silent():
        began = time.monotonic()
        tmux_rig.start("echo second", n=2)
        tmux_rig.backend.poll(0.1, ())
        assert time.monotonic() - began < 3
    assert tmux_rig.ended(n=2).status == 0
    until(tmux_rig, lambda: _shown(tmux_rig, "second"))


@pytest.mark.parametrize("size", [10, 300_000])
def test_a_failure_is_shown_later_and_keeps_nobody(tmux_rig, size):
    """Its environment, too, which does not fit into a pipe."""
    tmux_rig.open(ONE)
    big = {f"BIG{i}": "x" * (size // 3) for i in range(3)}
    assert tmux_rig.run("exit 1", env=big).status == 1
    with silent():
        began = time.monotonic()
        tmux_rig.backend.show("T001", "failed", "")
        tmux_rig.backend.poll(0.1, ())
        assert time.monotonic() - began < 3
    tmux_rig.backend._client.wait()
    session = f"={tmux_rig.session}:"
    name = Client().run(("show-options", "-wqv", "-t", f"{session}1", "@tmuxplan_env"))[0]
    kept = Client().run(("show-options", "-qv", "-t", session, name))[0]
    assert b"x" * (size // 3) in bytes.fromhex(kept)


def test_who_leaves_is_not_kept(tmux_rig, monkeypatch):
    monkeypatch.setattr(backend, "_LEAVE_S", 0.3)
    tmux_rig.open(ONE)
    other = make("tmux")
    other.open(RunInfo("r2", tmux_rig.base, "other", tmux_rig.base), (ONE,))
    with silent():
        other.show("T001", "failed", "")
        began = time.monotonic()
        other.close()
        assert time.monotonic() - began < 3


def test_an_open_on_a_silent_server_is_refused_with_a_remedy(tmux_rig, monkeypatch):
    monkeypatch.setattr(sending, "PATIENCE_S", 0.3)
    Client().start("new-session", "-d", "-s", "of-somebody", "sleep 60")
    with silent():
        began = time.monotonic()
        with pytest.raises(BackendError, match="gave no answer") as refused:
            tmux_rig.open(ONE)
        assert time.monotonic() - began < 3
        with pytest.raises(BackendError, match="gave no answer"):
            Client().start("list-sessions")
    assert "kill -CONT" in refused.value.remedy


def test_a_logs_end_is_waited_for_no_longer_than_tmux_is_silent(tmux_rig, monkeypatch):
    """Here it answers, and its pipe was closed."""
    monkeypatch.setattr(live, "DEADLINE_S", 0.3)
    tmux_rig.open(ONE)
    tmux_rig.start("touch begun; until [ -e go ]; do sleep 0.02; done")
    until(tmux_rig, (tmux_rig.base / "begun").exists)
    Client().run(("pipe-pane", "-t", f"={tmux_rig.session}:1"))
    (tmux_rig.base / "go").touch()
    began = time.monotonic()
    ended = tmux_rig.ended()
    assert "the status is 0, but the log's end is missing" in ended.lost
    assert time.monotonic() - began < live.HELD_UP_S / 2


def test_a_logs_end_is_not_waited_for_for_ever(tmux_rig, monkeypatch):
    monkeypatch.setattr(live, "DEADLINE_S", 0.1)
    monkeypatch.setattr(live, "HELD_UP_S", 1.0)
    tmux_rig.open(ONE)
    tmux_rig.start("touch begun; until [ -e go ]; do sleep 0.02; done")
    until(tmux_rig, (tmux_rig.base / "begun").exists)
    with silent():
        (tmux_rig.base / "go").touch()
        assert tmux_rig.ended().status is None


def test_all_that_starts_after_a_person_ended_the_session_is_in_one_other(tmux_rig):
    tmux_rig.open(*(Window(f"T00{i}", f"Title {i}", "") for i in (1, 2, 3)))
    tmux_rig.start("touch begun; sleep 300")
    until(tmux_rig, (tmux_rig.base / "begun").exists)
    Client().start("new-session", "-d", "-s", "of-somebody", "sleep 60")
    Client().run(("kill-session", "-t", f"={tmux_rig.session}"))
    for task in ("T002", "T003"):
        tmux_rig.start(f"echo of {task}; exit 4", task)
    assert [tmux_rig.ended(task).status for task in ("T002", "T003")] == [4, 4]
    assert "its window was closed" in tmux_rig.ended().lost
    ends = [e for e in tmux_rig.events if isinstance(e, AttemptEnded)]
    assert len(ends) == 3
    assert sorted(Client().run(("list-sessions", "-F", "#{session_name}"))) == sorted(
        [tmux_rig.session, "of-somebody"]
    )


def test_where_no_other_session_can_be_opened_it_is_said(tmux_rig, monkeypatch):
    tmux_rig.open(ONE)
    Client().start("new-session", "-d", "-s", "of-somebody", "sleep 60")
    Client().run(("kill-session", "-t", f"={tmux_rig.session}"))
    Client().run(("set-option", "-t", "=of-somebody:", "@tmuxplan_run", "another"))
    taken = RunInfo("r", tmux_rig.base, "of-somebody", tmux_rig.base)
    monkeypatch.setattr(tmux_rig.backend, "_open_args", (taken, (ONE,)))
    assert "can't find session" in tmux_rig.run("true").lost
