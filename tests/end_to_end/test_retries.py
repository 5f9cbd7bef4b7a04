"""Retries: how often, how long between, what counts at the end."""

from __future__ import annotations

import pytest
from e2e import Site, by_id, plan, task, verdicts

AT_SECOND_TRY = """
echo "try $TMUXPLAN_ATTEMPT_N, {name}"
echo "$TMUXPLAN_ATTEMPT_N" >> {name}.tries
test "$TMUXPLAN_ATTEMPT_N" -ge 2
"""
PROTOCOL = """
## Failure Escalation Protocol

1. Retry task {retries} times
2. 3+ failed tasks: halt all tasks
"""


def tries(site: Site, name: str) -> list[str]:
    return (site.folder / f"{name}.tries").read_text().split()


def test_a_task_is_tried_again_and_its_last_attempt_counts(each_site: Site) -> None:
    text = plan(task(1, AT_SECOND_TRY.format(name="a")), task(2, "true", needs="T001"))
    report = each_site.go(text, "--retries", "3", "--retry-delay", "0.2", code=0)
    assert verdicts(report) == {"T001": "passed", "T002": "passed"}
    assert tries(each_site, "a") == ["1", "2"]
    first, second = by_id(report)["T001"]["attempts"]
    assert (first["verdict"], second["verdict"]) == ("failed", "passed")
    assert (first["n"], second["n"]) == (1, 2)
    assert "try 1" in each_site.run("logs", "T001", "--attempt", "1").out
    assert "try 2" in each_site.run("logs", "T001").out
    nonces = {event["nonce"] for event in each_site.events("attempt_starting")}
    assert len(nonces) == 3
    (planned,) = each_site.events("retry_planned")
    assert planned["left"] == 2


def test_three_retries_are_three_after_the_first_as_the_plan_says(site: Site) -> None:
    text = plan(task(1, "echo x >> a.tries\nfalse", impact="High"), tail=PROTOCOL.format(retries=3))
    report = site.go(text, "--retry-delay", "0.1", code=1)
    assert len(tries(site, "a")) == 4
    assert len(by_id(report)["T001"]["attempts"]) == 4
    delays = [event["due"] - event["at"] for event in site.events("retry_planned")]
    assert [round(delay, 3) for delay in delays] == [0.1, 0.2, 0.4]


@pytest.mark.parametrize(
    ("front", "meta", "flags", "attempts"),
    [
        ("", (), (), 3),
        ("retries: 1", (), (), 2),
        ("retries: 1", (), ("--retries", "0"), 1),
        ("", ("**Retries:** 1",), (), 2),
        ("", ("**Retries:** 1",), ("--retries", "2"), 3),
        ("", ("**Retries:** 0",), ("--retries", "2"), 1),
        ("tasks: {T1: {retries: 1}}", (), (), 2),
        ("tasks: {T1: {no_retry: true}}", ("**Retries:** 2",), ("--retries", "2"), 1),
    ],
)
def test_flags_are_stronger_than_the_plan_and_that_than_its_protocol(
    site: Site, front: str, meta: tuple[str, ...], flags: tuple[str, ...], attempts: int
) -> None:
    text = plan(task(1, "false", meta=meta), tail=PROTOCOL.format(retries=2))
    report = site.go(
        f"---\n{front}\n---\n{text}" if front else text, "--retry-delay", "0.01", *flags, code=0
    )
    assert len(by_id(report)["T001"]["attempts"]) == attempts


def test_the_file_is_weaker_than_the_protocol(site: Site) -> None:
    site.write("retries: 5\nretry_delay: 1s\n", "tmuxplan.yaml")
    text = plan(task(1, "false"), tail=PROTOCOL.format(retries=1))
    report = site.go(text, "--retry-delay", "0", code=0)
    assert len(by_id(report)["T001"]["attempts"]) == 2


def test_a_timeout_is_tried_again_and_a_stop_never(site: Site) -> None:
    text = plan(
        task(1, 'test "$TMUXPLAN_ATTEMPT_N" = 2 || sleep 60', meta=("**Timeout:** 1s",)),
    )
    report = site.go(text, "--retries", "1", "--retry-delay", "0", code=0)
    first, second = by_id(report)["T001"]["attempts"]
    assert (first["verdict"], second["verdict"]) == ("timed out", "passed")


def test_a_lock_is_held_between_attempts(site: Site) -> None:
    mark = "echo {} >> order"
    text = plan(
        task(1, f'{mark.format("a")}\ntest "$TMUXPLAN_ATTEMPT_N" = 3', meta=("**Locks:** x",)),
        task(2, mark.format("b"), meta=("**Locks:** x",)),
    )
    site.go(text, "--retries", "2", "--retry-delay", "0.2", code=0)
    assert "aaa" in (site.folder / "order").read_text().replace("\n", "")
