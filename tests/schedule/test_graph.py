"""Waves, the critical path, and the order of needs, over small graphs."""

from __future__ import annotations

import pytest

from tmuxplan.plan.model import Edge, Estimate, Plan, Task
from tmuxplan.schedule.graph import critical_path, graph_of, sorted_by_need, turns, waves


def plan(edges: str, **minutes: float) -> Plan:
    """`a>b c>d` is: b needs a, d needs c. Minutes by task; a task is made by its name."""
    pairs = [pair.split(">") for pair in edges.split()]
    names = sorted({name for pair in pairs for name in pair} | set(minutes))
    return Plan(
        path="p.md",
        title="p",
        sha256="",
        tasks=tuple(
            Task(
                id=name,
                title=name,
                line=1,
                estimate=Estimate(minutes[name] * 60, minutes[name] * 120, "", 1)
                if name in minutes
                else None,
            )
            for name in names
        ),
        edges=tuple(Edge(task, on, "hard") for on, task in pairs),
    )


@pytest.mark.parametrize(
    ("edges", "expected"),
    [
        ("a>b", (("a",), ("b",))),
        ("a>b a>c b>d c>d", (("a",), ("b", "c"), ("d",))),
        ("a>c b>c a>b", (("a",), ("b",), ("c",))),
    ],
)
def test_waves(edges: str, expected: tuple[tuple[str, ...], ...]) -> None:
    assert waves(plan(edges)) == expected


def test_the_critical_path_is_the_longest_by_estimates() -> None:
    found = critical_path(plan("a>c b>c c>d", a=1, b=5, c=2, d=3))
    assert found.tasks == ("b", "c", "d")
    assert (found.low_s, found.high_s) == (600, 1200)


def test_a_plan_without_estimates_has_a_path_of_no_length() -> None:
    found = critical_path(plan("a>b"))
    assert (found.low_s, found.high_s) == (0, 0)


def test_a_cycle_is_left_out_and_ends() -> None:
    assert sorted_by_need(graph_of(plan("a>b b>a x>y"))) == ("x", "y")
    assert critical_path(plan("a>b b>a")).tasks == ()


def test_a_part_of_a_plan_needs_nothing_outside_of_it() -> None:
    graph = graph_of(plan("a>b b>c"), frozenset({"b", "c"}))
    assert graph.needs["b"] == ()
    assert [need.on for need in graph.needs["c"]] == ["b"]


def test_what_has_most_behind_it_is_most_urgent() -> None:
    assert _in_turn(plan("a>b", a=1, b=10, c=5)) == ["a", "b", "c"]


def test_of_equally_long_chains_the_one_that_more_wait_for_goes_first() -> None:
    assert _in_turn(plan("a>d b>e b>f c>d")) == ["b", "a", "c", "d", "e", "f"]


def test_who_waits_is_counted_once() -> None:
    assert _in_turn(plan("a>c a>d c>e d>e b>g b>h b>i g>j"))[:2] == ["b", "a"]


def test_what_is_in_a_cycle_has_a_turn() -> None:
    assert sorted(turns(plan("a>b b>a c>a")).values()) == [0, 1, 2]


def _in_turn(of: Plan) -> list[str]:
    place = turns(of)
    return sorted(place, key=place.__getitem__)


def test_a_chain_of_ten_thousand_is_no_recursion() -> None:
    chain = " ".join(f"t{n:05}>t{n + 1:05}" for n in range(10_000))
    assert len(critical_path(plan(chain)).tasks) == 10_001
