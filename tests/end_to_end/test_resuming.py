"""`tmuxplan resume`: what lives is adopted, what passed is kept, everything else runs."""

from __future__ import annotations

import signal

import pytest
from e2e import Site, by_id, lives, number_in, plan, task, until, verdicts

LONG = plan(
    task(1, "echo one >>one; echo 'step one'", impact="High"),
    task(
        2,
        "echo two >>two\necho $$ >shell\nuntil [ -e go ]; do sleep 0.02; done\necho went",
        needs="TASK 001",
        impact="High",
    ),
    task(3, "echo three >>three", needs="TASK 002", impact="High"),
)


def died(site: Site) -> int:
    """Launch, and kill the supervisor when task 2 runs; that task's process."""
    site.write(LONG)
    assert site.launch().code == 0
    shell = number_in(site.folder / "shell")
    until(lambda: site.events("attempt_started")[1:])
    supervisor = site.supervisor
    supervisor.send_signal(signal.SIGKILL)
    until(lambda: not lives(supervisor.pid))
    return shell


def ran(site: Site) -> list[int]:
    """How often each task of LONG has run."""
    files = [site.folder / name for name in ("one", "two", "three")]
    return [len(file.read_text().splitlines()) if file.exists() else 0 for file in files]


@pytest.mark.tmux
def test_what_lives_is_adopted_and_nothing_runs_twice(tmux_site: Site) -> None:
    shell = died(tmux_site)
    sessions = tmux_site.tmux("list-sessions", "-F", "#{session_id} #{session_name}")
    done = tmux_site.run("resume")
    assert (done.code, lives(shell)) == (0, True), done
    assert tmux_site.status()["run"]["state"] == "running"
    (tmux_site.folder / "go").touch()
    until(lambda: tmux_site.status()["run"]["verdict"] == "GO")
    assert ran(tmux_site) == [1, 1, 1]
    two = by_id(tmux_site.collected())["T002"]
    assert [attempt["n"] for attempt in two["attempts"]] == [1]
    assert [step["status"] for step in two["attempts"][0]["steps"]] == [0, 0, 0, 0]
    assert tmux_site.tmux("list-sessions", "-F", "#{session_id} #{session_name}") == sessions


@pytest.mark.tmux
def test_a_result_of_the_time_without_a_supervisor_is_kept(tmux_site: Site) -> None:
    shell = died(tmux_site)
    (tmux_site.folder / "go").touch()
    until(lambda: not lives(shell))
    assert tmux_site.run("resume", "--wait").code == 0
    assert ran(tmux_site) == [1, 1, 1]
    assert "went" in tmux_site.run("logs", "T002").out


def test_what_died_with_its_terminal_runs_again(site: Site) -> None:
    shell = died(site)
    until(lambda: not lives(shell))
    (site.folder / "go").touch()
    assert site.run("resume", "--wait").code == 0
    assert ran(site) == [1, 2, 1]
    two = by_id(site.collected())["T002"]
    assert [attempt["n"] for attempt in two["attempts"]] == [1, 2]
    assert two["verdict"] == "passed"


@pytest.mark.tmux
def test_windows_are_opened_anew_when_tmux_died_too(tmux_site: Site) -> None:
    died(tmux_site)
    tmux_site.tmux("kill-server")
    (tmux_site.folder / "go").touch()
    assert tmux_site.run("resume", "--wait").code == 0
    assert ran(tmux_site) == [1, 2, 1]
    assert "T003" in tmux_site.tmux("list-windows", "-a", "-F", "#{window_name}")


def test_a_run_that_ended_goes_on_with_what_did_not_pass(each_site: Site) -> None:
    text = plan(
        task(1, "echo one >>one", impact="High"),
        task(2, "[ -e mended ]", needs="TASK 001", impact="High"),
        task(3, "true", needs="TASK 002", impact="High"),
    )
    report = each_site.go(text, code=1)
    assert verdicts(report) == {"T001": "passed", "T002": "failed", "T003": "blocked"}
    (each_site.folder / "mended").touch()
    assert each_site.run("resume", "--wait").code == 0
    assert set(verdicts(each_site.collected()).values()) == {"passed"}
    assert (each_site.folder / "one").read_text() == "one\n"


def test_a_live_run_is_not_resumed(site: Site) -> None:
    site.write(LONG)
    assert site.launch().code == 0
    number_in(site.folder / "shell")
    refused = site.run("resume")
    assert (refused.code, "is live" in refused.err) == (2, True)
    assert site.run("stop").code == 0
