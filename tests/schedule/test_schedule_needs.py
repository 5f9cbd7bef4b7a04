"""What a task lacks of its dependencies, and whose turn it is."""

from __future__ import annotations

import pytest
from test_decide import plan_of, task

from tmuxplan.plan.model import EdgeKind
from tmuxplan.schedule.graph import graph_of
from tmuxplan.schedule.needs import Change, Needs
from tmuxplan.schedule.queue import Queue


@pytest.mark.parametrize(
    ("kind", "verdict", "up", "coming", "change"),
    [
        ("hard", "passed", False, False, "met"),
        ("hard", "skipped", False, False, "met"),
        ("hard", "failed", False, False, "doomed"),
        ("soft", "failed", False, False, "met"),
        ("ready", "skipped", False, False, "met"),
        ("ready", "passed", False, False, "doomed"),  # it ended, and was never up
        ("ready", "passed", False, True, ""),  # what it started may come up
        ("ready", "passed", True, False, ""),  # met when it came up
        ("ready", "failed", True, False, "doomed"),
    ],
)
def test_what_an_end_is_to_who_waits(
    kind: EdgeKind, verdict: str, up: bool, coming: bool, change: Change
) -> None:
    plan = plan_of([task("a"), task("b")], [("b", "a", kind)])
    needs = Needs(graph_of(plan), {"a": 1.0} if coming else {})
    needs.up |= {"a"} if up else set()
    needs.count_again("b")
    before = needs.are_met("b")
    assert before is (kind == "ready" and up)
    needs.ended("a", verdict)
    assert needs.after("b", "a", verdict) == change
    assert needs.are_met("b") is (before or change == "met")
    # Who counts anew comes to the same.
    assert needs.count_again("b") is (change == "doomed")
    assert needs.are_met("b") is (change == "met" or (up and verdict == "passed"))
    needs.forget("a")
    assert needs.count_again("b") is False
    assert not needs.are_met("b")


def test_roots_are_where_it_began() -> None:
    edges = [(name, on, "hard") for name, on in ("ca", "dc", "db")]
    needs = Needs(graph_of(plan_of([task(n) for n in "abcd"], edges)), {})
    for on, verdict in (("a", "failed"), ("b", "lost")):
        needs.ended(on, verdict)
    needs.after("c", "a", "failed")
    needs.blocked("c", needs.roots_of("c"))
    needs.ended("c", "blocked")
    needs.count_again("d")
    assert needs.doomed_by("d") == ("c", "b")
    assert needs.roots_of("d") == ("a", "b")


def test_the_most_urgent_come_first_and_stay_until_they_begin() -> None:
    queue = Queue({"b": 0, "c": 1, "a": 2})
    for name in "abca":
        queue.add(name)
    assert queue.pick(9, lambda _: True) == ["b", "c", "a"]
    assert queue.pick(1, lambda name: name != "b") == ["c"]
    assert (sorted(queue), len(queue)) == (["a", "b", "c"], 3)
    queue.discard("b")
    assert queue.pick(9, lambda _: True) == ["c", "a"]
    queue.discard("c")
    queue.add("c")
    assert queue.pick(9, lambda _: True) == ["c", "a"]
