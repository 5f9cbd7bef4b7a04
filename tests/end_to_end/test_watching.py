"""`--wait`, `status --watch` and `status --line` as people and CI use them."""

from __future__ import annotations

import os
import re
import signal
import subprocess

import pexpect
import pytest
from e2e import PROGRAM, Site, by_id, plan, task, until

HELD = plan(
    task(1, "touch up\nuntil [ -e go ]; do sleep 0.02; done", title="Build"),
    task(2, "echo noise; ls not-here", title="Look", impact="High"),
    task(3, "true", needs="T001", title="Ship"),
)


def terminal(site: Site, *args: str, **env: str) -> pexpect.spawn:
    found = pexpect.spawn(
        PROGRAM[0],
        [*PROGRAM[1:], *args],
        cwd=str(site.folder),
        env={**site.env, **env},  # type: ignore[arg-type]
        encoding="utf-8",
        dimensions=(30, 100),
        timeout=20,
    )
    found.delayafterclose = found.ptyproc.delayafterclose = 0
    return found


def running(site: Site) -> None:
    """Launch the plan that waits for `go`, until its second task has failed."""
    site.write(HELD)
    assert site.launch().code == 0
    until(lambda: (site.folder / "up").exists() and site.events("judged"))


# --- launch --wait ---------------------------------------------------------------------------


def test_at_a_terminal_a_table_is_drawn_and_the_last_one_stays(site: Site) -> None:
    site.write(HELD)
    launched = terminal(site, "launch", "plan.md", "--wait", "--yes", "--backend", "pty")
    launched.expect("T002 FAILED")
    launched.expect("1 of 3 done · 1 failed · 1 running")
    launched.expect("Ctrl-C leaves, and the run goes on; twice stops it")
    (site.folder / "go").touch()
    launched.expect("3 tasks: 2 passed, 1 failed; NO GO: T002 decided")
    launched.expect("T002 Look: how its log ends")
    launched.expect("Why:")
    launched.expect("NO GO: T002 decided; report: tmuxplan collect")
    launched.expect(pexpect.EOF)
    assert launched.wait() == 1


def test_ctrl_c_twice_stops_the_run(site: Site) -> None:
    site.write(HELD)
    launched = terminal(site, "launch", "plan.md", "--wait", "--yes", "--backend", "pty")
    until((site.folder / "up").exists)
    launched.expect("twice stops it")
    launched.sendintr()
    launched.expect("tmuxplan stop, or Ctrl-C again within 2 seconds")
    launched.sendintr()
    launched.expect("Ctrl-C twice: stopping the run")
    launched.expect(pexpect.EOF)
    assert launched.wait() == 1
    assert site.status()["run"]["stopping"] == "Ctrl-C twice"
    assert by_id(site.status())["T003"]["verdict"] == "halted"


def test_a_terminal_that_can_not_draw_gets_lines(site: Site) -> None:
    site.write(plan(task(1, "true")))
    launched = terminal(site, "launch", "plan.md", "--wait", "--yes", TERM="dumb")
    launched.expect("0:00:00 T001 running: A case\r\n")
    launched.expect(pexpect.EOF)
    assert "\x1b" not in (launched.before or "")


def test_a_closed_pipe_leaves_the_run_alone(site: Site) -> None:
    site.write(HELD)
    command = [*PROGRAM, "launch", "plan.md", "--wait", "--backend", "pty"]
    reader, writer = os.pipe()
    waiting = subprocess.Popen(
        command,
        cwd=site.folder,
        env=site.env,
        stdin=subprocess.DEVNULL,
        stdout=writer,
        stderr=subprocess.PIPE,
        text=True,
    )
    os.close(writer)
    assert os.read(reader, 1)
    os.close(reader)
    until(lambda: (site.folder / "up").exists() and site.events("judged"))
    (site.folder / "go").touch()
    _, said = waiting.communicate(timeout=30)
    assert waiting.returncode == 141
    assert f"nobody reads this any more; run {site.runs[-1].name} goes on" in said
    assert "Traceback" not in said
    until(lambda: site.events("run_ended"))
    assert by_id(site.collected())["T003"]["verdict"] == "passed"


def test_in_github_the_ends_of_logs_are_folded(site: Site) -> None:
    body = 'echo "::error::pwned"; echo "##[error]x"; ls not-here'
    site.write(plan(task(1, body, title="Break ##[it]", impact="High")))
    ran = site.launch("plan.md", "--wait", env={"GITHUB_ACTIONS": "true"})
    commands = [line for line in ran.out.splitlines() if line.lstrip().startswith("::")]
    assert len(commands) == 2
    assert commands[0].startswith("::group::T001 Break ## [it]: how its log ends")
    assert commands[1] == "::endgroup::"
    assert "##[" not in ran.out
    plain = site.launch("plan.md", "--wait")
    assert "::group::" not in plain.out
    assert "T001 Break ##[it]: how its log ends" in plain.out


# --- status --watch --------------------------------------------------------------------------


def test_status_watch_ends_with_the_run(site: Site) -> None:
    running(site)
    watching = terminal(site, "status", "--watch")
    watching.expect("1 of 3 done · 1 failed · 1 running")
    (site.folder / "go").touch()
    watching.expect("NO GO: T002 decided")
    watching.expect(pexpect.EOF)
    assert watching.wait() == 0
    again = site.run("status", "--watch")
    assert "NO GO: T002 decided" in again.out


def test_leaving_status_watch_changes_nothing(site: Site) -> None:
    running(site)
    watching = terminal(site, "status", "--watch")
    watching.expect("Ctrl-C leaves")
    watching.sendintr()
    watching.expect(pexpect.EOF)
    assert watching.wait() == 0
    assert site.status()["run"]["state"] == "running"


def test_in_a_pipe_it_is_a_line_for_each_change(site: Site) -> None:
    running(site)
    with site.start("status", "--watch") as watching:
        assert watching.stdout is not None
        first = watching.stdout.readline()
        assert first.startswith("0:00:00 run ")
        (site.folder / "go").touch()
        out = watching.stdout.read()  # `communicate` loses what was read with the first line
    assert watching.returncode == 0
    assert re.search(r"^0:00:\d\d T002 FAILED", out, re.MULTILINE)
    assert re.search(r"^0:00:\d\d T003 passed", out, re.MULTILINE)
    assert "NO GO: T002 decided" in out.splitlines()[-1]


# --- status --line ---------------------------------------------------------------------------


def line(site: Site, *more: str) -> str:
    ran = site.run("status", "--line", *more)
    assert (ran.code, ran.err) == (0, "")
    return ran.out


def test_the_line_says_how_far_it_is_and_what_it_needs(site: Site) -> None:
    assert line(site) == ""
    running(site)
    assert line(site) == "1/3 ✗1\n"
    site.run("pause")
    assert line(site) == "1/3 ✗1 paused\n"
    site.run("unpause")
    (site.folder / "go").touch()
    until(lambda: site.events("run_ended"))
    assert line(site) == "3/3 ✗1 NO GO\n"
    assert line(site, "--run", site.runs[-1].name) == "3/3 ✗1 NO GO\n"
    assert site.run("status", "--line", "--run", "nope").code == 2


def test_the_line_has_the_question_and_knows_a_dead_run(site: Site) -> None:
    asks = 'read -p "Deploy $MY_TOKEN? " x </dev/tty'
    site.write(plan(task(1, asks)))
    assert site.launch(env={"MY_TOKEN": "abcdef123456"}).code == 0
    until(lambda: site.events("input_awaited"))
    assert line(site) == "0/1 ❯T001 Deploy ***?\n"
    site.supervisor.send_signal(signal.SIGKILL)
    until(lambda: line(site) == "0/1 dead\n")


@pytest.mark.parametrize(
    "pair", [("--line", "--json"), ("--watch", "--json"), ("--line", "--watch")]
)
def test_forms_exclude_each_other(site: Site, pair: tuple[str, str]) -> None:
    ran = site.run("status", *pair)
    assert ran.code == 2
    assert "exclude each other" in ran.err


# --- A session and its journal ---------------------------------------------------------------


@pytest.mark.tmux
def test_a_supervisor_killed_as_it_makes_its_session_leaves_nothing_unknown(
    tmux_site: Site,
) -> None:
    """By a tmux that kills whoever asks for the session, once that is there."""
    tmux_site.write(plan(task(1, "echo x >>ran")))
    real = subprocess.run(["which", "tmux"], capture_output=True, text=True, check=True)
    kills = f'{real.stdout.strip()} "$@"; case "$*" in *new-session*) kill -9 $PPID;; esac\n'
    fake = tmux_site.write(f"#!/bin/sh\n{kills}", "bin/tmux")
    fake.chmod(0o700)
    path = f"{fake.parent}:{tmux_site.env['PATH']}"
    ran = tmux_site.launch(env={"PATH": path})
    assert ran.code == 3
    assert "the supervisor died at its start" in ran.err
    session = tmux_site.tmux("list-sessions", "-F", "#{session_name}")
    assert tmux_site.status()["run"]["state"] == "dead"
    ran = tmux_site.run("resume", "--wait")
    assert ran.code == 0, ran
    assert (tmux_site.folder / "ran").read_text() == "x\n"
    assert tmux_site.tmux("list-sessions", "-F", "#{session_name}") == session


def test_where_to_look_is_said_by_backend(each_site: Site) -> None:
    each_site.write(plan(task(1, "true")))
    said = each_site.launch().err
    assert ("tmuxplan attach" in said) == (each_site.backend == "tmux")
    until(lambda: each_site.events("run_ended"))
    said = each_site.run("resume", "--all").err
    assert "look: " in said
    assert ("tmuxplan attach" in said) == (each_site.backend == "tmux")


@pytest.mark.tmux
def test_a_session_that_can_not_be_made_leaves_no_run(tmux_site: Site) -> None:
    tmux_site.write(plan(task(1, "true")))
    refuses = 'case "$*" in *new-session*) echo no room >&2; exit 1;; esac; exec'
    real = subprocess.run(["which", "tmux"], capture_output=True, text=True, check=True)
    fake = tmux_site.write(f'#!/bin/sh\n{refuses} {real.stdout.strip()} "$@"\n', "bin/tmux")
    fake.chmod(0o700)
    ran = tmux_site.launch(env={"PATH": f"{fake.parent}:{tmux_site.env['PATH']}"})
    assert ran.code == 3
    assert "no room" in ran.err
    assert not [run for run in tmux_site.runs if (run / "events.jsonl").exists()]
