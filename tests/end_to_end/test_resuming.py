"""`tmuxplan resume`: what lives is adopted, what passed is kept, everything else runs."""

from __future__ import annotations

import signal

import pytest
from e2e import Ran, Site, by_id, lives, number_in, plan, task, until, verdicts

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


@pytest.mark.tmux
def test_a_failure_of_that_time_is_not_tried_again_by_the_way(tmux_site: Site) -> None:
    tmux_site.write(LONG.replace("echo went", "(exit 7)"))
    assert tmux_site.launch().code == 0
    shell = number_in(tmux_site.folder / "shell")
    until(lambda: tmux_site.events("attempt_started")[1:])
    tmux_site.supervisor.send_signal(signal.SIGKILL)
    (tmux_site.folder / "go").touch()
    until(lambda: not lives(shell))
    assert tmux_site.run("resume", "--wait").code == 1
    assert ran(tmux_site) == [1, 1, 0]
    assert tmux_site.run("resume", "--wait").code == 1
    assert ran(tmux_site) == [1, 2, 0]


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


def failing(n: int = 2) -> list[str]:
    """Three tasks in a row that count how often they run; one fails until it is mended."""
    return [
        task(
            i,
            f"echo {name} >>{name}" + ("\n[ -e mended ]" if i == n else ""),
            title=f"Step {name}",
            needs=f"TASK {i - 1:03d}" if i > 1 else "None",
            impact="High",
        )
        for i, name in enumerate(("one", "two", "three"), 1)
    ]


def resumed(site: Site, *args: str) -> Ran:
    """Resume a run whose fault has been mended, to GO."""
    (site.folder / "mended").touch()
    done = site.run("resume", "--wait", *args)
    assert done.code == 0, done
    return done


def test_only_what_changed_and_what_needs_it_runs_again(site: Site) -> None:
    site.go(plan(*failing(3)), code=1)
    tasks = failing(3)
    site.write(
        "Some words.\n\n" + plan(tasks[0], tasks[1].replace(">>two", ">>two; true"), tasks[2])
    )
    said = resumed(site).err
    assert ran(site) == [1, 2, 2]
    assert "T002 (Step two) is different" in said
    assert "T001" not in said
    assert "it is different in the plan now" in site.events("reopened")[0]["why"]


def test_a_changed_plan_is_told_when_it_is_gone_by(site: Site) -> None:
    """Not when it was read, before somebody took the run over: times don't run backwards."""
    site.go(plan(*failing(3)), code=1)
    site.write(plan(*failing(3), task(4, "true")))
    resumed(site)
    took, changed = site.events("supervisor_started")[-1], site.events("plan_changed")[-1]
    assert took["at"] <= changed["at"] <= site.events("reopened")[0]["at"]


def test_ids_may_move_and_content_decides(each_site: Site) -> None:
    each_site.go(plan(*failing(3)), code=1)
    one, two, three = failing(3)
    new = task(2, "echo new >>new", title="Step new", needs="TASK 001", impact="High")
    two = two.replace("TASK 002", "TASK 003")
    three = three.replace("TASK 003", "TASK 004").replace("TASK 002", "TASK 003")
    each_site.write(plan(one, new, two, three))
    said = resumed(each_site).err
    assert ran(each_site) == [1, 1, 2]
    assert (each_site.folder / "new").read_text() == "new\n"
    for words in (
        "T002 (Step two) is T003 now",
        "T003 (Step three) is T004 now",
        "T002 (Step new) was added",
    ):
        assert words in said
    report = by_id(each_site.collected())
    assert {task: len(one["attempts"]) for task, one in report.items()} == {
        "T001": 1,
        "T002": 1,
        "T003": 1,
        "T004": 2,
    }
    assert "echo two" in each_site.run("logs", "T003").out
    assert "echo three" in each_site.run("logs", "T004", "--attempt", "1").out
    if each_site.backend == "tmux":
        names = each_site.tmux("list-panes", "-s", "-F", "#{@tmuxplan_task} #{window_name}")
        assert sorted(names.splitlines()) == [
            " mission control",
            "T001 ✓ T001 Step one",
            "T002 ✓ T002 Step new",
            "T003 ✓ T003 Step two",
            "T004 ✓ T004 Step three",
        ]


def test_ids_that_changed_places(site: Site) -> None:
    parts = [task(n, f"echo {name} >>{name}", title=name) for n, name in ((1, "one"), (2, "two"))]
    fails = task(3, "echo three >>three\n[ -e mended ]", impact="High")
    site.go(plan(*parts, fails), code=1)
    swapped = [parts[1].replace("002", "001"), parts[0].replace("001", "002")]
    site.write(plan(*swapped, fails))
    assert "T001 (one) is T002 now" in resumed(site).err
    assert ran(site) == [1, 1, 2]
    assert "echo two" in site.run("logs", "T001").out


def test_what_is_no_longer_in_the_plan_is_named_and_its_log_kept(site: Site) -> None:
    site.go(plan(*failing(3)), code=1)
    one, _, three = failing(3)
    site.write(plan(one, three.replace("**Dependencies:** TASK 002", "**Dependencies:** TASK 001")))
    assert "T002 (Step two) is no longer in the plan" in resumed(site).err
    assert verdicts(site.collected()) == {"T001": "passed", "T003": "passed"}
    assert (site.runs[-1] / "removed" / "T002-1" / "1" / "log").exists()


def test_frozen_takes_the_plan_as_launched(site: Site) -> None:
    site.go(plan(*failing()), code=1)
    site.write("# Another plan\n")
    resumed(site, "--frozen")
    assert ran(site) == [1, 2, 1]
    refused = site.run("resume", "--frozen", "--jobs", "2")
    assert (refused.code, "--frozen takes everything as launched" in refused.err) == (2, True)


def test_a_plan_that_is_gone_or_broken_is_no_reason_to_guess(site: Site) -> None:
    site.go(plan(*failing()), code=1)
    site.write(plan(*failing()).replace("[ -e mended ]", "if then"))
    broken = site.run("resume")
    assert (broken.code, "plan.md:" in broken.err) == (2, True)
    (site.folder / "plan.md").unlink()
    gone = site.run("resume")
    assert (gone.code, "resume --frozen" in gone.err) == (2, True)
    assert ran(site) == [1, 1, 0]


def test_all_runs_everything_again_in_the_same_run(site: Site) -> None:
    site.go(plan(*failing()), code=1)
    resumed(site, "--all")
    assert ran(site) == [2, 2, 1]
    assert len(site.runs) == 1
    assert [len(one["attempts"]) for one in site.collected()["tasks"]] == [2, 2, 1]


def test_the_options_of_the_launch_stand_unless_given(site: Site) -> None:
    text = plan(
        task(1, 'echo "$WHO $WHAT" >>one\n[ -e mended ]', impact="High"),
    )
    site.write(text)
    assert site.launch("plan.md", "--wait", "--set", "WHO=ann", "--set", "WHAT=x").code == 1
    resumed(site, "--set", "WHAT=y")
    assert (site.folder / "one").read_text() == "ann x\nann y\n"


def test_what_was_asked_for_stands_also_under_another_id(site: Site) -> None:
    site.write(plan(*failing()))
    assert site.launch("plan.md", "--wait", "--only", "T002").code == 1
    one, two, three = failing()
    moved = two.replace("TASK 002", "TASK 003").replace("TASK 001", "TASK 002")
    site.write(
        plan(
            task(1, "echo new >>new", title="Step new"),
            one.replace("TASK 001", "TASK 002"),
            moved,
            three.replace("TASK 003", "TASK 004").replace("TASK 002", "TASK 003"),
        )
    )
    (site.folder / "mended").touch()
    done = site.run("resume", "--wait")
    assert done.code == 4, done  # a part of a plan is no GO
    assert ran(site) == [0, 2, 0]
    assert not (site.folder / "new").exists()


def test_two_who_resume_at_once(site: Site) -> None:
    site.go(plan(*failing()), code=1)
    (site.folder / "mended").touch()
    both = [site.start("resume", "--wait") for _ in range(2)]
    said = [one.communicate(timeout=40) for one in both]
    assert ran(site) == [1, 2, 1], said
    assert "Traceback" not in str(said)
    assert 0 in [one.returncode for one in both]


def test_a_secret_of_the_launch_is_asked_for_and_never_kept(site: Site) -> None:
    site.write(plan(task(1, 'echo "$API_TOKEN" | md5sum\n[ -e mended ]', impact="High")))
    assert site.launch("plan.md", "--wait", "--set", "API_TOKEN=hunter2hunter2").code == 1
    missing = site.run("resume")
    assert (missing.code, "API_TOKEN" in missing.err) == (2, True)
    (site.folder / "mended").touch()
    assert site.run("resume", "--wait", env={"API_TOKEN": "hunter2hunter2"}).code == 0
    kept = [path for path in site.runs[-1].rglob("*") if path.is_file()]
    assert not [path for path in kept if b"hunter2" in path.read_bytes()]


@pytest.mark.tmux
def test_what_still_runs_must_be_as_the_plan_has_it(tmux_site: Site) -> None:
    shell = died(tmux_site)
    tmux_site.write(LONG.replace("echo went", "echo gone"))
    refused = tmux_site.run("resume")
    assert (refused.code, "T002 still runs" in refused.err) == (2, True), refused
    assert "--frozen" in refused.err
    assert lives(shell)
    assert tmux_site.status()["run"]["state"] == "dead"
    all_of_it = tmux_site.run("resume", "--frozen", "--all")
    assert (all_of_it.code, "still runs" in all_of_it.err) == (2, True)
    assert tmux_site.run("resume", "--frozen").code == 0
    (tmux_site.folder / "go").touch()
    until(lambda: tmux_site.status()["run"]["verdict"] == "GO")
    assert ran(tmux_site) == [1, 1, 1]


def test_a_server_that_was_let_go_comes_up_again_for_who_needs_it(site: Site) -> None:
    text = plan(
        task(
            1,
            "echo up >>one\necho listening\nsleep 60",
            impact="High",
            meta=("**Ready:** ~ listening",),
        ),
        task(2, "echo two >>two\n[ -e mended ]", needs="Task 001 (server running)", impact="High"),
    )
    report = site.go(text, code=1)
    assert verdicts(report) == {"T001": "passed", "T002": "failed"}
    resumed(site)
    assert ran(site)[:2] == [2, 2]
    assert site.events("reopened")[-1]["why"] == "T002 needs it up"


@pytest.mark.tmux
def test_a_server_that_is_up_is_adopted_as_one(tmux_site: Site) -> None:
    """Who waits for it starts, and it is let go afterwards, as in an undisturbed run."""
    text = plan(
        task(
            1,
            "echo up >>one\necho listening\nsleep 60",
            impact="High",
            meta=("**Ready:** ~ listening",),
        ),
        task(
            2,
            "echo two >>two\nuntil [ -e go ]; do sleep 0.02; done",
            needs="Task 001 (server running)",
            impact="High",
        ),
        task(3, "echo three >>three", needs="Task 001 (server running), TASK 002", impact="High"),
    )
    tmux_site.write(text)
    assert tmux_site.launch().code == 0
    until(lambda: tmux_site.events("attempt_started")[1:])
    supervisor = tmux_site.supervisor
    supervisor.send_signal(signal.SIGKILL)
    until(lambda: not lives(supervisor.pid))
    (tmux_site.folder / "go").touch()
    assert tmux_site.run("resume", "--wait").code == 0
    assert ran(tmux_site) == [1, 1, 1]


@pytest.mark.tmux
def test_a_timeout_counts_from_the_start_of_the_task(tmux_site: Site) -> None:
    text = plan(task(1, "touch up\nsleep 60", meta=("**Timeout:** 1 s",), impact="High"))
    tmux_site.write(text)
    assert tmux_site.launch("plan.md", "--set", "A=1").code == 0
    until(lambda: tmux_site.events("attempt_started"))
    tmux_site.supervisor.send_signal(signal.SIGKILL)
    assert tmux_site.run("resume", "--wait").code == 1
    assert verdicts(tmux_site.collected()) == {"T001": "timed out"}
    begun, ended = tmux_site.events("attempt_started")[0], tmux_site.events("stop_asked")[0]
    assert ended["at"] - begun["at"] < 10


def test_wait_tells_only_what_is_new(site: Site) -> None:
    site.go(plan(*failing()), code=1)
    said = resumed(site).out
    assert "T001" not in said
    assert "T002 passed" in said


@pytest.mark.tmux
def test_secrets_that_only_the_launching_shell_knew_stay_hidden(tmux_site: Site) -> None:
    """What it printed while nobody watched, and afterwards, is read by a shell without them."""
    waiting = "echo $$ >shell\nuntil [ -e go ]; do sleep 0.02; done"
    commands = f'echo "a $MY_TOKEN"\n{waiting}\necho "b $MY_TOKEN"'
    tmux_site.write(plan(task(1, commands, impact="High")))
    assert tmux_site.launch("plan.md", env={"MY_TOKEN": "hunter2hunter2"}).code == 0
    number_in(tmux_site.folder / "shell")
    until(lambda: tmux_site.events("attempt_started"))
    supervisor = tmux_site.supervisor
    supervisor.send_signal(signal.SIGKILL)
    until(lambda: not lives(supervisor.pid))
    assert tmux_site.run("resume").code == 0
    (tmux_site.folder / "go").touch()
    until(lambda: tmux_site.status()["run"]["verdict"] == "GO")
    said = tmux_site.run("logs", "T001").out
    assert ("hunter2" in said, "a ***" in said, "b ***" in said) == (False, True, True)
