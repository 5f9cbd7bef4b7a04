"""Tasks that do something to the files of the run that they are in."""

from __future__ import annotations

import contextlib
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from e2e import Site, end_process, lives, plan, task, until, verdicts

SOON_S = 8


@pytest.fixture
def watched() -> Iterator[list[int]]:
    """The supervisors of runs whose folder may be gone when the test is over."""
    pids: list[int] = []
    yield pids
    for pid in pids:
        end_process(pid)


@pytest.mark.parametrize("verb", ["explain", "logs"])
def test_a_log_that_is_a_pipe_keeps_nobody_waiting(site: Site, verb: str) -> None:
    site.write(plan(task(1, 'rm "${0%/*}/log"; mkfifo "${0%/*}/log"\nfalse')))
    site.launch()
    until(lambda: site.status()["run"]["state"] == "ended")
    site.run(verb, "T001", timeout_s=SOON_S)


def test_a_status_that_is_a_pipe_is_lost(each_site: Site) -> None:
    each_site.write(plan(task(1, 'mkfifo "${0%/*}/status"\nkill -9 $PPID\nsleep 0.1')))
    each_site.launch()
    until(lambda: each_site.status()["run"]["state"] == "ended", SOON_S)
    assert verdicts(each_site.collected()) == {"T001": "lost"}


DELETES = {"all of it": "rm -r .tmuxplan", "the journal": "rm .tmuxplan/runs/*/events.jsonl"}


@pytest.mark.parametrize("what", DELETES)
def test_nothing_starts_once_the_run_was_deleted(
    each_site: Site, watched: list[int], what: str
) -> None:
    """`git clean -fdx` does it. What nobody can read or stop must not go on, and is told."""
    commands = f"until [ -e go ]; do sleep 0.02; done; {DELETES[what]}; touch gone"
    tasks = (task(1, commands), task(2, "sleep 1"), task(3, "touch three", needs="TASK 002"))
    each_site.write(plan(*tasks))
    waiting = each_site.start("launch", "plan.md", "--backend", each_site.backend, "--wait")
    until(lambda: list(each_site.folder.glob(".tmuxplan/runs/*/tasks/T002/1/began")))
    watched.append(each_site.supervisor.pid)
    (each_site.folder / "go").touch()
    _, said = waiting.communicate(timeout=60)
    until(lambda: not lives(watched[0]), 40)
    assert not (each_site.folder / "three").exists()
    assert (waiting.returncode, "deleted" in said or "gone" in said) == (3, True), said


def test_a_folder_that_is_renamed_for_a_moment_is_no_lost_supervisor(site: Site) -> None:
    site.write(plan(task(1, "touch begun; until [ -e go ]; do sleep 0.02; done"), task(2, "true")))
    with site.start("launch", "plan.md", "--wait", "--jobs", "1", "--backend", "pty") as waiting:
        assert waiting.stdout is not None
        assert waiting.stderr is not None
        out = ""
        while "T001 running" not in out:  # it follows the run
            line = waiting.stdout.readline()
            assert line, out
            out += line
        until((site.folder / "begun").exists)  # and its shells have read what they need
        runs = site.folder / ".tmuxplan" / "runs"
        runs.rename(site.folder / "away")
        with contextlib.suppress(AssertionError):  # time enough to see that it is gone
            until(lambda: waiting.poll() is not None, 1)
        (site.folder / "away").rename(runs)
        (site.folder / "go").touch()
        out += waiting.stdout.read()
        said = waiting.stderr.read()
    assert waiting.returncode == 0, said
    assert out.count("T001 running") == 1, "each thing is told once"
    assert verdicts(site.collected()) == {"T001": "passed", "T002": "passed"}


def test_what_never_began_is_at_no_step(each_site: Site) -> None:
    commands = 'touch "${0%/tasks/*}/tasks/T002"'
    each_site.write(plan(task(1, commands), task(2, "echo two", needs="TASK 001")))
    each_site.launch("plan.md", "--wait")
    (attempt,) = each_site.collected()["tasks"][1]["attempts"]
    (lost,) = attempt["evidence"]
    assert lost["kind"] == "lost"
    assert "at step" not in lost["text"], lost
    assert "Errno" not in lost["text"], lost


LATIN = {"LC_ALL": "POSIX", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}


@pytest.mark.parametrize("env", [{}, LATIN], ids=["utf-8", "latin-1"])
def test_a_secret_of_the_command_line_is_not_shown_for_as_long_as_the_run_takes(
    each_site: Site, env: dict[str, str]
) -> None:
    """Everybody on the machine may read it there. The task alone has it, and by its name only."""
    commands = "env >all; touch begun; until [ -e go ]; do sleep 0.02; done"
    each_site.write(plan(task(1, commands)))
    words = ("--backend", each_site.backend, "--wait", "--set", "MY_PASSWORD=hunter2hunter2")
    waiting = each_site.start("launch", "plan.md", *words, env=env)
    until((each_site.folder / "begun").exists)
    seen = (*_family(psutil.Process(waiting.pid)), *_family(each_site.supervisor))
    assert not [line for one in seen if "hunter2" in (line := _words(one))]
    (each_site.folder / "go").touch()
    waiting.communicate(timeout=60)
    had = (each_site.folder / "all").read_text().splitlines()
    assert [line for line in had if "hunter2" in line] == ["MY_PASSWORD=hunter2hunter2"]


def _family(process: psutil.Process) -> list[psutil.Process]:
    return [process, *process.children(recursive=True)]


def _words(process: psutil.Process) -> str:
    try:
        return " ".join(process.cmdline())
    except psutil.NoSuchProcess:  # one of the body's sleeps, which is over
        return ""


def test_a_marker_with_a_colour_in_its_middle_is_one(site: Site) -> None:
    commands = r"printf 'F\033[31mAIL\033[0m: one\n'; printf '\033[31mFAI\033[0mL: two\n'"
    report = site.go(plan(task(1, commands)), code=0)
    assert verdicts(report) == {"T001": "failed"}


def test_a_body_that_stops_its_parent_is_judged(site: Site) -> None:
    """tmux lets its children go on at once; so does what starts tasks without it."""
    site.write(plan(task(1, "kill -STOP $PPID\necho on"), task(2, "kill -STOP $PPID\nfalse")))
    site.launch()
    until(lambda: site.status()["run"]["state"] == "ended", SOON_S)
    assert verdicts(site.collected()) == {"T001": "passed", "T002": "failed"}


FSYNC = """
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>
int fsync(int fd) {
    (void)fd;
    if (access(getenv("BROKEN"), F_OK)) return 0;
    errno = EIO;
    return -1;
}
"""
COMPILER = shutil.which("cc")


@pytest.mark.skipif(COMPILER is None, reason="a library that breaks fsync has to be compiled")
def test_a_disk_that_takes_nothing_for_good_is_told(site: Site, tmp_path: Path) -> None:
    source, library = tmp_path / "fsync.c", tmp_path / "fsync.so"
    source.write_text(FSYNC)
    subprocess.run([str(COMPILER), "-shared", "-fPIC", "-o", library, source], check=True)
    broken = site.folder / "broken"
    env = {"LD_PRELOAD": str(library), "BROKEN": str(broken)}
    tasks = (task(1, f"touch {broken}"), task(2, "sleep 0.3", needs="T001"), task(3, "true"))
    site.write(plan(*tasks))
    ran = site.launch("plan.md", "--wait", "--jobs", "1", env=env)
    said = ran.out + ran.err + (site.runs[-1] / "events.jsonl").read_text() + site.run("status").out
    assert re.search("[Ii]nput/output error", said), said
