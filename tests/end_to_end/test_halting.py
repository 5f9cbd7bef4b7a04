"""Halting: so many failed tasks, and what becomes of what runs and of what waits."""

from __future__ import annotations

import pytest
from e2e import Site, by_id, plan, task, verdicts

PROTOCOL = """
## Failure Escalation Protocol

- Retry task {retries} times
- 3+ failed tasks: halt all tasks
"""
UNTIL = "until [ -e {file} ]; do sleep 0.05; done"


def failing(number: int, after: str = "true") -> str:
    return task(number, f"{after}\nfalse")


def test_the_plans_three_failures_halt_it_and_say_so(each_site: Site) -> None:
    text = plan(
        *(failing(n) for n in (1, 2, 3)),
        task(4, "touch up\nsleep 60"),
        task(5, "touch five", needs="T004"),
        task(6, "true", needs="T001"),
        tail=PROTOCOL.format(retries=0),
    ).replace("touch up\n", "")
    report = each_site.go(text, code=0)
    assert verdicts(report) == {
        **dict.fromkeys(("T001", "T002", "T003"), "failed"),
        "T004": "halted",
        "T005": "halted",
        "T006": "blocked",
    }
    for part in ("T001", "T002", "T003", "failed, and max_failures is 3"):
        assert part in by_id(report)["T005"]["halted"]
        (evidence,) = by_id(report)["T004"]["attempts"][0]["evidence"]
        assert part in evidence["text"]
    assert not (each_site.folder / "five").exists()
    (stopping,) = each_site.events("run_stopping")
    assert stopping["halt"] is True


def test_drain_lets_what_runs_finish(site: Site) -> None:
    text = plan(
        failing(1, UNTIL.format(file="running")),
        task(2, "touch running\nsleep 1\ntouch two"),
        task(3, "touch three", needs="T002"),
    )
    report = site.go(text, "--fail-fast", "--halt", "drain", code=0)
    assert verdicts(report) == {"T001": "failed", "T002": "passed", "T003": "halted"}
    assert (site.folder / "two").exists()
    assert not (site.folder / "three").exists()


@pytest.mark.parametrize(
    ("flags", "halted"),
    [
        (("--keep-going",), False),
        (("--max-failures", "2"), True),
        (("--fail-fast",), True),
    ],
)
def test_flags_are_stronger_than_the_plan(site: Site, flags: tuple[str, ...], halted: bool) -> None:
    text = plan(
        *(failing(n) for n in (1, 2, 3)),
        task(4, UNTIL.format(file="never") if halted else "sleep 0.5"),
        tail=PROTOCOL.format(retries=0),
    )
    report = site.go(text, *flags, code=0)
    assert verdicts(report)["T004"] == ("halted" if halted else "passed")


def test_a_task_with_retries_left_has_not_failed_yet(site: Site) -> None:
    text = plan(
        task(1, 'test "$TMUXPLAN_ATTEMPT_N" = 2'),
        task(2, "true", needs="T001"),
    )
    report = site.go(text, "--fail-fast", "--retries", "1", "--retry-delay", "0.1", code=0)
    assert verdicts(report) == {"T001": "passed", "T002": "passed"}


def test_who_waits_for_a_retry_when_the_run_halts_stays_failed(site: Site) -> None:
    text = plan(
        task(1, "false"),
        task(
            2,
            "until grep -q retry_planned .tmuxplan/runs/*/events.jsonl; do sleep 0.02; done\nfalse",
            meta=("**Retries:** 0",),
        ),
    )
    report = site.go(text, "--fail-fast", "--retries", "1", "--retry-delay", "60", code=0)
    assert verdicts(report) == {"T001": "failed", "T002": "failed"}
    assert len(by_id(report)["T001"]["attempts"]) == 1
    assert "T002 failed" in by_id(report)["T001"]["halted"]


def test_flags_exclude_each_other(site: Site) -> None:
    site.write(plan(task(1, "true")))
    ran = site.launch("plan.md", "--fail-fast", "--keep-going")
    assert ran.code == 2
    assert "exclude each other" in ran.err
