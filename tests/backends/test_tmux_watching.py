"""What people see in a session and can do there with keys: real tmux, real terminals."""

from __future__ import annotations

import os
import re
import shutil
import time
from pathlib import Path

import msgspec
import pexpect
import psutil
import pytest

from tmuxplan.backends.tmux.client import Client
from tmuxplan.backends.tmux.shells import end_shells
from tmuxplan.run.backend import Progress, RunInfo, Window

NUMBERS = Progress(ended=3, total=10, failed=1, running=2)
SECRET = "hunter2-and-more"
ODD = "a\"b'c $(touch executed) #{y} #(touch executed) é\n2\ttab \udc80 \\x41 %s;"


def until(wanted, within_s=10):
    end = time.monotonic() + within_s
    while time.monotonic() < end:
        if found := wanted():
            return found
        time.sleep(0.02)
    return None


class Looking:
    """A client on a terminal of its own, and all that it was sent."""

    def __init__(self, rig, task=None, columns=160):
        argv = rig.backend.attach_command(task)
        env = {k: v for k, v in os.environ.items() if k not in ("COLUMNS", "LINES")}
        self.client = pexpect.spawn(
            argv[0],
            list(argv[1:]),
            dimensions=(30, columns),
            timeout=10,
            env={**env, "TERM": "xterm-256color"},
            encoding="utf-8",
        )
        self.client.delayafterclose = self.client.ptyproc.delayafterclose = 0

    def sees(self, words):
        self.client.expect_exact(words)

    def types(self, keys):
        self.client.send(keys)

    def leave(self):
        self.client.close(force=True)


@pytest.fixture
def watched(tmux_rig):
    """An open session whose progress the test says; `look` opens a terminal."""
    said = {"now": NUMBERS, "asked": 0}

    def progress():
        said["asked"] += 1
        return said["now"]

    def opened(*windows, **more):
        info = RunInfo(
            "r1", tmux_rig.base, tmux_rig.session, tmux_rig.base, progress=progress, **more
        )
        tmux_rig.backend.open(info, windows)
        return tmux_rig

    looking = []

    def look(task=None, columns=160):
        looking.append(Looking(tmux_rig, task, columns))
        return looking[-1]

    opened.said, opened.look, opened.rig = said, look, tmux_rig
    yield opened
    for each in looking:
        each.leave()


def option(rig, name):
    return "\n".join(Client().run(("show-options", "-qv", "-t", f"={rig.session}:", name)))


def polled(rig, seconds=0.0):
    """As the loop does, until tmux has answered all that it was asked."""
    rig.events += rig.backend.poll(seconds, ())
    end = time.monotonic() + 10
    while rig.backend._client.fds():
        assert time.monotonic() < end
        rig.events += rig.backend.poll(0.02, ())


def leave(rig):
    """Its supervisor ends; the rig does not close it again."""
    rig.backend.close()
    rig.backend.close = lambda: None


ONE = Window("T001", "One", "")
TWO = Window("T002", "Two", "")


def test_the_status_line_has_the_numbers_the_time_left_and_who_waits(watched):
    rig = watched(ONE, title="#(touch executed) plan")
    due = time.time() + 290
    watched.said["now"] = msgspec.structs.replace(
        NUMBERS, due=due, says="T001 asks: #(touch executed) #[fg=red]go? \x1b[31m"
    )
    polled(rig)
    assert until(lambda: option(rig, "@tmuxplan_says"))
    client = watched.look()
    client.sees("＃(touch executed) plan")
    client.sees("3/10")
    client.sees("✗1")
    client.sees("~5m left")
    client.sees("T001 asks: ＃(touch executed) ＃[fg=red]go? [31m")
    client.sees("Ctrl-b m: mission control  d: leave")
    assert not list(Path.cwd().glob("executed"))


def test_it_is_set_twice_a_second_at_most_and_the_last_word_is_not_lost(watched):
    rig = watched(ONE)
    for n in range(50):
        watched.said["now"] = Progress(ended=n, total=100)
        rig.backend.show("T001", "running", "")
        polled(rig)
    assert watched.said["asked"] <= 3
    polled(rig, 0.7)
    assert "49/100" in option(rig, "@tmuxplan_progress")
    asked = watched.said["asked"]
    polled(rig, 1.2)  # with no news it is asked once more at most
    assert watched.said["asked"] <= asked + 1


def test_who_waits_for_somebody_is_said_at_once(watched):
    rig = watched(ONE)
    polled(rig)
    watched.said["now"] = msgspec.structs.replace(NUMBERS, says="T001 asks: Deploy?")
    rig.backend.show("T001", "asking", "Deploy?")
    polled(rig)
    assert "T001 asks: Deploy?" in option(rig, "@tmuxplan_says")


def test_no_further_tmux_process_is_started_for_the_status_line(watched, tmp_path, monkeypatch):
    """Counted by a tmux on PATH that counts."""
    count, folder = tmp_path / "count", tmp_path / "bin"
    folder.mkdir()
    script = f"#!/bin/sh\necho x >> '{count}'\nexec '{shutil.which('tmux')}' \"$@\"\n"
    (folder / "tmux").write_text(script)
    (folder / "tmux").chmod(0o700)
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")
    rig = watched(ONE)
    polled(rig, 0.7)
    assert count.read_text()
    count.unlink()
    watched.said["now"] = Progress(ended=4, total=10)
    rig.backend.show("T001", "failed", "")
    polled(rig)
    assert not count.exists() or count.read_text() == "x\n"
    assert "4/10" in option(rig, "@tmuxplan_progress")


def test_who_looks_hears_of_failures_prompts_and_the_end(watched):
    rig = watched(ONE, TWO, Window("T003", "Three #(touch executed)", ""))
    client = watched.look("T002")
    client.sees("d: leave")
    rig.backend.show("T001", "failed", "")
    polled(rig)
    client.sees("\a\x1b]9;T001 failed: One\a")
    client.client.expect_exact("✗ T001 One", timeout=3)  # before the message hides it
    client.sees("T001 failed: One")
    rig.backend.show("T001", "waiting", "")  # to be retried: no news
    rig.backend.show("T003", "asking", "Go #(touch executed) on?")
    rig.backend.show("T002", "lost", "")
    polled(rig)
    client.sees("\a\x1b]9;T003 waits for input: Go #(touch executed) on?, T002 is lost: Two\a")
    rig.backend.show("T001", "failed", "")
    rig.backend.show("T001", "waiting", "")
    watched.said["now"] = msgspec.structs.replace(NUMBERS, over="NO GO: decided by T001")
    leave(rig)
    client.sees("\a\x1b]9;NO GO: decided by T001\a")
    assert "NO GO: decided by T001" in option(rig, "@tmuxplan_says")
    assert not list(Path.cwd().glob("executed"))


def failed(rig, body="exit 3", task="T001", **more):
    """Run a task that fails, and show that."""
    assert rig.run(body, task, **more).status
    rig.backend.show(task, "failed", "")
    polled(rig)


def test_a_window_of_a_finished_task_says_how_to_go_on(watched):
    rig = watched(ONE)
    failed(rig, "seq 100; echo the last line; false")
    client = watched.look("T001")
    client.sees("the last line")
    client.sees("[: scroll  R: retry  S: shell  d: leave")


def test_a_key_opens_a_shell_as_the_task_had_it(watched):
    rig = watched(ONE)
    place = rig.base / "a place's #(touch executed)"
    place.mkdir()
    env = {"MY_TOKEN": SECRET, "ODD": ODD, "TMUXPLAN_TASK": "T001"}
    failed(rig, env=env, cwd=place)
    client = watched.look("T001")
    client.sees("S: shell")
    client.types("\x02S")
    client.sees("What you do here changes no verdict")
    client.types('printf "%s" "$MY_TOKEN" >token; printf "%s" "$ODD" >odd; env >env; touch done\r')
    assert until((place / "done").exists)
    assert (place / "token").read_text() == SECRET
    assert (place / "odd").read_bytes() == ODD.encode("utf-8", "surrogateescape")
    names = {
        line.partition("=")[0] for line in (place / "env").read_text(errors="replace").split("\n")
    }
    assert {"TMUXPLAN_TASK", "TMUXPLAN_ATTEMPT", "TMUX_PANE"} <= names
    assert not {"HOME", "PS1"} & names  # the task had none either
    assert not list(Path.cwd().glob("executed"))
    client.types("\x04")
    panes = ("list-panes", "-t", f"={rig.session}:1", "-F", "x")
    assert until(lambda: Client().run(panes) == ["x"])


def test_a_secret_that_is_kept_for_a_shell_is_nowhere_on_disk(watched):
    rig = watched(ONE)
    failed(rig, env={"MY_TOKEN": SECRET})
    assert until(lambda: option_names(rig))
    places = [rig.base, Path(os.environ["TMUX_TMPDIR"])]
    files = [path for place in places for path in place.rglob("*") if path.is_file()]
    assert files
    wanted = (SECRET.encode(), SECRET.encode().hex().encode())
    assert not [path for path in files if any(word in path.read_bytes() for word in wanted)]
    watched.look().sees("d: leave")
    assert SECRET not in "\n".join(Client().run(("show-messages",)))


def option_names(rig):
    shown = Client().run(("show-options", "-t", f"={rig.session}:"))
    return [line.split()[0] for line in shown if line.startswith("@tmuxplan_env")]


def test_tasks_with_one_environment_share_what_is_kept(watched):
    rig = watched(ONE, TWO)
    for task in ("T001", "T002"):
        failed(rig, task=task, env={"TMUXPLAN_TASK": task, "SHARED": "x"})
    assert len(option_names(rig)) == 1


def test_nothing_is_kept_for_tasks_that_pass(watched):
    rig = watched(ONE)
    assert rig.run("true").status == 0
    rig.backend.show("T001", "passed", "")
    polled(rig)
    assert option_names(rig) == []


def test_a_shell_outlives_the_supervisor_and_ends_with_the_stop_of_its_run(watched):
    rig = watched(ONE)
    failed(rig)
    client = watched.look("T001")
    client.sees("S: shell")
    leave(rig)
    client.types("\x02S")
    client.sees("What you do here changes no verdict")
    client.types("sleep 1000 & echo $! >pid; sleep 999\r")
    assert until(lambda: (rig.base / "pid").exists() and (rig.base / "pid").read_text())
    pid = int((rig.base / "pid").read_text())
    assert end_shells(rig.session) == 1
    assert until(lambda: not psutil.pid_exists(pid))
    assert option_names(rig) == []
    client.types("\x02S")
    client.sees("is not kept any more")
    assert end_shells("no-such-session") == 0


def test_a_key_tries_the_task_again_once_somebody_agreed(watched, tmp_path):
    program = tmp_path / "it's #(odd)"
    program.write_text(
        '#!/bin/sh\nprintf "%s|" "$@" "$MY_TOKEN" "$PWD" >asked\necho "T001 is #(tried) again"\n'
    )
    program.chmod(0o700)
    rig = watched(ONE, program=("/usr/bin/env", str(program)))
    failed(rig, env={"MY_TOKEN": SECRET})
    client = watched.look("T001")
    client.sees("R: retry")
    client.types("\x02R")
    client.sees("retry T001? (y/n)")
    client.types("n")
    client.types("\x02R")
    client.sees("retry T001? (y/n)")
    assert not (rig.base / "asked").exists()
    client.types("y")
    client.sees("T001 is #(tried) again")
    assert (rig.base / "asked").read_text() == f"retry|T001|--run|r1|{SECRET}|{rig.base}|"


def test_keys_where_there_is_nothing_to_do_say_so(watched):
    rig = watched(ONE)
    client = watched.look()
    client.sees("d: leave")
    client.types("\x02R")
    client.sees("go to the window of a task first")
    client.types("\x02S")
    client.sees("a shell opens in the window of a task that failed")
    assert rig.run("true").status == 0
    Client().run(("select-window", "-t", f"={rig.session}:1"))
    client.types("\x02R")
    client.sees("retry T001? (y/n)")
    client.types("y")
    client.sees("T001 has not failed here; from a shell: tmuxplan retry T001")


def test_the_mouse_and_a_long_history_are_there(watched):
    rig = watched(ONE)
    assert Client().run(("show-options", "-gv", "mouse")) == ["on"]
    rig.run("seq 20000")
    shown = Client().run(("capture-pane", "-p", "-S", "-", "-t", f"={rig.session}:1"))
    assert re.search(r"^1$", "\n".join(shown), re.MULTILINE)
