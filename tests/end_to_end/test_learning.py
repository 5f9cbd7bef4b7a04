"""Earlier runs say how long tasks take: in `show`, `status` and JSON, for the same content only."""

from __future__ import annotations

import json
from typing import Any

import pytest
from e2e import Site, by_id, plan, task, until, verdicts

WAITS = "sleep 0.3; echo done"
PLAN = plan(
    task(1, WAITS, title="Build", meta=("**Estimated Time:** 10 minutes",)),
    task(2, "false", title="Test", needs="TASK 001"),
)


def shown(site: Site, *args: str) -> dict[str, Any]:
    return by_id(json.loads(site.run("show", "plan.md", "--json", *args).out))


def test_what_a_task_took_is_learned(each_site: Site) -> None:
    site = each_site
    site.write(PLAN)
    assert shown(site)["T001"]["learned"] is None
    for _ in range(2):
        site.go(PLAN, "--yes", code=0)
    learned = shown(site)["T001"]["learned"]
    assert learned["runs"] == 2
    assert 0.2 < learned["seconds"] < 10  # from the mark that was read to the next one
    assert shown(site)["T002"]["learned"] is None  # it never passed
    document = json.loads(site.run("show", "plan.md", "--json").out)
    assert document["expected_path"]["tasks"] == ["T001", "T002"]
    assert document["critical_path"]["high_s"] == 600
    text = site.run("show", "plan.md").out
    assert "from 2 runs, estimated 10 minutes" in text
    assert "by earlier runs: T001 → T002: ~" in text


def test_status_and_its_time_left_use_it(site: Site) -> None:
    slow = PLAN.replace("echo done", "test ! -e wait || until test -e go; do sleep 0.02; done")
    site.write(slow)
    assert site.launch("plan.md", "--wait", "--yes").code == 0
    (site.folder / "wait").touch()
    assert site.launch("plan.md", "--yes").code == 0
    until(lambda: by_id(site.status())["T001"]["attempts"])
    build = by_id(site.status())["T001"]
    assert build["learned"]["runs"] == 1
    assert build["estimate"]["high_s"] == 600
    # Ten minutes by the plan, and a second by what it took.
    assert "10m" not in site.run("status").out
    assert "10m" not in site.run("status", "--line").out
    (site.folder / "go").touch()
    until(lambda: site.status()["run"]["verdict"])


def test_a_changed_task_is_another_and_a_resumed_run_is_not(site: Site) -> None:
    site.go(PLAN, "--yes", code=0)
    site.write(PLAN.replace("sleep 0.3", "sleep 0.2"))
    assert shown(site)["T001"]["learned"] is None
    site.write(PLAN)
    site.go(PLAN, "--yes", code=0)
    assert site.run("resume", "--wait").code == 0
    assert site.events("plan_changed") == []  # what it has learned meanwhile is no other plan
    assert by_id(site.status())["T001"]["learned"]["runs"] == 1


def test_servers_and_what_failed_teach_nothing(site: Site) -> None:
    served = plan(
        task(1, "echo up; sleep 60", meta=("**Ready:** ~ up",)),
        task(2, "echo used", needs="TASK 001"),
        task(3, "sleep 0.1; exit 1"),
    )
    site.go(served, "--yes", code=0)
    found = shown(site)
    assert [found[one]["learned"] is None for one in ("T001", "T002", "T003")] == [
        True, False, True,
    ]  # fmt: skip


ASKS = plan(task(1, 'read -p "Go on? [y/N] " answer </dev/tty\necho "said $answer"'))


@pytest.mark.tmux
def test_what_a_person_took_to_answer_teaches_nothing(tmux_site: Site) -> None:
    site = tmux_site
    site.write(ASKS)
    assert site.launch("plan.md", "--yes").code == 0
    until(lambda: site.runs and site.events("input_awaited"))
    site.tmux("send-keys", "-t", ":1", "y", "Enter")
    until(lambda: site.events("run_ended"))
    assert verdicts(site.status()) == {"T001": "passed"}
    assert shown(site)["T001"]["learned"] is None


def test_a_prompt_that_a_rule_answers_is_no_persons_time(site: Site) -> None:
    site.write("respond: [{prompt: 'Go on', answer: y}]\n", "tmuxplan.yaml")
    site.go(ASKS, "--yes", code=0)
    assert len(site.events("answered")) == 1
    assert shown(site)["T001"]["learned"]["runs"] == 1


def test_with_no_runs_runs_says_so(site: Site) -> None:
    ran = site.run("runs")
    assert (ran.code, ran.out) == (0, "")
    assert "no runs here" in ran.err
    assert "tmuxplan launch" in ran.err
