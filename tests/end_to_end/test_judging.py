"""Every way in which commands can end, each in its true verdict, on both backends.

One plan holds all cases as tasks; it runs once for each backend, and each case is a test.
"""

from __future__ import annotations

import json
import os
import resource
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from e2e import (
    BACKENDS,
    Site,
    by_id,
    end_process,
    line_of,
    lives,
    once,
    plan,
    task,
    until,
    verdicts,
)

OK = "passed"
BAD = "failed"


class Found(NamedTuple):
    """Evidence: its kind, a part of its text, and a part of the plan's line that it names."""

    kind: str
    text: str
    at: str = ""


class Case(NamedTuple):
    """Commands, the verdict that is true of them, and everything that it must rest on."""

    name: str
    commands: str
    verdict: str
    evidence: tuple[Found, ...] = ()
    criteria: tuple[str, ...] = ()
    meta: tuple[str, ...] = ()
    makes: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    """Files that the task makes, and those that it must not make."""


def _marker(name: str, line: str) -> Case:
    at = f"printf '%s\\n' {shlex.quote(line)}"
    return Case(name, f"{at}\necho after", BAD, (Found("marker", line.strip(), at),))


def _healthy(name: str, line: str) -> Case:
    return Case(name, f"printf '%s\\n' {shlex.quote(line)}", OK)


def _warns(name: str, line: str) -> Case:
    at = f"printf '%s\\n' {shlex.quote(line)}"
    return Case(name, at, OK, (Found("warning", line.strip(), at),))


CASES = (
    # A failed list that moved the shell, hidden by what follows.
    Case(
        "a failed list before an echo",
        "mkdir here\ncd here && false && cd ..\necho all fine; pwd >list-where",
        BAD,
        (Found("step", "exit status 1: cd here && false && cd ..", "cd here && false"),),
        makes=("list-where",),
        never=("here/list-where",),
    ),
    # Words that only look like failure, and those that are.
    _healthy("prose with FAIL", "Check output above for FAIL messages."),
    _healthy("a count of none", "12 passed, 0 failed"),
    _healthy("a count of none, in front", "Failed: 0"),
    _healthy("a test's name", "test_FAIL_is_shown PASSED"),
    _marker("FAIL and a colon", "FAIL: Health endpoint"),
    _marker("FAILED alone", "FAILED"),
    _marker("ERROR and a dash", "ERROR - no such table"),
    _marker("a cross", "✗ .env missing"),
    _marker("an indented cross", "   ✗ KEY is missing"),
    _marker("a heavy cross", "❌ build"),
    _marker("FAIL at the end", "agency (port 8081) FAIL"),
    _marker("a cross read as Mac Roman", "‚úó Table 'users' missing"),
    _marker("a cross read as CP1252", "âœ— Table 'users' missing"),
    _marker("a cross mark read as Mac Roman", "‚ùå build"),
    _warns("a warning sign", "⚠ no scripts"),
    _warns("a warning sign read as Mac Roman", "‚ö† no scripts"),
    _warns("WARNING", "WARNING: deprecated"),
    Case(
        "a marker in colour, after a carriage return",
        "printf '50%%\\r\\033[31mFAIL: broken\\033[0m\\n'  # coloured",
        BAD,
        (Found("marker", "FAIL: broken", "# coloured"),),
    ),
    Case("the command line is no output", ": 'FAIL: only written'\necho fine", OK),
    # Ways to end.
    Case("exec of what succeeds", "exec true\ntouch exec-true-on", OK,
         (Found("warning", "ended at step 1 of 2", "exec true"),), never=("exec-true-on",)),
    Case("exec of what fails", "exec false\ntouch exec-false-on", BAD,
         (Found("step", "exit status 1", "exec false"),), never=("exec-false-on",)),
    Case("exit 0 before the end", "exit 0\ntouch exit-0-on", OK,
         (Found("warning", "ended at step 1 of 2", "exit 0"),), never=("exit-0-on",)),
    Case("exit 0 at the end", "true\nexit 0", OK),
    Case("exit 3", "echo before\nexit 3\ntouch exit-3-on", BAD,
         (Found("step", "exit status 3", "exit 3"),), never=("exit-3-on",)),
    Case("exit 0 after a failure", "false\nexit 0", BAD,
         (Found("step", "exit status 1: false", "false"),)),
    Case("set -e", "set -e\ntrue\nfalse\ntouch set-e-on", BAD,
         (Found("step", "exit status 1: false", "false"),), never=("set-e-on",)),
    Case("set -e that nothing triggers", "set -e\n! false\nfalse || true\ntouch set-e-fine", OK,
         makes=("set-e-fine",)),
    Case("an EXIT trap", "trap 'echo bye; touch trap-ran' EXIT\ntrue", OK, makes=("trap-ran",)),
    Case("an EXIT trap that fails", "trap 'exit 5' EXIT\ntrue", BAD,
         (Found("status", "exit status 5"),)),
    Case("an EXIT trap that hides a failure", "trap 'exit 0' EXIT\nfalse", BAD,
         (Found("step", "exit status 1: false", "false"),)),
    Case("an EXIT trap that prints a marker", "trap 'echo FAIL: cleaning' EXIT\ntrue # last", BAD,
         (Found("marker", "FAIL: cleaning", "# last"),)),
    Case("kill -9 $$", "echo before\nkill -9 $$\ntouch killed-on", BAD,
         (Found("signal", "SIGKILL", "kill -9"),), never=("killed-on",)),
    Case("kill -TERM $$", "kill -TERM $$\ntouch termed-on", BAD,
         (Found("signal", "SIGTERM", "kill -TERM"),), never=("termed-on",)),
    Case("exec >file", "exec >exec-out\necho hidden\nfalse\necho 'FAIL: not on the terminal'", BAD,
         (Found("step", "exit status 1: false", "false"),), makes=("exec-out",)),
    # Statements that read what an instrumentation would change.
    Case("PIPESTATUS that is bad", "false | cat\nexit ${PIPESTATUS[0]}", BAD,
         (Found("step", "exit status 1", "false | cat"),)),
    Case("PIPESTATUS that is good", "true | cat\n[ \"${PIPESTATUS[0]}\" = 0 ] && touch ps-good", OK,
         makes=("ps-good",)),
    Case("$_", "mkdir -p under/score\ncd $_\ntouch inside", OK, makes=("under/score/inside",)),
    Case("$?", "(exit 7)\necho $? >seven\ngrep -qx 7 seven", BAD,
         (Found("step", "exit status 7", "(exit 7)"),), makes=("seven",)),
    # Directories.
    Case("cd and more on one line", "mkdir one; cd one; touch line", OK, makes=("one/line",)),
    Case("a failed cd on one line", "cd no-such-dir; touch wrong-line\ntouch wrong-later", BAD,
         (Found("step", "the task stopped here", "cd no-such-dir"),),
         never=("wrong-line", "wrong-later")),
    Case("a failed cd", "cd nowhere\ntouch wrong-place", BAD,
         (Found("step", "the task stopped here", "cd nowhere"),), never=("wrong-place",)),
    Case("a failed pushd", "pushd nowhere-else\ntouch wrong-push", BAD,
         (Found("step", "the task stopped here", "pushd nowhere-else"),), never=("wrong-push",)),
    Case("a source that is not there", "source missing/activate\ntouch unsourced", BAD,
         (Found("step", "the task stopped here", "source missing"),), never=("unsourced",)),
    Case("a source that fails", "echo 'false' >fails.sh\nsource ./fails.sh\ntouch sourced", BAD,
         (Found("step", "exit status 1", "source ./fails.sh"),), makes=("sourced",)),
    # Pipelines.
    Case("a failure before tee", "false | tee tee-log\necho on", BAD,
         (Found("step", "exit status 1", "false | tee tee-log"),)),
    Case("a failure before sort", "false | sort", OK,
         (Found("warning", "member 1 of a pipeline ended with exit status 1", "false | sort"),)),
    Case("a closed pipe", "yes | head -1", OK),
    Case("a closed pipe under pipefail", "set -o pipefail\nyes | head -1", OK),
    # What is not there.
    Case("a bad shebang", "printf '#!/no/such/interpreter\\n' >bad.sh; chmod +x bad.sh\n./bad.sh",
         BAD, (Found("step", "exit status 12", "./bad.sh"),)),
    Case("a shell that is not there", "echo never # by this shell", BAD,
         (Found("step", "exit status 127", "# by this shell"),), meta=("**Shell:** nosuchshell",)),
    Case("a command that is not there", "nosuchcommand --now\necho on", BAD,
         (Found("marker", "nosuchcommand: command not found", "nosuchcommand"),
          Found("step", "exit status 127", "nosuchcommand"))),
    Case("a background command that is not there", "nosuchserver &\nwait\necho on", BAD,
         (Found("marker", "nosuchserver: command not found", "nosuchserver &"),)),
    # The background.
    Case("a child that outlives the script", "sleep 971 &\necho $! >child.pid", OK,
         makes=("child.pid",)),
    Case("a child that ignores hang-ups", "nohup sleep 972 >/dev/null 2>&1 &\necho $! >nohup.pid",
         OK, makes=("nohup.pid",)),
    Case("a daemon", "setsid sh -c 'echo $$ >daemon.pid; exec sleep 973' >/dev/null 2>&1 &\n"
         "until [ -s daemon.pid ]; do :; done", OK, makes=("daemon.pid",)),
    # Criteria.
    Case("checks that are met", "echo built version 3 >built; cat built", OK,
         criteria=("`$ test -s built`", "`!$ grep -q broken built`", "`~ version [0-9]`",
                   "`!~ broken`", "It looks nice")),
    Case("a check that is not met", "true", BAD, (Found("criterion", "not met", "no-such-proof"),),
         criteria=("There is proof: `$ test -e no-such-proof`",)),
    Case("a negated check that is not met", "true", BAD,
         (Found("criterion", "should not", "!$ true"),), criteria=("`!$ true`",)),
    Case("an expression that does not occur", "echo version x", BAD,
         (Found("criterion", "not in the output", "~ version [0-9]+$"),),
         criteria=("`~ version [0-9]+$`",)),
    Case("an expression that must not occur", "echo very broken", BAD,
         (Found("criterion", "should not be", "!~ very broken"),), criteria=("`!~ very broken`",)),
    Case("an expression only in the command line", ": hidden-word", BAD,
         (Found("criterion", "not in the output", "~ hidden-word"),),
         criteria=("`~ hidden-word`",)),
    Case("a check that is not reached", "exit 0", BAD,
         (Found("criterion", "not reached", "$ test -d ."),
          Found("warning", "ended at step 1 of 2", "exit 0")),
         criteria=("`$ test -d .`",)),
    Case("a negated check that is not reached", "exit 0", BAD,
         (Found("criterion", "not reached", "!$ test -d gone"),
          Found("warning", "ended at step 1 of 2", "exit 0")),
         criteria=("`!$ test -d gone`",)),
)  # fmt: skip
NUMBERS = {case.name: n for n, case in enumerate(CASES, 1)}


def _plan() -> str:
    return plan(
        *(
            task(n, case.commands, title=case.name, criteria=case.criteria, meta=case.meta)
            for n, case in enumerate(CASES, 1)
        )
    )


def _line(text: str, number: int, at: str) -> int:
    """The plan's line that holds `at`, in this task; 0 where none is named."""
    if not at:
        return 0
    begin = line_of(text, f"## TASK {number:03d}:")
    lines = text.splitlines()
    return next(n for n in range(begin + 1, len(lines) + 1) if at in lines[n - 1])


def _judge_all(folder: Path, backend: str) -> None:
    site = Site(folder, backend)
    try:
        site.write(_plan())
        ran = site.launch("plan.md", "--wait", "--jobs", "8", timeout_s=120)
        assert ran.code == 0, ran  # every impact is low: failures are named, and do not block
        (folder / "report.json").write_text(json.dumps(site.collected()))
        for case in ("a child that outlives the script", "a child that ignores hang-ups"):
            name = CASES[NUMBERS[case] - 1].makes[0]
            alive = lives(int((folder / name).read_text()))
            (folder / f"{name}.after").write_text(str(alive))
        daemon = int((folder / "daemon.pid").read_text())
        (folder / "daemon.pid.after").write_text(str(lives(daemon)))
        end_process(daemon)
    finally:
        site.end()


@pytest.fixture(params=BACKENDS, scope="module")
def judged(request: pytest.FixtureRequest, shared: Path) -> Path:
    """The folder of the run of all cases, on each backend."""
    backend = request.param
    return once(shared, f"judged-{backend}", lambda folder: _judge_all(folder, backend))


def _task_of(folder: Path, name: str) -> dict[str, Any]:
    report = json.loads((folder / "report.json").read_text())
    return by_id(report)[f"T{NUMBERS[name]:03d}"]


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_each_end_has_its_true_verdict(judged: Path, case: Case) -> None:
    found = _task_of(judged, case.name)
    text, number = (judged / "plan.md").read_text(), NUMBERS[case.name]
    evidence = found["attempts"][0]["evidence"]
    seen = [(e["kind"], e["line"]) for e in evidence]
    assert found["verdict"] == case.verdict, evidence
    assert seen == [(e.kind, _line(text, number, e.at)) for e in case.evidence], evidence
    for one, wanted in zip(evidence, case.evidence, strict=True):
        assert wanted.text in one["text"]
    assert [name for name in case.makes if not (judged / name).exists()] == []
    assert [name for name in case.never if (judged / name).exists()] == []


def test_what_a_task_left_in_the_background_is_ended_with_it(judged: Path) -> None:
    """And named; but a plain child can be hung up with its terminal before anybody looks."""
    for name, is_named in (
        ("a child that outlives the script", (True, False)),
        ("a child that ignores hang-ups", (True,)),
    ):
        made = CASES[NUMBERS[name] - 1].makes[0]
        assert (judged / f"{made}.after").read_text() == "False"
        ended = _task_of(judged, name)["attempts"][0]["left_ended"]
        pid = int((judged / made).read_text())
        assert (pid in [left["pid"] for left in ended]) in is_named
        assert all("sleep 97" in left["command"] for left in ended)


def test_a_daemon_is_left_alone_and_named(judged: Path) -> None:
    assert (judged / "daemon.pid.after").read_text() == "True"
    attempt = _task_of(judged, "a daemon")["attempts"][0]
    pid = int((judged / "daemon.pid").read_text())
    assert [(left["pid"], left["command"]) for left in attempt["left_alive"]] == [
        (pid, "sleep 973")
    ]


def test_what_a_script_writes_to_its_own_file_holds_no_records(judged: Path) -> None:
    assert (judged / "exec-out").read_text() == "hidden\nFAIL: not on the terminal\n"


def test_the_shell_is_put_back_where_a_failed_list_began(judged: Path) -> None:
    assert (judged / "list-where").read_text() == f"{judged}\n"


def test_a_marker_names_its_line_of_the_log(judged: Path) -> None:
    evidence = _task_of(judged, "FAIL and a colon")["attempts"][0]["evidence"][0]
    number = NUMBERS["FAIL and a colon"]
    log = next(judged.glob(f".tmuxplan/runs/*/tasks/T{number:03d}/1/log")).read_bytes()
    assert b"FAIL: Health endpoint" in log.splitlines()[evidence["log_line"] - 1]


def test_bash_names_the_line_of_the_plan(judged: Path) -> None:
    name = "a command that is not there"
    line = _line((judged / "plan.md").read_text(), NUMBERS[name], "nosuchcommand")
    log = next(judged.glob(f".tmuxplan/runs/*/tasks/T{NUMBERS[name]:03d}/1/log")).read_text()
    assert f"script.sh: line {line}: nosuchcommand: command not found" in log


def test_criteria_for_a_person_are_never_counted_as_met(judged: Path) -> None:
    criteria = _task_of(judged, "checks that are met")["criteria"]
    assert [(one["kind"], one["result"]) for one in criteria] == [
        ("command", "met"),
        ("command", "met"),
        ("regex", "met"),
        ("regex", "met"),
        ("person", "not machine-checked"),
    ]


@pytest.mark.parametrize(
    ("impact", "code", "verdict"),
    [
        (None, 1, "NO GO"),
        ("Critical (data)", 1, "NO GO"),
        ("High (quality)", 1, "NO GO"),
        ("Medium (blocks deployment)", 1, "NO GO"),
        ("Medium (comfort)", 0, "GO"),
        ("Low (documentation)", 0, "GO"),
    ],
)
def test_the_impact_of_a_failed_task_decides(
    site: Site, impact: str | None, code: int, verdict: str
) -> None:
    report = site.go(plan(task(1, "false", impact=impact), task(2, "true")), code=code)
    assert report["run"]["verdict"] == verdict
    decided = "deciding" if verdict == "NO GO" else "lesser"
    assert report["run"][decided] == ["T001"]
    assert "T001" in report["run"]["rule"]
    assert verdicts(report) == {"T001": "failed", "T002": "passed"}


def test_a_lesser_failure_that_a_blocking_task_needs_is_no_go(site: Site) -> None:
    text = plan(
        task(1, "false", impact="Low"), task(2, "true", impact="Critical", needs="Task 001")
    )
    report = site.go(text, code=1)
    assert verdicts(report) == {"T001": "failed", "T002": "blocked"}
    assert report["run"]["deciding"] == ["T001", "T002"]


def test_a_killed_outer_shell_is_lost_and_never_passed(each_site: Site) -> None:
    report = each_site.go(
        plan(task(1, "kill -9 $PPID\nsleep 60", impact=None), task(2, "true")), code=1
    )
    lost = by_id(report)["T001"]
    assert (report["run"]["verdict"], lost["verdict"]) == ("NO GO", "lost")
    assert lost["attempts"][0]["status"] is None
    assert [e["kind"] for e in lost["attempts"][0]["evidence"]] == ["lost"]
    assert by_id(report)["T002"]["verdict"] == "passed"


@pytest.mark.tmux
def test_tasks_are_lost_when_tmux_dies(tmux_site: Site) -> None:
    tmux_site.write(plan(task(1, "echo $$ >up\nsleep 300", impact=None), task(2, "true")))
    waiting = tmux_site.start("launch", "plan.md", "--wait")
    until((tmux_site.folder / "up").exists)
    tmux_site.tmux("kill-server")
    out, err = waiting.communicate(timeout=30)
    assert waiting.returncode == 1, (out, err)
    lost = by_id(tmux_site.collected())["T001"]
    assert lost["verdict"] == "lost"
    assert "tmux server died" in lost["attempts"][0]["lost"]
    assert not lives(int((tmux_site.folder / "up").read_text()))


def test_a_log_that_may_not_grow_is_lost(each_site: Site) -> None:
    """A file-size limit, which stands in for a full disk where nothing can be mounted."""

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, 1 << 20))

    text = plan(task(1, "yes 0123456789 | head -c 3000000\necho end", impact=None))
    report = each_site.go(text, code=1, before=limit)
    assert verdicts(report) == {"T001": "lost"}
    assert report["run"]["verdict"] == "NO GO"


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 2 MB."""
    if sys.platform != "linux" or os.geteuid() != 0:
        pytest.skip("only root on Linux may mount a small disk; the file-size limit is tested")
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=2m", "none", str(folder)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("nothing may be mounted here (a container); the file-size limit is tested")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_disk_that_fills_while_a_task_logs(small_disk: Path, backend: str) -> None:
    site = Site(small_disk / "site", backend)
    try:
        ballast = site.folder / "ballast"
        ballast.write_bytes(b"x" * 500_000)
        site.write(plan(task(1, "yes 0123456789 | head -c 5000000\necho end", impact=None)))
        waiting = site.start("launch", "plan.md", "--wait", "--backend", backend)
        until(lambda: os.statvfs(small_disk).f_bavail == 0)
        ballast.unlink()  # somebody makes room: the run has to come to its end
        out, err = waiting.communicate(timeout=40)
        assert waiting.returncode == 1, (out, err)
        report = site.collected()
        assert verdicts(report) == {"T001": "lost"}
    finally:
        site.end()


def test_a_comment_says_that_a_command_is_meant_to_fail(each_site: Site) -> None:
    text = plan(
        task(1, "# this should fail\ntest -e nowhere\necho on"),
        task(2, "true # must fail", impact="High"),
        task(3, "# without this the next one should fail\ntest -e nowhere", impact="High"),
    )
    report = each_site.go(text, code=1)
    assert [one["verdict"] for one in report["tasks"]] == ["passed", "failed", "failed"]
    (evidence,) = report["tasks"][0]["attempts"][0]["evidence"]
    assert (evidence["kind"], "expects a failure" in evidence["text"]) == ("warning", True)
