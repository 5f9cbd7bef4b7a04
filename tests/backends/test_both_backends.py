"""What holds on every backend, by the protocol alone, with real processes."""

from __future__ import annotations

import contextlib
import os
import resource
import signal
import socket
import stat
import subprocess
import sys
import time

import pytest
from living import lives

from tmuxplan.backends.pty import PtyBackend
from tmuxplan.events import AttemptEnded, AttemptStarted, StepEnded
from tmuxplan.plan.parse import parse
from tmuxplan.shell.script import script
from tmuxplan.shell.steps import steps

PRINT = 'for i in $(seq 200); do echo "line $i of {task}"; done'


def test_a_task_from_its_start_to_its_end(rig):
    ended = rig.run("echo hello; exit 7")
    kinds = [type(event) for event in rig.events]
    assert kinds == [AttemptStarted, AttemptEnded]
    assert (ended.status, ended.lost, ended.log_lines) == (7, "", 1)
    assert rig.log().startswith(b"hello\r\n")


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("true", 0),
        ("exec bash -c 'exit 3'", 3),
        ("trap 'exit 4' EXIT; exit 9", 4),
        ("kill -9 $$", 137),
        ("kill -TERM $$", 143),
        ("if then", 2),
        ("exec >/dev/null 2>&1; echo x; exit 5", 5),
        ("no-such-command-here", 127),
    ],
)
def test_exit_statuses_are_the_bodys(rig, body, status):
    ended = rig.run(body)
    assert (ended.status, ended.lost) == (status, "")


def test_files_are_private_and_the_environment_is_removed(rig):
    rig.run("true")
    folder = rig.base / "tasks/T001/1"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    modes = {p.name: stat.S_IMODE(p.stat().st_mode) for p in folder.iterdir()}
    assert modes["script.sh"] == modes["log"] == 0o600
    assert "env" not in modes


def test_no_log_of_a_hundred_fast_tasks_loses_a_byte(rig):
    tasks = [f"T{i:03}" for i in range(1, 101)]
    started, running = iter(tasks), 0
    lines = {task: "".join(f"line {i} of {task}\r\n" for i in range(1, 201)) for task in tasks}
    while len([e for e in rig.events if isinstance(e, AttemptEnded)]) < 100:
        while running < 8 and (task := next(started, None)):
            rig.start(PRINT.format(task=task), task)
            running += 1
        facts = rig.backend.poll(10, ())
        running -= len([e for e in facts if isinstance(e, AttemptEnded)])
        rig.events += facts
    ended = [e for e in rig.events if isinstance(e, AttemptEnded)]
    assert {(e.status, e.lost, e.log_lines) for e in ended} == {(0, "", 200)}
    for task in tasks:
        body, _, _ = rig.log(task).decode().partition("\x1b]133;D;0;")
        assert body == lines[task]


def test_output_is_in_the_log_while_the_task_runs(rig):
    rig.start("printf 'password: '; read x; echo got $x")
    until = time.monotonic() + 10
    while b"password: " not in rig.log() and time.monotonic() < until:
        rig.events += rig.backend.poll(0.05, ())
    assert rig.log() == b"password: "
    rig.backend.stop("T001", 1, 0.2)
    rig.ended()


def test_empty_input_ends_a_read_at_once(rig):
    ended = rig.run("read x || exit 6", stdin_empty=True)
    assert ended.status == 6


def test_the_environment_is_the_attempts_and_nobody_elses(rig, monkeypatch):
    monkeypatch.setenv("STALE", "from the launching shell")
    value = "two\nlines 'single' \"double\" $HOME `x` \\ é"
    rig.run('printf %s "$VALUE" > value; env > all', env={"VALUE": value, "LANG": "C.UTF-8"})
    assert (rig.base / "value").read_text() == value
    names = {line.partition("=")[0] for line in (rig.base / "all").read_text().splitlines()}
    assert "STALE" not in names
    assert "TMUXPLAN_ATTEMPT" in names


def test_the_umask_is_the_launching_shells(rig):
    """tmux's server has that of whoever started it; our own files are private whatever it is."""
    before = os.umask(0o026)
    if isinstance(rig.backend, PtyBackend):
        rig.backend._spawner.close()  # the process that forks has that of its start
    try:
        folder = rig.start("umask > said; touch made")
        assert rig.ended().status == 0
    finally:
        os.umask(before)
    assert (rig.base / "said").read_text() == "0026\n"
    assert (rig.base / "made").stat().st_mode & 0o777 == 0o640
    assert {each.name: each.stat().st_mode & 0o77 for each in folder.iterdir()} == dict.fromkeys(
        (each.name for each in folder.iterdir()), 0
    )


def test_the_second_task_does_not_see_the_firsts_environment(rig):
    rig.run("true", "T001", env={"ONLY_FIRST": "1"})
    ended = rig.run('exit "${ONLY_FIRST:-0}"', "T002")
    assert ended.status == 0


def test_a_retry_has_its_own_log(rig):
    rig.run("echo one; exit 1")
    rig.start("echo two", n=2)
    ended = rig.ended(n=2)
    assert ended.status == 0
    assert rig.log(n=1).startswith(b"one\r\n")
    assert rig.log(n=2).startswith(b"two\r\n")


def test_an_outer_shell_that_its_body_stopped_goes_on(rig):
    assert rig.run("kill -STOP $PPID; exit 3").status == 3


def test_a_killed_outer_shell_is_lost(rig):
    rig.start("echo $$ > pid; sleep 100; exit 0")
    body = int(rig.until_written("pid"))
    os.kill(rig.pid(), signal.SIGKILL)
    ended = rig.ended()
    assert ended.status is None
    assert "outer shell" in ended.lost
    assert not lives(body)


@pytest.mark.parametrize("text", ["", "1", "abc\n", "0 0\n", "999\n", "-1\n"])
def test_a_torn_or_lying_status_is_lost(rig, text):
    """The body replaces the status by a folder of its own making, before the real one."""
    folder = rig.base / "tasks/T001/1"
    aside = f"{folder}/status.new"
    body = f"rm -f {aside}; mkdir {aside}; printf '{text}' > {folder}/status"
    ended = rig.run(body)
    assert ended.status is None
    assert ended.lost


def test_a_background_child_is_ended_and_named(rig):
    ended = rig.run("sleep 54321 & echo $! > pid; echo done")
    assert ended.status == 0
    assert [left.command for left in rig.leftovers().ended] == ["sleep 54321"]
    assert rig.leftovers().alive == ()
    assert not lives(int((rig.base / "pid").read_text()))


def test_a_background_child_that_ignores_everything_is_killed(rig):
    rig.run(
        "bash -c \"trap '' INT TERM HUP; echo x > ready; while :; do sleep 9; done\" & "
        "while [ ! -e ready ]; do sleep 0.02; done; echo $! > pid"
    )
    assert len(rig.leftovers().ended) >= 1
    assert not lives(int((rig.base / "pid").read_text()))


def test_a_new_process_group_is_ended_too(rig):
    rig.run("set -m; sleep 54322 & echo $! > pid")
    assert "sleep 54322" in [left.command for left in rig.leftovers().ended]
    assert not lives(int((rig.base / "pid").read_text()))


def test_what_is_kept_lives_on_and_is_named(rig):
    rig.run("sleep 54323 & echo $! > pid", keep=True)
    pid = int((rig.base / "pid").read_text())
    try:
        assert [left.pid for left in rig.leftovers().alive] == [pid]
        assert not rig.backend.poll(0.5, ())
        assert lives(pid)
    finally:
        os.kill(pid, signal.SIGKILL)


LISTEN = """import os, socket, sys, time
if os.fork(): os._exit(0)
os.setsid()
if os.fork(): os._exit(0)
one = socket.socket(); one.bind(("127.0.0.1", {port})); one.listen()
open("pid", "w").write(str(os.getpid()) + chr(10))
time.sleep(300)
"""


def _daemon(rig, port: int) -> str:
    script = rig.base / "daemon.py"
    script.write_text(LISTEN.format(port=port))
    return f"{sys.executable} {script}; while [ ! -s pid ]; do sleep 0.02; done"


def test_a_daemon_is_named_with_its_port_and_lives(rig, free_port):
    ended = rig.run(_daemon(rig, free_port))
    pid = int((rig.base / "pid").read_text())
    try:
        assert ended.status == 0
        [left] = rig.leftovers().alive
        assert (left.pid, left.ports) == (pid, (free_port,))
        socket.create_connection(("127.0.0.1", free_port)).close()
    finally:
        os.kill(pid, signal.SIGKILL)


def test_a_daemon_is_ended_by_stop(rig, free_port):
    rig.start(_daemon(rig, free_port) + "; echo x > up; sleep 300")
    rig.until_written("up")
    pid = int((rig.base / "pid").read_text())
    rig.backend.stop("T001", 1, 2)
    ended = rig.ended()
    assert ended.status not in (0, None)
    assert pid in [left.pid for left in rig.leftovers().ended]
    assert rig.leftovers().alive == ()
    assert not lives(pid)


IGNORED = (signal.SIGHUP, signal.SIGINT, signal.SIGPIPE, signal.SIGUSR1)


@pytest.fixture
def ignoring_signals():
    before = {number: signal.signal(number, signal.SIG_IGN) for number in IGNORED}
    yield
    for number, was in before.items():
        signal.signal(number, was)


@pytest.mark.usefixtures("ignoring_signals")
def test_signals_that_we_ignore_are_not_ignored_by_tasks(rig):
    rig.run("\n".join(f"bash -c 'kill -{n.value} $$; exit 9'; echo =$?" for n in IGNORED))
    said = [line for line in rig.log().decode().split() if line.startswith("=")]
    assert said == [f"={128 + n}" for n in IGNORED]


def test_stop_is_int_first(rig):
    rig.start("trap 'echo interrupted; exit 33' INT; echo x > up; while :; do sleep 0.05; done")
    rig.until_written("up")
    rig.backend.stop("T001", 1, 20)
    assert rig.ended(within_s=5).status == 33
    assert b"interrupted" in rig.log()


def test_who_ignores_int_and_term_is_killed_within_the_grace(rig):
    rig.start("trap '' INT TERM HUP; echo $$ > pid; while :; do sleep 0.1; done")
    pid = int(rig.until_written("pid"))
    began = time.monotonic()
    rig.backend.stop("T001", 1, 1.0)
    ended = rig.ended()
    assert ended.status == 137
    assert 0.9 < time.monotonic() - began < 3
    assert not lives(pid)


def test_a_stopped_process_hears_the_first_signal(rig):
    rig.start("echo $$ > pid; kill -STOP $$; sleep 300")
    pid = int(rig.until_written("pid"))
    rig.backend.stop("T001", 1, 60)
    assert rig.ended(within_s=10).status == 130
    assert not lives(pid)


def test_stop_of_a_body_that_has_just_stopped_its_outer_shell(rig):
    rig.start("kill -STOP $PPID; echo x > up; sleep 300")
    rig.until_written("up")
    rig.backend.stop("T001", 1, 20)
    assert rig.ended(within_s=5).status == 130


def test_stop_never_costs_the_status(rig):
    """The outer shell's own commands are in the task's session too."""
    for i in range(20):
        task = f"T{i:03}"
        rig.start(f"echo x > up{i}; sleep 300", task)
        rig.until_written(f"up{i}")
        rig.backend.stop(task, 1, 5)
        assert rig.ended(task).status == 130


def test_a_body_without_the_marker_is_stopped(rig):
    rig.start("exec env -i /bin/sh -c 'echo $$ > pid; sleep 300'")
    pid = int(rig.until_written("pid"))
    rig.backend.stop("T001", 1, 5)
    assert rig.ended().status == 130
    assert not lives(pid)


def test_stop_right_after_start_ends_it_all_the_same(rig):
    rig.start("sleep 300")
    rig.backend.stop("T001", 1, 1)
    ended = rig.ended()
    assert ended.status != 0


def test_stop_of_what_is_not_there_is_no_error(rig):
    rig.backend.stop("T009", 3, 1)
    rig.run("true")
    rig.backend.stop("T001", 1, 1)


@pytest.mark.parametrize(
    "name",
    [
        "with space",
        "#(touch executed)",
        "a#[b]#{c}##d",
        "100%H%d",
        'it\'s "quoted"',
        "$(touch executed)`touch executed`",
        "semi;",
        "日本語 🚀",
        "long-" + "x" * 120,
        "back\\slash\\n",
    ],
)
def test_a_folder_of_any_name(rig, name):
    rig.base = rig.base / name
    rig.base.mkdir()
    ended = rig.run("echo here; pwd > cwd")
    assert (ended.status, ended.lost, ended.log_lines) == (0, "", 1)
    assert (rig.base / "cwd").read_text() == f"{rig.base}\n"
    assert not list(rig.base.parent.rglob("executed"))


def test_an_attempt_that_cannot_be_started_is_lost(rig):
    (rig.base / "tasks").write_text("a file where the folder belongs")
    ended = rig.run("true")
    assert ended.status is None
    assert "could not be started" in ended.lost
    assert not [e for e in rig.events if isinstance(e, AttemptStarted)]


def test_a_directory_that_is_gone(rig):
    ended = rig.run("true", cwd=rig.base / "nowhere")
    assert ended.status == 125
    assert b"nowhere" in rig.log()


def test_poll_returns_at_once_when_woken(rig):
    rig.start("sleep 30")
    rig.pid()
    reader, writer = os.pipe()
    os.write(writer, b"x")
    began = time.monotonic()
    assert rig.backend.poll(10, (reader,)) == ()
    assert time.monotonic() - began < 1
    os.close(reader)
    os.close(writer)


def test_poll_waits_no_longer_than_it_may(rig):
    rig.start("while :; do echo x; sleep 0.01; done")
    rig.pid()
    began = time.monotonic()
    assert rig.backend.poll(0.3, ()) == ()
    assert 0.25 < time.monotonic() - began < 1


def test_a_flood_is_whole(rig):
    ended = rig.run("yes 0123456789012345678901234567890123456789 | head -n 200000; exit 2")
    assert (ended.status, ended.log_lines) == (2, 200_000)


@pytest.fixture
def small_disk(tmp_path):
    """A disk of 256 kB. Where it may not be mounted, there is nothing to see."""
    where = tmp_path / "disk"
    where.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=256k", "none", str(where)]
    done = subprocess.run(mount, capture_output=True, check=False)
    if done.returncode:
        pytest.skip(f"may not mount: {done.stderr.decode()}")
    yield where
    subprocess.run(["umount", "-l", str(where)], check=True)


def test_a_full_disk_is_lost_and_the_task_goes_on(rig, small_disk, tmp_path):
    rig.base = small_disk
    ended = rig.run(f"yes 0123456789 | head -n 100000; echo on > {tmp_path}/went_on")
    assert ended.status is None
    assert "disk full" in ended.lost
    assert (tmp_path / "went_on").exists()


def test_a_log_that_could_not_be_written_is_lost_though_the_status_is_there(pty_rig):
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, hard))
    try:
        ended = pty_rig.run("yes 0123456789 | head -n 10000")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert ended.lost == "log incomplete: File too large"
    assert (pty_rig.base / "tasks/T001/1/status").read_text() == "0\n"
    assert len(pty_rig.log()) == 20_000


def test_a_start_on_a_full_disk_is_lost(rig, small_disk):
    rig.base = small_disk
    with contextlib.suppress(OSError), (small_disk / "fill").open("wb", buffering=0) as file:
        while True:
            file.write(bytes(4096))
    ended = rig.run("true")
    assert ended.status is None
    assert "the disk is full" in ended.lost


def test_too_many_open_files_is_lost(rig):
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    os.close(first_free := os.dup(0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (first_free, hard))
    try:
        ended = rig.run("true")
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    assert ended.status is None
    assert "could not be started" in ended.lost


def test_the_real_script_reports_its_steps(rig):
    plan = parse(
        b"# Plan\n\n## TASK 001: One\n\n```bash\ntrue\nfalse | true\nexit 3\n```\n", "p.md"
    )
    [task] = plan.tasks
    statements, _ = steps(task, "p.md")
    nonce = "0123456789abcdef"
    text = script(statements, nonce, "bash")
    ended = rig.run(text, nonce=nonce, step_lines=tuple(s.line for s in statements))
    seen = [(e.step, e.status) for e in rig.events if isinstance(e, StepEnded)]
    assert (ended.status, seen) == (3, [(1, 0), (2, 0)])
