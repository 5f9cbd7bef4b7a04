"""What only tmux does: windows, names, attaching, and dying. A real server on a private socket."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from pathlib import Path

import pexpect
import pytest
from living import lives

from tmuxplan.backends.choose import choose, make
from tmuxplan.backends.tmux import attach
from tmuxplan.backends.tmux.client import CONFIG, Client
from tmuxplan.errors import BackendError
from tmuxplan.run.backend import RunInfo, Window

HOSTILE = [
    "#(touch executed)",
    "#{E:@x} #[fg=red] ##(touch executed)",
    "$(touch executed) `touch executed`",
    "; kill-server ;",
    "ends in a semicolon;",
    "'single' \"double\" \\ back",
    "rocket 🚀 日本語の長い題名がここに入りますよ、とても長い題名です、四十桁を超えます",
    "x" * 300,
    "%H:%M 1.2.3",
    "\x1b[31mred\x07 \u202e backwards \udc80",
]


def windows(rig, what="#{window_name}"):
    """Of each window, once everything that was to be shown is shown."""
    rig.events += rig.backend.poll(0, ())
    rig.backend._client.wait()
    return Client().run(("list-windows", "-t", f"={rig.session}", "-F", what))


def polled(rig):
    rig.events += rig.backend.poll(0, ())
    return True


def until(wanted, within_s=10):
    end = time.monotonic() + within_s
    while time.monotonic() < end:
        if wanted():
            return True
        time.sleep(0.02)
    return False


def nobody_looks():
    return not any(Client().run(("list-clients", "-F", "#{client_tty}")))


def screen(target):
    return "\n".join(Client().run(("capture-pane", "-p", "-t", target)))


def test_all_windows_are_there_from_the_start(tmux_rig):
    tmux_rig.open(*(Window(f"T{i:03}", f"Title {i}", f"waits for T{i - 1:03}") for i in (1, 2, 3)))
    assert windows(tmux_rig) == [
        "mission control",
        "· T001 Title 1",
        "· T002 Title 2",
        "· T003 Title 3",
    ]
    assert windows(tmux_rig, "#{@tmuxplan_task}") == ["", "T001", "T002", "T003"]
    assert until(lambda: "waits for T001" in screen(f"={tmux_rig.session}:2"))


def _mission(rig, command):
    rig.backend.open(RunInfo("r", rig.base, rig.session, rig.base, command), ())


def test_mission_control_starts_once_when_somebody_looks(tmux_rig, tmp_path):
    seen = tmp_path / "it's #{here};"
    _mission(tmux_rig, ("/bin/sh", "-c", 'echo x >> "$1"; exec cat', "sh", str(seen)))
    target = f"={tmux_rig.session}:0"
    assert until(lambda: "starts when somebody looks" in screen(target))
    commands = "#{pane_current_command}"
    assert until(lambda: windows(tmux_rig, commands) == ["cat"])
    tmux_rig.backend.show("T001", "running", "")  # the backend's own connection is nobody
    tmux_rig.run("true")
    assert windows(tmux_rig, commands)[0] == "cat"
    assert not seen.exists()
    for _ in range(2):  # who looks later finds the same screen
        client = _attached(tmux_rig.backend.attach_command(None))
        client.expect("mission control")
        assert until(seen.exists)
        client.close(force=True)
        assert until(nobody_looks)
    assert seen.read_text() == "x\n"


def test_a_mission_control_that_ended_starts_again_for_the_next(tmux_rig, tmp_path):
    seen = tmp_path / "seen"
    _mission(tmux_rig, ("/bin/sh", "-c", 'echo x >> "$1"', "sh", str(seen)))
    client = _attached(tmux_rig.backend.attach_command(None))
    assert until(lambda: seen.exists() and windows(tmux_rig, "#{pane_dead}") == ["1"])
    client.send("\x02m")
    assert until(lambda: seen.read_text() == "x\n" * 2)
    client.close(force=True)
    assert until(nobody_looks)
    assert until(lambda: windows(tmux_rig, "#{pane_dead}") == ["1"])
    client = _attached(tmux_rig.backend.attach_command(None))
    assert until(lambda: seen.read_text() == "x\n" * 3)
    client.close(force=True)


def test_the_key_for_mission_control_goes_there_from_any_session(tmux_rig, tmp_path):
    tmux_rig.open(Window("T001", "One", "words of one"))
    other = make("tmux")
    seen = tmp_path / "seen"
    command = ("/bin/sh", "-c", 'echo x >> "$1"; exec cat', "sh", str(seen))
    info = RunInfo("r2", tmp_path, "other", tmp_path, command)
    other.open(info, (Window("T001", "One", "words of the other"),))
    other.poll(0, ())
    other._client.wait()
    client = _attached(attach.attach_command(Client().socket, "other", "T001"))
    client.expect("words of the other")
    assert until(seen.exists)
    client.send("\x02m")
    here = ("list-clients", "-F", "#{session_name} #{window_index}")
    assert until(lambda: Client().run(here) == ["other 0"])
    assert seen.read_text() == "x\n"
    client.close(force=True)
    other.close()


def test_a_program_without_arguments_is_no_shell_text(tmux_rig, tmp_path):
    program = tmp_path / "a b;touch executed"
    program.write_text(f"#!/bin/sh\necho x > '{tmp_path}/ran'\n")
    program.chmod(0o700)
    _mission(tmux_rig, (str(program),))
    client = _attached(tmux_rig.backend.attach_command(None))
    assert until((tmp_path / "ran").exists)
    client.close(force=True)


def test_hostile_titles_stay_text(tmux_rig, tmp_path):
    """Seen by an attached client too: that is when tmux expands formats."""
    os.chdir(tmp_path)
    tmux_rig.session = "#(touch executed)"
    tmux_rig.open(*(Window(f"T{i:03}", title, title) for i, title in enumerate(HOSTILE, 1)))
    assert len(Client().run(("list-windows", "-a", "-F", "x"))) == len(HOSTILE) + 1
    client = _attached(tmux_rig.backend.attach_command("T001"))
    for i, title in enumerate(HOSTILE, 1):
        tmux_rig.backend.show(f"T{i:03}", "waiting", title)
        tmux_rig.start("true", f"T{i:03}")
        tmux_rig.backend.show(f"T{i:03}", "running", title)
        assert tmux_rig.ended(f"T{i:03}").status == 0
    client.expect("T010")
    client.close(force=True)
    found = {
        str(path) for root in (tmp_path, Path("/"), Path.home()) for path in root.glob("exec*")
    }
    assert not found


def _attached(argv):
    client = pexpect.spawn(
        argv[0],
        list(argv[1:]),
        dimensions=(24, 400),
        timeout=10,
        env={**os.environ, "TERM": "xterm-256color"},
        encoding="utf-8",
    )
    client.delayafterclose = client.ptyproc.delayafterclose = 0
    return client


def test_what_is_ready_starts_before_the_placeholders_of_the_rest(tmux_rig):
    tasks = tuple(Window(f"T{i:03}", f"Title {i}", "waits for T001") for i in (1, 2, 3))
    backend = tmux_rig.backend
    backend.open(RunInfo("r", tmux_rig.base, tmux_rig.session, tmux_rig.base), tasks)
    panes = ("list-windows", "-t", f"={tmux_rig.session}", "-F", "#{window_index} #{window_name}")
    assert Client().run(panes) == ["0 mission control"]
    tmux_rig.start("echo begun; sleep 300")
    backend.show("T001", "running", "")
    backend.show("T003", "blocked", "blocked by T001")
    assert until(lambda: polled(tmux_rig) and len(Client().run(panes)) == 4)
    assert until(lambda: polled(tmux_rig) and "blocked by" in screen(f"={tmux_rig.session}:3"))
    assert windows(tmux_rig, "#{window_id} #{window_index} #{window_name}") == [
        "@0 0 mission control",
        "@1 1 ▶ T001 Title 1",
        "@2 2 · T002 Title 2",
        "@3 3 ⊘ T003 Title 3",
    ]


def test_names_show_the_state_and_never_more_than_forty_columns(tmux_rig):
    tmux_rig.open(Window("T001", "x" * 300, ""), Window("T002", "Two", ""))
    tmux_rig.backend.show("T001", "failed", "")
    tmux_rig.backend.show("T002", "passed", "")
    _, one, two = windows(tmux_rig)
    assert one.startswith("✗ T001 xxx")
    assert len(one) == 40
    assert two == "✓ T002 Two"
    assert windows(tmux_rig, "#{@tmuxplan_colour}")[1:] == ["colour203", "colour42"]


def test_a_placeholders_words_are_replaced_until_its_task_starts(tmux_rig):
    tmux_rig.open(Window("T001", "One", "waits for T000"))
    tmux_rig.backend.show("T001", "blocked", "blocked by T000")
    target = f"={tmux_rig.session}:1"
    assert until(lambda: polled(tmux_rig) and "blocked by T000" in screen(target))
    tmux_rig.run("echo printed by the task")
    tmux_rig.backend.show("T001", "passed", "never shown")
    assert until(lambda: polled(tmux_rig) and "printed by the task" in screen(target))
    assert "never shown" not in screen(target)


def test_a_window_that_a_person_closed_is_made_again(tmux_rig):
    tmux_rig.open(Window("T001", "One", ""), Window("T002", "Two", ""))
    Client().run(("kill-window", "-t", f"={tmux_rig.session}:1"))
    tmux_rig.backend.show("T001", "running", "")
    tmux_rig.backend.show("T002", "failed", "")
    assert tmux_rig.run("echo back").status == 0
    assert windows(tmux_rig, "#{@tmuxplan_task}") == ["", "T001", "T002"]
    assert windows(tmux_rig)[2] == "✗ T002 Two"


def test_an_index_that_a_person_took_is_theirs(tmux_rig):
    tmux_rig.open(Window("T001", "One", ""))
    Client().run(("kill-window", "-t", f"={tmux_rig.session}:1"))
    Client().run(("new-window", "-d", "-t", f"={tmux_rig.session}:1", "-n", "mine", "cat"))
    assert tmux_rig.run("echo $((40 + 2))").status == 0
    assert tmux_rig.log().startswith(b"42")
    assert windows(tmux_rig) == ["mission control", "mine", "▶ T001 One"]


def test_a_window_closed_while_its_task_runs_is_lost(tmux_rig):
    tmux_rig.open(Window("T001", "One", ""))
    tmux_rig.start("echo $$ > pid; sleep 300")
    tmux_rig.until_written("pid")
    Client().run(("kill-window", "-t", f"={tmux_rig.session}:1"))
    ended = tmux_rig.ended()
    assert ended.status is None
    assert ended.lost.startswith("its window was closed")
    assert not lives(int((tmux_rig.base / "pid").read_text()))


def test_what_stands_behind_a_question_does_not_run_when_its_window_is_closed(tmux_rig):
    tmux_rig.open(Window("T001", "One", ""))
    tmux_rig.start("echo $$ > pid; read -r answer; sleep 0.2; echo deployed > trace; sleep 300")
    tmux_rig.until_written("pid")
    Client().run(("kill-window", "-t", f"={tmux_rig.session}:1"))
    assert tmux_rig.ended().status is None
    assert not (tmux_rig.base / "trace").exists()


@pytest.mark.parametrize("body", ["sleep 300", "trap '' HUP TERM; while :; do sleep 0.1; done"])
def test_a_dead_server_loses_what_runs(tmux_rig, body):
    tmux_rig.open(Window("T001", "One", ""), Window("T002", "Two", ""))
    for task in ("T001", "T002"):
        tmux_rig.start(f"echo $$ > pid{task}; {body}", task)
        tmux_rig.until_written(f"pid{task}")
    server = int(Client().run(("display-message", "-p", "#{pid}"))[0])
    os.kill(server, signal.SIGKILL)
    began = time.monotonic()
    lost = {tmux_rig.ended(task).lost for task in ("T001", "T002")}
    assert all(why.startswith("the tmux server died") for why in lost)
    assert "sleep" not in body or time.monotonic() - began < (2 if body == "sleep 300" else 5)
    for task in ("T001", "T002"):
        assert not lives(int((tmux_rig.base / f"pid{task}").read_text()))
    assert tmux_rig.run("true", "T003").status == 0  # in another session
    tmux_rig.backend.show("T001", "lost", "no error")
    tmux_rig.backend.poll(0, ())


def test_what_windows_said_is_said_again_in_another_session(tmux_rig):
    tmux_rig.open(*(Window(task, "Many", "") for task in ("T001", "T002", "T003", "T004")))
    tmux_rig.backend.show("T001", "person", "sign it, ann")
    tmux_rig.backend.show("T002", "failed", "")
    tmux_rig.start("echo $$ > pid; sleep 300", "T003")
    tmux_rig.until_written("pid")
    os.kill(int(Client().run(("display-message", "-p", "#{pid}"))[0]), signal.SIGKILL)
    assert tmux_rig.ended("T003").lost
    tmux_rig.backend.show("T003", "lost", "")
    assert tmux_rig.run("true", "T004").status == 0
    tmux_rig.backend.poll(0, ())
    names = windows(tmux_rig)
    assert "✗ T002 Many" in names, names
    gate = next(name for name in names if "T001" in name)
    said = lambda: Client().run(("capture-pane", "-p", "-t", f"={tmux_rig.session}:{gate}"))  # noqa: E731
    assert until(lambda: "sign it, ann" in " ".join(said())), said()


def test_past_forty_tasks_windows_come_and_go(tmux_rig):
    tasks = [f"T{i:03}" for i in range(1, 46)]
    tmux_rig.open(*(Window(task, "Many", "") for task in tasks))
    assert windows(tmux_rig) == ["mission control"]
    for task in tasks[:10]:
        tmux_rig.start(f"printf '{task} %s' 1; exit {int(task == 'T003')}", task)
    for task in tasks[:10]:
        ended = tmux_rig.ended(task)
        tmux_rig.backend.show(task, "failed" if ended.status else "passed", "")
        assert tmux_rig.log(task).startswith(f"{task} 1".encode())
    tmux_rig.backend.poll(0, ())
    assert windows(tmux_rig) == ["mission control", "✗ T003 Many"]


def test_nothing_of_the_launching_shell_is_in_the_server(tmux_rig, monkeypatch):
    monkeypatch.setenv("STALE", "1")
    monkeypatch.setenv("TMUX", "/nowhere/default,1,0")
    tmux_rig.open(Window("T001", "One", ""))
    names = {line.partition("=")[0] for line in Client().run(("show-environment", "-g"))}
    assert "STALE" not in names
    assert "PATH" in names
    tmux_rig.run("echo $TMUX > tmux")
    assert Client().socket in (tmux_rig.base / "tmux").read_text()


def test_two_runs_share_a_server(tmux_rig, tmp_path):
    tmux_rig.open(Window("T001", "One", ""))
    other = make("tmux")
    other.open(RunInfo("r2", tmp_path, "other", tmp_path), (Window("T001", "One", ""),))
    other.close()
    attach.end_session("other")
    assert attach.session_alive(tmux_rig.session)
    assert not attach.session_alive("other")
    attach.end_session("other")
    assert tmux_rig.run("true").status == 0


@pytest.mark.parametrize("new", [False, True])
def test_a_server_of_another_version_reads_the_configuration_again(tmux_rig, tmp_path, new):
    tmux_rig.open()
    client = Client()
    client.run(("set-option", "-g", "status-interval", "99"))
    other = make("tmux")
    other.open(RunInfo("r2", tmp_path, "other", tmp_path, new=new), ())
    assert client.run(("show-options", "-gv", "status-interval")) == ["15"]
    other.close()


def test_a_server_that_has_just_read_it_does_not_read_it_again(
    tmux_rig, tmux_socket, tmp_path, monkeypatch
):
    config = tmp_path / "its.conf"
    config.write_text(f"source-file {CONFIG}\nset -g status-interval 99\n")
    monkeypatch.setattr("tmuxplan.backends.tmux.client.CONFIG", config)
    tmux_rig.open()
    client = Client(tmux_socket)
    assert client.run(("show-options", "-gv", "status-interval")) == ["99"]


def test_the_same_session_twice_is_refused(tmux_rig, tmp_path):
    tmux_rig.open()
    other = make("tmux")
    with pytest.raises(BackendError, match="duplicate session"):
        other.open(RunInfo("r2", tmp_path, tmux_rig.session, tmp_path), ())
    other.close()


def test_attach_shows_the_tasks_window(tmux_rig, tmux_socket):
    tmux_rig.open(Window("T001", "One", "words of one"), Window("T002", "Two", "words of two"))
    argv = tmux_rig.backend.attach_command("T002")
    assert argv == attach.attach_command(tmux_socket, tmux_rig.session, "T002")
    client = _attached(argv)
    client.expect("words of two")
    client.close(force=True)
    client = _attached(tmux_rig.backend.attach_command(None))
    client.expect("mission control")
    client.close(force=True)


def test_attach_to_what_is_not_there_says_so(tmux_rig, tmux_socket):
    with pytest.raises(BackendError):
        attach.attach_command(tmux_socket, "no-such-session", "T001")
    tmux_rig.open()
    with pytest.raises(BackendError, match="T009 has no window"):
        attach.attach_command(tmux_socket, tmux_rig.session, "T009")


def test_attach_from_inside_another_tmux_goes_there_and_comes_back(tmux_rig, tmp_path):
    tmux_rig.open(Window("T001", "One", "words of one"))
    outer = tmp_path / "o"
    tmux = ("tmux", "-u", "-S", str(outer), "-f", "/dev/null")
    try:
        client = _attached((*tmux, "new-session", "-s", "mine", "PS1='outer> ' sh"))
        client.expect("outer> ")
        asked = subprocess.run(
            (
                *tmux,
                "display-message",
                "-p",
                "-t",
                "mine",
                "#{socket_path},#{pid},#{s/.//:session_id}",
            ),
            capture_output=True,
            text=True,
            check=True,
        )
        argv = attach.nested_attach_command(
            tmux_rig.backend.attach_command("T001"), asked.stdout.strip()
        )
        subprocess.run(argv, check=True)
        client.expect("words of one")
        Client().run(("detach-client", "-s", f"={tmux_rig.session}"))
        client.expect("outer> ")
        client.close(force=True)
    finally:
        subprocess.run((*tmux, "kill-server"), check=False, capture_output=True)


def _path_with(tmp_path, text):
    folder = tmp_path / "bin"
    folder.mkdir()
    if text:
        (folder / "tmux").write_text(f"#!/bin/sh\n{text}\n")
        (folder / "tmux").chmod(0o700)
    return str(folder)


@pytest.mark.parametrize(
    ("version", "refused"),
    [
        ("tmux 3.1c", True),
        ("tmux 3.2", True),
        ("tmux 2.9", True),
        ("tmux 3.2a", False),
        ("tmux 3.10", False),
        ("tmux next-3.7", False),
        ("tmux master", False),
        ("tmux openbsd-7.6", False),
    ],
)
def test_an_old_tmux_is_refused_by_name(tmp_path, monkeypatch, version, refused):
    monkeypatch.setenv("PATH", _path_with(tmp_path, f"echo {version}"))
    expected = pytest.raises(BackendError, match=version) if refused else contextlib.nullcontext()
    with expected:
        choose("tmux")


def test_without_tmux_the_pty_backend_is_chosen_and_said(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", _path_with(tmp_path, ""))
    backend, note = choose(None)
    assert backend == "pty"
    assert note.startswith("tmux is not installed: running on the pty backend")
    with pytest.raises(BackendError, match="install it"):
        choose("tmux")


def test_a_tmux_that_dies_at_start_is_an_error_in_words(tmux_rig, tmp_path, monkeypatch):
    dies = "case $1 in -V) echo tmux 3.4;; *) echo server exited unexpectedly >&2; exit 1;; esac"
    monkeypatch.setenv("PATH", _path_with(tmp_path, dies))
    with pytest.raises(BackendError, match="server exited unexpectedly"):
        tmux_rig.open(Window("T001", "One", ""))
