"""`clean`: what it removes, and everything that it must not."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pexpect
import psutil
import pytest
from e2e import PROGRAM, Site, end_process, lives, number_in, until

from tmuxplan.errors import JournalError
from tmuxplan.journal.folder import RunFolder
from tmuxplan.library.cleaning.removal import close, remove
from tmuxplan.run.supervisor import holding

QUICK = "# P\n\n## Task 1: Quick\n\n```bash\ntrue\n```\n"
LONG = "# P\n\n## Task 1: Long\n\n```bash\necho $$ >pid\nsleep 600\n```\n"


def ran_once(site: Site, text: str = QUICK) -> Path:
    site.write(text)
    assert site.launch("plan.md", "--wait", "--yes").code == 0
    return site.runs[-1]


def kept(site: Site) -> list[str]:
    return [path.name for path in site.runs if not path.name.startswith(".")]


def test_it_says_what_it_would_do_asks_and_does_it(each_site: Site) -> None:
    site = each_site
    first, second = ran_once(site), ran_once(site)
    nothing = site.run("clean")
    assert (nothing.code, nothing.out) == (2, "")
    assert "--keep" in nothing.err
    dry = site.run("clean", "--keep", "1", "--dry-run")
    assert dry.code == 0
    assert first.name in dry.out
    assert second.name not in dry.out
    unasked = site.run("clean", "--keep", "1")
    assert unasked.code == 2
    assert "--yes" in unasked.err
    assert kept(site) == [first.name, second.name]
    done = site.run("clean", "--keep", "1", "--yes")
    assert done.code == 0
    assert "freed" in done.err
    assert list((site.folder / ".tmuxplan/runs").iterdir()) == [second]
    assert site.run("status").code == 0
    assert site.run("clean", second.name[-4:], "-y").code == 0
    assert kept(site) == []
    assert site.run("clean", "--all").err == "no run to remove\n"
    assert "no run" in site.run("clean", "7f3a").err


@pytest.mark.tmux
def test_sessions_of_runs_that_ended_are_closed(tmux_site: Site) -> None:
    site = tmux_site
    ran_once(site)
    ran_once(site)
    assert len(site.tmux("list-sessions").splitlines()) == 2
    assert site.run("clean", "--keep", "1", "--yes").code == 0
    assert len(site.tmux("list-sessions").splitlines()) == 1
    would = site.run("clean", "--stale", "--dry-run")
    assert "would close" in would.out
    assert len(site.tmux("list-sessions").splitlines()) == 1
    assert "closed the tmux session" in site.run("clean", "--stale").out
    assert site.tmux("list-sessions") == ""
    assert len(kept(site)) == 1


def test_a_live_run_is_never_removed(each_site: Site) -> None:
    site = each_site
    site.write(LONG)
    assert site.launch("plan.md", "--yes").code == 0
    task = number_in(site.folder / "pid")
    for what in (["--all"], [site.runs[-1].name]):
        ran = site.run("clean", *what, "--yes")
        assert ran.code == 0
        assert "is live" in ran.err
    site.run("clean", "--stale")
    assert lives(task)
    assert len(kept(site)) == 1
    assert site.status()["run"]["state"] == "running"


@pytest.mark.tmux
def test_nor_one_whose_tasks_outlived_its_supervisor(tmux_site: Site) -> None:
    site = tmux_site
    site.write(LONG)
    assert site.launch("plan.md", "--yes").code == 0
    task = number_in(site.folder / "pid")
    supervisor: psutil.Process = site.supervisor
    supervisor.kill()
    until(lambda: not lives(supervisor.pid))
    run = site.runs[-1].name
    for what in (["--all"], ["--state", "dead"], [run]):
        ran = site.run("clean", *what, "--yes")
        assert "its tasks still run" in ran.err
    assert "session" not in site.run("clean", "--stale").out
    assert lives(task)
    assert site.run("stop").code == 0
    assert not lives(task)
    assert site.run("clean", "--all", "-y").code == 0
    assert kept(site) == []


@pytest.mark.tmux
def test_nor_what_a_task_left_up_on_purpose(tmux_site: Site) -> None:
    site = tmux_site
    ran_once(
        site,
        "# P\n\n## Task 1: Up\n\n**Keep:** yes\n\n```bash\nsleep 600 & echo $! >pid\n```\n",
    )
    server = number_in(site.folder / "pid")
    ran = site.run("clean", "--all", "--yes")
    assert f"process {server}" in ran.err
    assert len(kept(site)) == 1
    end_process(server)
    until(lambda: not lives(server))
    assert site.run("clean", "--all", "--yes").code == 0
    assert kept(site) == []


@pytest.mark.tmux
def test_a_run_that_woke_while_the_question_stood_stays(tmux_site: Site) -> None:
    """Resumed, and its supervisor killed: nobody holds it any more, and its task runs."""
    site = tmux_site
    site.write(LONG)
    assert site.launch("plan.md", "--yes").code == 0
    first = number_in(site.folder / "pid")
    assert site.run("stop").code == 0
    argv = [*PROGRAM[1:], "clean", site.runs[-1].name]
    with pexpect.spawn(PROGRAM[0], argv, cwd=site.folder, env=site.env, timeout=20) as asked:
        asked.expect(f"Remove 1 run, .* of {site.folder}/.tmuxplan/runs\\?")
        assert site.run("resume").code == 0
        until(lambda: number_in(site.folder / "pid") != first)
        end_process(site.supervisor.pid)
        asked.sendline("y")
        asked.expect("its tasks still run")
        asked.expect(pexpect.EOF)
    assert len(kept(site)) == 1
    assert lives(number_in(site.folder / "pid"))


@pytest.mark.tmux
def test_the_session_of_a_run_that_goes_on_is_not_closed(
    tmux_site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Resumed between the look at it and the closing."""
    site = tmux_site
    for name in ("TMUX_TMPDIR", "TMUXPLAN_SOCKET"):
        monkeypatch.setenv(name, site.env[name])
    folder = RunFolder(ran_once(site))
    session = site.tmux("list-sessions", "-F", "#{session_id}").strip()
    with holding(folder), pytest.raises(JournalError, match="has a supervisor"):
        close(folder, session)
    assert site.tmux("list-sessions") != ""


def test_what_somebody_else_removes_meanwhile_is_gone(site: Site) -> None:
    folder = RunFolder(ran_once(site))
    shutil.rmtree(folder.path)
    remove(folder)
    assert site.run("clean", "--all", "--yes").code == 0


def test_two_at_once(site: Site) -> None:
    run = ran_once(site)
    for n in range(40):
        copy = run.with_name(f"20260101-0000{n:02d}-00aa")
        shutil.copytree(run, copy, ignore=shutil.ignore_patterns("*.sock"))
    both = [site.start("clean", "--all", "--yes") for _ in range(2)]
    for one in both:
        _, said = one.communicate(timeout=30)
        assert one.returncode == 0, said
        assert "freed" in said or "no run" in said
    assert list((site.folder / ".tmuxplan/runs").iterdir()) == []


def test_a_name_that_is_no_date_is_no_surprise(site: Site) -> None:
    run = ran_once(site)
    run.rename(run.with_name("20261399-997799-00aa"))
    assert site.run("clean", "--all", "--yes").code == 0
    assert kept(site) == []


def test_links_are_not_followed(site: Site) -> None:
    run = ran_once(site)
    outside = site.folder / "outside"
    outside.mkdir()
    precious = site.write("precious", "outside/file")
    (run / "tasks/link").symlink_to(outside)
    (run.parent / "20260101-000000-00aa").symlink_to(outside)
    (run.parent / ".removed-20260101-000000-00aa").symlink_to(outside)
    ran = site.run("clean", "--all", "--yes")
    assert "a link" in ran.err
    assert ".removed-20260101-000000-00aa: can't be removed: Cannot call rmtree" in ran.err
    assert precious.read_text() == "precious"
    assert not run.exists()
    assert (run.parent / "20260101-000000-00aa").is_symlink()


def test_a_lock_file_that_is_a_link_is_not_written_through(site: Site) -> None:
    run = ran_once(site)
    precious = site.write("precious", "file")
    (run / "supervisor.json").unlink()
    (run / "supervisor.json").symlink_to(precious)
    assert "a link" in site.run("clean", "--all", "--yes").err
    assert precious.read_text() == "precious"


def test_a_folder_that_is_none_of_ours_stays(site: Site) -> None:
    theirs = site.write("theirs", ".tmuxplan/runs/20260101-000000-00aa/notes.txt")
    site.write("theirs", ".tmuxplan/runs/other/events.jsonl")
    ran = site.run("clean", "--all", "--yes")
    assert "holds nothing of a run" in ran.err
    assert theirs.exists()
    assert (site.folder / ".tmuxplan/runs/other/events.jsonl").exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can make what is another user's")
def test_a_state_folder_of_another_user_is_passed_over(site: Site) -> None:
    run = ran_once(site)
    os.chown(site.folder / ".tmuxplan", 65534, 65534)
    ran = site.run("clean", "--all", "--yes")
    assert ran.code == 2
    assert run.exists()
    os.chown(site.folder / ".tmuxplan", 0, 0)
    os.chown(run, 65534, 65534)
    assert "another user" in site.run("clean", "--all", "--yes").err
    assert run.exists()
    os.chown(run, 0, 0)


def test_a_damaged_run_goes_and_an_interrupted_removal_is_finished(site: Site) -> None:
    run = ran_once(site)
    (run / "plan.json").write_text("{")
    young = site.run("clean", "--all", "--yes")
    assert "may be starting just now" in young.err
    run = run.rename(run.with_name("20260101-000000-00aa"))
    os.utime(run / "events.jsonl", (0, 0))
    half = run.parent / f".removed-{run.name}x"
    half.mkdir()
    (half / "log").write_text("half")
    assert site.run("clean", "--state", "unreadable", "--yes").code == 0
    assert list(run.parent.iterdir()) == []


def test_a_run_that_is_nested_without_end_can_not_be_read_and_goes(site: Site) -> None:
    """Whoever made it: no file of a folder is followed into the depths."""
    run = ran_once(site)
    run = run.rename(run.with_name("20260101-000000-00aa"))
    os.utime(run / "events.jsonl", (0, 0))
    for name in ("plan.json", "launch.json"):
        (run / name).write_text('{"x":' + "[" * 100_000 + "]" * 100_000 + "}")
    for verb in ("status", "resume", "doctor"):
        assert "can't be read" in "".join(site.run(verb)[1:])
    assert site.run("clean", "--state", "unreadable", "--yes").code == 0
    assert kept(site) == []


def test_age_is_that_of_the_last_event(site: Site) -> None:
    run = ran_once(site)
    assert site.run("clean", "--older-than", "1h").err == "no run to remove\n"
    old = run.with_name("20200101-000000-00aa")
    run.rename(old)
    assert site.run("clean", "--older-than", "1h").err == "no run to remove\n"
    os.utime(old / "events.jsonl", (0, 0))
    assert old.name in site.run("clean", "--older-than", "1h", "--dry-run").out
    assert "no duration" in site.run("clean", "--older-than", "soon").err
