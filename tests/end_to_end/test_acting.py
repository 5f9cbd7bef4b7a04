"""What people do to a run: retry, pause, unpause, stop; refused where it makes no sense."""

from __future__ import annotations

import signal
import time

from e2e import Site, by_id, lives, number_in, plan, task, until, verdicts

HELD = "until [ -e {} ]; do sleep 0.05; done"


def ended(site: Site) -> str:
    """The run's verdict, once it has one."""
    found: str = until(lambda: site.status()["run"]["verdict"])
    return found


def settled(site: Site, name: str, verdict: str) -> None:
    until(lambda: verdicts(site.status()).get(name) == verdict)


CHAIN = plan(
    task(1, "echo x >> one\n[ -e mended ]", impact="High"),
    task(2, "echo x >> two", needs="T001", impact="High"),
    task(3, "echo x >> three", needs="T002"),
    task(4, HELD.format("go")),
)


def test_a_failed_task_is_retried_on_a_live_run_and_what_it_blocked_follows(
    each_site: Site,
) -> None:
    each_site.write(CHAIN)
    assert each_site.launch().code == 0
    settled(each_site, "T003", "blocked")
    (each_site.folder / "mended").touch()
    ran = each_site.run("retry", "1", "--by", "ann")
    assert (ran.code, "T001 is tried again" in ran.err) == (0, True), ran
    settled(each_site, "T003", "passed")
    (each_site.folder / "go").touch()
    assert ended(each_site) == "GO"
    report = by_id(each_site.collected())
    assert [a["verdict"] for a in report["T001"]["attempts"]] == ["failed", "passed"]
    assert (each_site.folder / "two").read_text() == "x\n"
    opened = [(event["task"], event["by"]) for event in each_site.events("reopened")]
    assert opened == [("T001", "ann"), ("T002", "ann"), ("T003", "ann")]


def test_a_failed_task_is_skipped_on_a_live_run_and_its_failure_stays_in_the_report(
    site: Site,
) -> None:
    site.write(CHAIN)
    assert site.launch().code == 0
    settled(site, "T003", "blocked")
    ran = site.run("skip", "1", "--by", "ann", "--reason", "known, see 4711")
    assert (ran.code, "without it the run can't be GO" in ran.err) == (0, True), ran
    settled(site, "T003", "passed")
    (site.folder / "go").touch()
    assert ended(site) == "NO GO"
    first = by_id(site.collected())["T001"]
    assert (first["verdict"], first["skipped_by"]) == ("skipped", "ann")
    assert [a["verdict"] for a in first["attempts"]] == ["failed"]
    told = site.run("collect").out
    assert "T001 (skipped by ann, after it failed)" in told
    assert "known, see 4711 (before that it failed: exit status 1" in told
    assert "nothing to skip" in site.run("skip", "T001", "--reason", "again").err


def test_a_skip_makes_an_ended_run_go_on(site: Site) -> None:
    site.write(CHAIN.replace("**Failure Impact:** High", "**Failure Impact:** Low"))
    (site.folder / "go").touch()
    assert site.launch("plan.md", "--wait").code == 0
    assert verdicts(site.collected())["T003"] == "blocked"
    assert site.run("skip", "T001", "--reason", "known").code == 0
    settled(site, "T003", "passed")
    assert ended(site) == "GO"
    assert "T001 (skipped by" in site.run("collect").out


def test_a_retry_undoes_a_skip_and_the_journal_keeps_both(site: Site) -> None:
    site.write(CHAIN)
    (site.folder / "go").touch()
    assert site.launch("plan.md", "--wait").code == 1
    assert site.run("skip", "T001", "--by", "ann", "--reason", "known").code == 0
    settled(site, "T003", "passed")
    assert ended(site) == "NO GO"  # it blocks, and was skipped
    (site.folder / "mended").touch()
    ran = site.run("retry", "T001", "--by", "bob")
    assert (ran.code, "T001 is tried again" in ran.err) == (0, True), ran
    until(lambda: site.status()["run"]["verdict"] == "GO")
    report = by_id(site.collected())
    assert [a["verdict"] for a in report["T001"]["attempts"]] == ["failed", "passed"]
    assert report["T001"]["skipped_by"] is None
    assert report["T001"]["reopened"] == {"by": "bob", "why": "retried"}
    assert (site.folder / "two").read_text() == "x\n"  # what ran without it has run
    assert [(e["task"], e["by"]) for e in site.events("skipped")] == [("T001", "ann")]


def test_a_retry_makes_an_ended_run_go_on(each_site: Site) -> None:
    each_site.write(CHAIN)
    (each_site.folder / "go").touch()
    assert each_site.launch("plan.md", "--wait").code == 1
    (each_site.folder / "mended").touch()
    assert each_site.run("retry", "T001").code == 0
    until(lambda: each_site.status()["run"]["verdict"] == "GO")
    assert verdicts(each_site.collected())["T003"] == "passed"
    assert (each_site.folder / "one").read_text() == "x\nx\n"


def test_a_retry_does_not_wait_for_its_delay_when_a_person_asks(site: Site) -> None:
    site.write(plan(task(1, 'test "$TMUXPLAN_ATTEMPT_N" = 2')))
    assert site.launch("plan.md", "--retries", "1", "--retry-delay", "10 min").code == 0
    until(lambda: site.events("retry_planned"))
    assert site.run("retry", "T001").code == 0
    assert ended(site) == "GO"


def test_a_retry_is_refused_in_clear_words(site: Site) -> None:
    site.write(CHAIN)
    assert site.launch().code == 0
    settled(site, "T003", "blocked")
    running = site.run("retry", "T004")
    assert (running.code, "T004 is running" in running.err) == (2, True), running
    blocked = site.run("retry", "T003")
    assert "it began with T001: retry that" in blocked.err
    (site.folder / "go").touch()
    assert ended(site) == "NO GO"
    passed = site.run("retry", "T004")
    assert (passed.code, "T004 passed: there is nothing to try again" in passed.err) == (2, True)


def test_pause_starts_nothing_new_and_unpause_goes_on(each_site: Site) -> None:
    each_site.write(plan(task(1, HELD.format("go")), task(2, "touch two", needs="T001")))
    assert each_site.launch().code == 0
    until(lambda: each_site.events("attempt_started"))
    early = each_site.run("unpause")
    assert (early.code, "the run is not paused" in early.err) == (2, True), early
    assert each_site.run("pause", "--by", "ann").code == 0
    again = each_site.run("pause")
    assert (again.code, "paused already, by ann" in again.err) == (2, True), again
    (each_site.folder / "go").touch()
    settled(each_site, "T001", "passed")
    assert each_site.status()["run"]["state"] == "running"
    assert "paused by ann" in each_site.run("status").out
    assert not (each_site.folder / "two").exists()
    assert each_site.run("unpause").code == 0
    assert ended(each_site) == "GO"
    assert (each_site.folder / "two").exists()
    over = each_site.run("unpause")
    assert (over.code, "has ended: nothing to unpause" in over.err) == (2, True), over


def test_a_paused_run_makes_no_retry_and_can_be_stopped(site: Site) -> None:
    site.write(plan(task(1, f"{HELD.format('go')}\nfalse"), task(2, "true", needs="T001")))
    assert site.launch("plan.md", "--retries", "1", "--retry-delay", "0").code == 0
    until(lambda: site.events("attempt_started"))
    assert site.run("pause").code == 0
    (site.folder / "go").touch()
    until(lambda: site.events("retry_planned"))
    for _ in range(2):  # who answers has decided since the retry was planned
        assert "paused already" in site.run("pause").err
    assert len(site.events("attempt_starting")) == 1
    assert site.run("stop").code == 0
    assert verdicts(site.collected()) == {"T001": "failed", "T002": "halted"}


STUBBORN = "trap '' INT TERM\necho $$ > pid\nwhile :; do sleep 0.05; done"


def test_stop_now_kills_at_once_also_what_is_being_stopped(each_site: Site) -> None:
    each_site.write("grace: 10 min\n", "tmuxplan.yaml")
    each_site.write(plan(task(1, STUBBORN)))
    assert each_site.launch().code == 0
    pid = number_in(each_site.folder / "pid")
    stopping = each_site.start("stop")
    until(lambda: each_site.events("stop_asked"))
    assert lives(pid)
    began = time.monotonic()
    assert each_site.run("stop", "--now").code == 0
    assert time.monotonic() - began < 10
    assert not lives(pid)
    assert stopping.wait(20) == 0
    stopping.communicate()
    assert verdicts(each_site.collected()) == {"T001": "halted"}


def test_who_waits_for_a_stop_is_told_what_for(each_site: Site) -> None:
    each_site.write("grace: 90s\n", "tmuxplan.yaml")
    each_site.write(plan(*(task(n, STUBBORN.replace("pid", f"pid{n}")) for n in range(1, 11))))
    assert each_site.launch("plan.md", "--jobs", "10").code == 0
    for n in range(1, 11):
        number_in(each_site.folder / f"pid{n}")
    stopping = each_site.start("stop")
    assert stopping.stderr is not None
    said = stopping.stderr.readline()
    stop = f"`tmuxplan stop --run {each_site.runs[0].name} --now`"
    assert said == (
        "asked to end: T001, T002, T003, T004, T005, T006, T007, T008 and 2 more; "
        f"killed after 1 min 30 s, or at once with {stop}\n"
    )
    assert each_site.run("stop", "--now").code == 0
    assert stopping.wait(20) == 0
    assert "is stopped" in stopping.communicate()[1]


def test_a_retry_says_that_the_plan_has_been_edited_since(site: Site) -> None:
    site.write(plan(task(1, "exit 1", impact="High")))
    assert site.launch("plan.md", "--wait").code == 1
    assert site.run("retry", "T001").err == "T001 is tried again\n"
    assert ended(site) == "NO GO"
    site.write(plan(task(1, "exit 0")))
    ran, run = site.run("retry", "T001"), site.runs[0].name
    assert (ran.code, ran.err) == (
        0,
        "T001 is tried again as it was: plan.md has been edited since; to go by it: "
        f"`tmuxplan stop --run {run}`, then `tmuxplan resume {run}`\n",
    )
    assert ended(site) == "NO GO"  # it was
    assert site.run("resume", "--wait").code == 0


def test_a_retry_of_a_directorys_task_knows_which_file_was_edited(site: Site) -> None:
    steps = site.folder / "steps"
    steps.mkdir()
    for n, code in ((1, "true"), (2, "exit 1")):
        site.write(plan(task(n, code, impact="High")), f"steps/{n}.md")
    assert site.launch("steps", "--wait").code == 1
    assert "edited" not in site.run("retry", "T2").err
    assert ended(site) == "NO GO"
    site.write(plan(task(1, "echo other")), "steps/1.md")
    assert "edited" in site.run("retry", "T2").err
    assert ended(site) == "NO GO"
    (steps / "1.md").unlink()
    (steps / "2.md").unlink()
    assert "steps can't be read any more" in site.run("retry", "T2").err


def test_on_a_dead_run_resume_is_named(site: Site) -> None:
    site.write(plan(task(1, "echo $$ > pid\nsleep 60")))
    assert site.launch().code == 0
    number_in(site.folder / "pid")
    supervisor = site.supervisor
    supervisor.send_signal(signal.SIGKILL)
    until(lambda: not lives(supervisor.pid))
    for verb in (("retry", "T001"), ("pause",), ("unpause",)):
        ran = site.run(*verb)
        assert ran.code == 2
        assert f"tmuxplan resume {site.runs[0].name}" in ran.err
