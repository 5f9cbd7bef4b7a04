"""Waves, the critical path, and the order of needs, over small graphs."""

from __future__ import annotations

import pytest

from tmuxplan.plan.model import Edge, Estimate, Plan, Task
from tmuxplan.schedule.graph import critical_path, graph_of, remaining, sorted_by_need, waves


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
    ahead = remaining(plan("a>b", a=1, b=10, c=5))
    assert ahead["a"] > ahead["b"] > ahead["c"]


def test_a_chain_of_ten_thousand_is_no_recursion() -> None:
    chain = " ".join(f"t{n:05}>t{n + 1:05}" for n in range(10_000))
    assert len(critical_path(plan(chain)).tasks) == 10_001
