"""Input and machines that are not as they should be: a clear message, or a correct run."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from e2e import TMUX, Site, line_of, plan, task, until, verdicts

GOOD = plan(task(1, "touch ran"))
PLAN_VERBS = (["check"], ["show"], ["launch", "--backend", "pty"])


def _program(folder: Path, name: str, text: str) -> None:
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)


def _machine(site: Site, tmux: str | None = None) -> dict[str, str]:
    """A PATH with everything but tmux; in its place this script, or nothing."""
    folders = []
    for n, folder in enumerate(os.environ["PATH"].split(os.pathsep)):
        if not (Path(folder) / "tmux").exists():
            folders.append(folder)
            continue
        copy = site.folder / "bin" / str(n)
        copy.mkdir(parents=True)
        for program in Path(folder).iterdir():
            if program.name != "tmux":
                (copy / program.name).symlink_to(program)
        folders.append(str(copy))
    if tmux is not None:
        _program(site.folder / "fake", "tmux", tmux)
        folders.insert(0, str(site.folder / "fake"))
    path = os.pathsep.join(folders)
    assert (shutil.which("tmux", path=path) is None) == (tmux is None)
    return {"PATH": path}


# --- Plans -----------------------------------------------------------------------------------

BAD_PLANS = (
    ("empty", b"", ("no-tasks",)),
    ("blank", b"\n\n  \n", ("no-tasks",)),
    ("no tasks", b"# A text\n\nWords, and a list:\n\n- one\n", ("no-tasks",)),
    ("only a fence", b"```bash\ntouch ran\n```\n", ("no-tasks",)),
    ("not UTF-8", b"# Plan\n\n## TASK 001: \xff\xfe\n\n```bash\ntouch ran\n```\n", ("UTF-8", ":3")),
    ("binary", bytes(range(256)) * 40, ("UTF-8",)),
    (
        "a cycle",
        plan(task(1, "true", needs="T003"), task(2, "true", needs="T001"),
             task(3, "true", needs="T002")).encode(),
        ("T001", "T002", "T003"),
    ),
    ("itself", plan(task(1, "touch ran", needs="T001")).encode(), ("T001",)),
    ("an unknown id", plan(task(1, "touch ran", needs="T077")).encode(), ("T077", "plan.md:5")),
    ("the same id twice", plan(task(1, "touch ran"), task(1, "touch other")).encode(), ("T001",)),
)  # fmt: skip


@pytest.mark.parametrize("verb", PLAN_VERBS, ids=lambda verb: verb[0])
@pytest.mark.parametrize(
    ("text", "said"), [bad[1:] for bad in BAD_PLANS], ids=[bad[0] for bad in BAD_PLANS]
)
def test_a_bad_plan_is_refused_by_name(
    site: Site, verb: list[str], text: bytes, said: tuple[str, ...]
) -> None:
    (site.folder / "plan.md").write_bytes(text)
    ran = site.run(*verb, "plan.md")
    assert ran.code == 2, ran
    everything = ran.out + ran.err
    for part in (*said, "plan.md"):
        assert part in everything, ran
    assert len(everything.splitlines()) < 30
    assert (site.runs, (site.folder / "ran").exists()) == ([], False)


@pytest.mark.parametrize("verb", PLAN_VERBS, ids=lambda verb: verb[0])
def test_what_is_no_file_is_said(site: Site, verb: list[str]) -> None:
    missing = site.run(*verb, "nowhere/plan.md")
    assert (missing.code, missing.out) == (2, "")
    assert "nowhere/plan.md: no such file" in missing.err
    (site.folder / "plans").mkdir()
    folder = site.run(*verb, "plans")
    assert folder.code == 2
    assert "plans" in folder.err
    through = site.write("text", "file")
    assert site.run(*verb, f"{through}/plan.md").code == 2
    assert site.runs == []


def test_a_bom_and_crlf_are_accepted(site: Site) -> None:
    text = plan(task(1, "touch ran\ncd ."), task(2, "true", needs="T001"))
    (site.folder / "plan.md").write_bytes(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
    assert site.launch("plan.md", "--wait").code == 0
    assert (site.folder / "ran").exists()


def test_a_plan_that_is_called_like_an_option_or_lies_elsewhere_runs(site: Site) -> None:
    site.write(GOOD, "a b/-x '$(touch executed)'.md")
    ran = site.run("launch", "--wait", "--backend", "pty", "a b/-x '$(touch executed)'.md")
    assert ran.code == 0
    assert (site.folder / "ran").exists()
    assert not list(site.folder.rglob("executed"))


def test_reading_commands_run_nothing(site: Site) -> None:
    site.write(plan(task(1, "touch ran"), title="$(touch ran) `touch ran`"))
    for verb in ("check", "show"):
        assert site.run(verb, "plan.md").code == 0
    assert [path.name for path in site.folder.iterdir()] == ["plan.md"]


# --- Runs ------------------------------------------------------------------------------------


@pytest.mark.parametrize("verb", ["status", "collect", "stop", "attach", "watch"])
def test_where_no_run_is_it_is_said(site: Site, verb: str) -> None:
    ran = site.run(verb)
    assert ran.code == 2
    assert "no run here" in ran.err


def test_an_unknown_run_task_or_command_is_refused(site: Site) -> None:
    site.go(GOOD, code=0)
    for command, said in (
        (["status", "--run", "nosuch"], "nosuch"),
        (["logs", "T009"], "T009"),
        (["logs", "T001", "--attempt", "3"], "attempt 3"),
        (["explain", "nonsense"], "nonsense"),
        (["sign", "T001"], "T001"),
        (["skip", "T001", "--reason", "late"], "T001"),
        (["lanch"], "lanch"),
        (["collect", "-f", "pdf"], "pdf"),
        (["collect", "-o", "no/such/folder/report.md"], "no/such/folder"),
    ):
        ran = site.run(*command)
        assert ran.code in (2, 3), (command, ran)
        assert said in ran.err, (command, ran)


@pytest.mark.parametrize("damage", [b"", b"{", b"\x00\xff" * 50, b'{"plan": 3}'])
def test_a_damaged_run_is_named(site: Site, damage: bytes) -> None:
    site.go(GOOD, code=0)
    (site.runs[-1] / "plan.json").write_bytes(damage)
    for command in (["status"], ["collect"], ["explain", "T001"], ["logs", "T001"]):
        ran = site.run(*command)
        assert ran.code == 3, (command, ran)
        assert "plan.json" in ran.err
    assert "unreadable" in site.run("runs").out


def test_a_journal_with_a_damaged_line_in_the_middle_is_said(site: Site) -> None:
    site.go(GOOD, code=0)
    journal = site.runs[-1] / "events.jsonl"
    lines = journal.read_bytes().splitlines(keepends=True)
    journal.write_bytes(b"".join([*lines[:3], b"garbage {\n", *lines[3:]]))
    ran = site.run("status")
    assert ran.code in (0, 3)
    assert "events.jsonl:4: skipped" in ran.err


# --- The directory ---------------------------------------------------------------------------


def test_a_file_in_the_way_of_the_state_is_said(site: Site) -> None:
    site.write(GOOD)
    site.write("mine", ".tmuxplan")
    ran = site.launch()
    assert ran.code in (2, 3)
    assert ".tmuxplan" in ran.err
    assert (site.folder / ".tmuxplan").read_text() == "mine"
    assert not (site.folder / "ran").exists()


@pytest.mark.parametrize("name", ["runs", ".gitignore"])
def test_something_else_in_the_state_is_said(site: Site, name: str) -> None:
    site.write(GOOD)
    if name == "runs":
        site.write("mine", ".tmuxplan/runs")
    else:
        (site.folder / ".tmuxplan" / name).mkdir(parents=True)
    ran = site.launch("plan.md", "--wait")
    assert ran.code in (0, 2, 3)
    assert (site.folder / "ran").exists() == (ran.code == 0)
    assert ran.code == 0 or ".tmuxplan" in ran.err


def test_a_directory_that_may_not_be_written_is_said(site: Site, tmp_path: Path) -> None:
    """Root may write anywhere but where nobody can: /proc takes no directories."""
    where = Path("/proc/self") if os.geteuid() == 0 and sys.platform == "linux" else None
    plan_file = site.write(GOOD)
    if where is None:
        where = tmp_path / "closed"
        where.mkdir(mode=0o500)
    ran = site.run("launch", str(plan_file), "--backend", "pty", cwd=where)
    assert ran.code in (2, 3)
    assert ".tmuxplan" in ran.err
    assert not (site.folder / "ran").exists()


@pytest.mark.parametrize("size", [0, 40, 1000])
def test_a_disk_that_is_full_before_anything_starts(site: Site, size: int) -> None:
    """No run begins unjournalled, and none that never began is listed."""
    import resource  # noqa: PLC0415 (only here)

    site.write(GOOD)

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

    ran = site.launch("plan.md", "--wait", before=limit)
    assert ran.code in (2, 3), ran
    assert (site.runs, (site.folder / "ran").exists()) == ([], False)


def test_output_nobody_reads_is_no_crash(site: Site) -> None:
    site.go(plan(*(task(n, "true") for n in range(1, 60))), code=0)
    command = f'{sys.executable} -m tmuxplan collect -f json | head -1; echo "${{PIPESTATUS[0]}}"'
    done = subprocess.run(
        ["bash", "-c", command],
        cwd=site.folder,
        env=site.env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.splitlines()[0] == "{"
    assert done.stdout.splitlines()[1] in ("0", "141")
    assert done.stderr == ""


# --- tmux ------------------------------------------------------------------------------------


def test_without_tmux_the_pty_backend_is_chosen_and_said_once(site: Site) -> None:
    site.write(GOOD)
    ran = site.run("launch", "plan.md", "--wait", env=_machine(site))
    assert ran.code == 0, ran
    assert (ran.out + ran.err).count("tmux is not installed") == 1
    assert "pty backend" in ran.err
    assert site.collected()["run"]["backend"] == "pty"


def test_tmux_that_is_asked_for_and_missing_is_refused(site: Site) -> None:
    site.write(GOOD)
    ran = site.run("launch", "plan.md", "--backend", "tmux", env=_machine(site))
    assert ran.code == 3
    assert "tmux is not installed" in ran.err
    assert "--backend pty" in ran.err
    assert (site.runs, (site.folder / "ran").exists()) == ([], False)


@pytest.mark.parametrize("version", ["tmux 1.8", "tmux 3.1c", "tmux 3.2"])
def test_an_old_tmux_is_refused_by_name(site: Site, version: str) -> None:
    site.write(GOOD)
    old = _machine(site, f"echo {version}")
    ran = site.run("launch", "plan.md", "--backend", "tmux", env=old)
    assert ran.code == 3
    assert version in ran.err
    assert "3.2a" in ran.err
    assert (site.runs, (site.folder / "ran").exists()) == ([], False)
    chosen = site.run("launch", "plan.md", "--wait", env=old)
    assert chosen.code == 0
    assert version in chosen.err


@pytest.mark.parametrize(
    "script",
    [
        'case $1 in -V) echo tmux 3.3a;; *) echo "no room for servers" >&2; exit 1;; esac',
        "case $1 in -V) echo tmux 3.3a;; *) kill -9 $$;; esac",
        "case $1 in -V) echo tmux 3.3a;; esac",
        "exit 1",
    ],
    ids=["fails", "killed", "says nothing", "not even a version"],
)
def test_a_tmux_that_dies_at_start_is_said(site: Site, script: str) -> None:
    site.write(GOOD)
    ran = site.run("launch", "plan.md", "--backend", "tmux", env=_machine(site, script))
    assert ran.code == 3, ran
    assert ran.err.startswith("tmuxplan: ")
    assert "tmux" in ran.err.removeprefix("tmuxplan: ")
    if "no room" in script:
        assert "no room for servers" in ran.err
    assert not (site.folder / "ran").exists()
    seen = site.run("status")
    assert seen.code in (0, 2, 3)


@pytest.mark.tmux
def test_a_task_does_not_depend_on_what_is_typed_at_the_wrong_time(tmux_site: Site) -> None:
    """Keys that a person types into a waiting window are no commands of the task after it."""
    text = plan(
        task(1, "touch up\nuntil [ -e go ]; do sleep 0.02; done"),
        task(2, "touch two", needs="T001"),
    )
    tmux_site.write(text)
    assert tmux_site.launch().code == 0
    until((tmux_site.folder / "up").exists)
    tmux_site.tmux("send-keys", "-t", ":2", "touch executed", "Enter")
    (tmux_site.folder / "go").touch()
    until(lambda: tmux_site.status()["run"]["verdict"] == "GO")
    assert not (tmux_site.folder / "executed").exists()
    assert (TMUX, verdicts(tmux_site.collected())["T002"]) == (TMUX, "passed")


def test_a_damaged_plan_names_the_line(site: Site) -> None:
    text = plan(task(1, "true"), task(2, "true", needs="T044"))
    site.write(text)
    problems = json.loads(site.run("check", "--json", "plan.md").out)["problems"]
    assert [p["line"] for p in problems] == [line_of(text, "T044")]


@pytest.mark.parametrize("name", ["/dev/zero", "-"])
def test_what_never_ends_and_what_is_no_file_is_refused(site: Site, name: str) -> None:
    ran = site.run("check", name)
    assert ran.code == 2
    assert ran.err.startswith("tmuxplan: ")
