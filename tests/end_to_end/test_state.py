"""What a run leaves behind, and who may die meanwhile."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from pathlib import Path
from typing import Any

import psutil
import pytest
from e2e import PROGRAM, Site, by_id, lives, number_in, plan, task, until, verdicts

HELD = plan(
    task(1, "echo $$ >up\nuntil [ -e go ]; do sleep 0.02; done\necho went", impact="High"),
    task(2, "echo 'FAIL: two'"),
    task(3, "touch three", needs="T001"),
)


def held(site: Site, *args: str) -> str:
    """Launch the plan whose first task waits for the file `go`; what the launch says."""
    site.write(HELD)
    ran = site.launch("plan.md", *args)
    assert ran.code == 0, ran
    until((site.folder / "up").exists)
    until(lambda: any(event["task"] == "T002" for event in site.events("judged")))
    return ran.err


def test_launch_returns_while_its_tasks_go_on(each_site: Site) -> None:
    held(each_site)
    seen = each_site.status()
    assert (seen["run"]["state"], seen["run"]["verdict"]) == ("running", None)
    assert [one["state"] for one in seen["tasks"]][::2] == ["running", "waiting"]
    assert each_site.run("collect").code == 3
    supervisor = each_site.supervisor
    assert os.getsid(supervisor.pid) != os.getsid(0)
    assert supervisor.terminal() is None
    (each_site.folder / "go").touch()
    until(lambda: each_site.status()["run"]["verdict"] == "GO")
    assert (each_site.folder / "three").exists()


def test_a_launch_holds_no_pipe_of_its_caller_open(each_site: Site) -> None:
    """`x=$(tmuxplan launch …)` must come back although the run goes on."""
    each_site.write(HELD)
    done = subprocess.run(
        [*PROGRAM, "launch", "plan.md", "--backend", each_site.backend],
        cwd=each_site.folder,
        env=each_site.env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=20,
        check=False,
    )
    assert done.returncode == 0
    until((each_site.folder / "up").exists)
    assert each_site.status()["run"]["state"] == "running"


READING = (
    (["status"], 0, "its supervisor is gone"),
    (["logs", "T002"], 0, "FAIL: two"),
    (["explain", "T002"], 0, "FAIL: two"),
    (["explain", "T003"], 0, "T001"),
    (["collect"], 3, "T002"),
    (["runs"], 0, "dead"),
)


def test_every_reading_command_works_when_the_supervisor_is_dead(each_site: Site) -> None:
    held(each_site)
    supervisor = each_site.supervisor
    supervisor.send_signal(signal.SIGKILL)
    until(lambda: not lives(supervisor.pid))
    assert each_site.status()["run"]["state"] == "dead"
    assert by_id(each_site.collected())["T002"]["verdict"] == "failed"
    for command, code, said in READING:
        ran = each_site.run(*command)
        assert ran.code == code, (command, ran)
        assert said in ran.out, (command, ran)


def test_a_run_whose_supervisor_died_can_be_stopped(each_site: Site) -> None:
    held(each_site)
    shell = number_in(each_site.folder / "up")
    each_site.supervisor.send_signal(signal.SIGKILL)
    until(lambda: each_site.status()["run"]["state"] == "dead")
    ran = each_site.run("stop", "--reason", "enough")
    assert ran.code == 0, ran
    until(lambda: not lives(shell))
    seen = by_id(each_site.status())
    assert [seen[one]["verdict"] for one in ("T001", "T003")] == ["lost", "blocked"]
    assert each_site.run("collect").code == 1
    again = each_site.run("stop")
    assert (again.code, "nothing to stop" in again.err) == (2, True)


def test_wait_says_that_the_supervisor_is_gone(site: Site) -> None:
    site.write(HELD)
    waiting = site.start("launch", "plan.md", "--wait", "--backend", "pty")
    assert waiting.stdout is not None
    while "running" not in (line := waiting.stdout.readline()):
        assert line
    site.supervisor.send_signal(signal.SIGKILL)
    out, err = waiting.communicate(timeout=20)
    assert (waiting.returncode, "Traceback" in out + err) == (3, False)
    assert "lost its supervisor" in err


def test_tasks_in_tmux_outlive_their_supervisor(each_site: Site) -> None:
    """On the pty backend the terminal goes with it: then they are hung up."""
    held(each_site)
    shell = number_in(each_site.folder / "up")
    each_site.supervisor.send_signal(signal.SIGKILL)
    if each_site.backend == "pty":
        until(lambda: not lives(shell))
        return
    (each_site.folder / "go").touch()
    log = each_site.runs[-1] / "tasks/T001/1/log"
    until(lambda: "went" in log.read_text())
    assert "went" in each_site.run("logs", "T001").out


@pytest.mark.tmux
def test_every_reading_command_works_when_tmux_is_gone(tmux_site: Site) -> None:
    report = tmux_site.go(plan(task(1, "echo 'FAIL: one'"), task(2, "true")), code=0)
    tmux_site.tmux("kill-server")
    nowhere = {"PATH": str(tmux_site.folder)}
    for command in (["status"], ["logs", "T001"], ["explain", "T001"], ["collect"], ["runs"]):
        assert tmux_site.run(*command, env=nowhere).code == 0, command
    assert tmux_site.collected() == report


def _tear(site: Site, keep: int) -> Path:
    journal = site.runs[-1] / "events.jsonl"
    whole = journal.read_bytes()
    journal.write_bytes(whole[: whole.rstrip(b"\n").rfind(b"\n") + 1 + keep])
    return journal


@pytest.mark.parametrize("keep", [0, 1, 25])
def test_a_journal_with_a_torn_last_line_reads(site: Site, keep: int) -> None:
    site.go(plan(task(1, "echo 'FAIL: one'"), task(2, "true")), code=0)
    journal = _tear(site, keep)
    torn = journal.read_bytes()
    seen = site.status()
    assert seen["run"]["state"] == "dead"  # its last word was that it had ended
    assert verdicts(seen) == {"T001": "failed", "T002": "passed"}
    ran = site.run("collect")
    assert ran.code == 3
    for command in (["status"], ["logs", "T001"], ["explain", "T001"], ["runs"]):
        assert site.run(*command).code == 0, command
    if keep:
        assert "a torn last line was left out" in site.run("status").err
    assert journal.read_bytes() == torn  # readers change nothing


def test_an_empty_journal_reads(site: Site) -> None:
    site.go(plan(task(1, "true")), code=0)
    (site.runs[-1] / "events.jsonl").write_bytes(b"")
    for command in (["status"], ["status", "--json"], ["collect"], ["runs"], ["explain", "T001"]):
        assert site.run(*command).code in (0, 3), command


def test_the_journal_is_on_disk_before_what_it_says_is_used(each_site: Site) -> None:
    held(each_site)
    kinds = [event["event"] for event in map(json.loads, _lines(each_site))]
    assert kinds[:2] == ["run_started", "supervisor_started"]
    starting = kinds.index("attempt_starting")
    assert starting < kinds.index("attempt_started")
    assert (each_site.runs[-1] / "events.jsonl").stat().st_mode & 0o777 == 0o600


def _lines(site: Site) -> list[str]:
    return (site.runs[-1] / "events.jsonl").read_text().splitlines()


def _ended(site: Site, run: str) -> dict[str, Any]:
    found: dict[str, Any] = site.status("--run", run)
    return found if found["run"]["state"] == "ended" else {}


def test_two_launches_of_one_plan_do_not_disturb_each_other(each_site: Site) -> None:
    commands = (
        'echo "$WHO begins"\ntouch "up-$WHO"\n'
        'until [ -e up-ann ] && [ -e up-bob ]; do sleep 0.02; done\n[ "$WHO" = ann ]'
    )
    each_site.write(plan(task(1, commands, impact="High")))
    both = [
        each_site.start(
            "launch", "plan.md", "--wait", "--backend", each_site.backend, env={"WHO": who}
        )
        for who in ("ann", "bob")
    ]
    codes = [(each.communicate(timeout=40), each.returncode)[1] for each in both]
    assert codes == [0, 1]
    assert len(each_site.runs) == 2
    found = {
        run.name: each_site.run("logs", "T001", "--run", run.name).out for run in each_site.runs
    }
    assert sorted(text.count("begins") for text in found.values()) == [2, 2]  # typed and printed
    verdict = {run: _ended(each_site, run)["run"]["verdict"] for run in found}
    for run, text in found.items():
        assert verdict[run] == ("GO" if "ann begins" in text else "NO GO")


def test_where_several_are_live_the_one_to_act_on_is_to_be_named(site: Site) -> None:
    assert "live here as well" not in held(site)
    first = site.runs[0].name
    assert f"live here as well: {first}; name one with --run" in held(site)
    ran = site.run("stop")
    assert ran.code == 2
    assert "several runs are live" in ran.err
    for run in site.runs:
        assert run.name in ran.err
    assert site.run("stop", "--run", site.runs[0].name[-4:]).code == 0
    states = [site.status("--run", run.name)["run"]["state"] for run in site.runs]
    assert states == ["ended", "running"]


def test_runs_are_found_from_directories_below(site: Site) -> None:
    site.go(plan(task(1, "true")), code=0)
    below = site.folder / "a" / "b"
    below.mkdir(parents=True)
    ran = site.run("status", "--json", cwd=below)
    assert json.loads(ran.out)["run"]["id"] == site.runs[-1].name


def test_the_folder_is_private_and_ignores_itself_in_git(site: Site) -> None:
    site.go(plan(task(1, "true")), code=0)
    root = site.folder / ".tmuxplan"
    assert root.stat().st_mode & 0o777 == 0o700
    assert (root / ".gitignore").read_text() == "*\n"
    open_to_others = [
        path
        for path in root.rglob("*")
        if path.name != ".gitignore" and path.stat().st_mode & 0o077
    ]
    assert open_to_others == []


def test_what_was_launched_is_frozen(each_site: Site) -> None:
    held(each_site)
    each_site.write("# Another plan\n")
    (each_site.folder / "go").touch()
    until(lambda: each_site.status()["run"]["verdict"] == "GO")
    assert (each_site.runs[-1] / "plan.md").read_text() == HELD
    assert each_site.run("explain", "T002").code == 0


def test_a_supervisor_that_is_told_to_end_stops_the_run(each_site: Site) -> None:
    held(each_site)
    shell = number_in(each_site.folder / "up")
    supervisor: psutil.Process = each_site.supervisor
    supervisor.terminate()
    until(lambda: each_site.status()["run"]["state"] == "ended")
    assert not lives(shell)
    assert verdicts(each_site.status())["T001"] == "halted"
    assert each_site.run("collect").code == 1


def test_logs_follow_until_the_task_has_ended(each_site: Site) -> None:
    held(each_site)
    following = each_site.start("logs", "T001", "--follow")
    assert following.stdout is not None
    (each_site.folder / "go").touch()
    out, err = following.communicate(timeout=20)
    assert (following.returncode, err) == (0, "")
    assert "went" in out


def test_control_sequences_never_reach_the_readers_terminal(site: Site) -> None:
    commands = "printf 'FAIL: \\033]0;owned\\007\\033[2Jgone\\033[31m red\\n'"
    site.go(plan(task(1, commands, title="A \x1b]0;title\x07 case")), code=0)
    for command in (["status"], ["explain", "T001"], ["collect"], ["collect", "-f", "json"]):
        out = site.run(*command).out
        assert "\x1b" not in out, command
        assert "\\u001b" not in out, command
