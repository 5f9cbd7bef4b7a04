"""plans/TERMINAL_EXECUTION_PLAN.md is read as it is meant, and `check` finds nothing in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tmuxplan import check, load
from tmuxplan.plan.model import Plan

ROOT = Path(__file__).resolve().parents[2]
PLAN = "plans/TERMINAL_EXECUTION_PLAN.md"
HARD = {
    ("T001", "T004"),
    ("T001", "T008"),
    ("T003", "T004"),
    ("T004", "T008"),
    *(("T010", f"T{n:03d}") for n in (1, 2, 3, 4, 5, 6, 8, 9)),
    ("T010", "T006.2"),
}


@pytest.fixture
def plan(monkeypatch: pytest.MonkeyPatch) -> Plan:
    """Read from the repository's root, as it is launched."""
    monkeypatch.chdir(ROOT)
    return load(PLAN)


def test_the_plan_has_no_problems(plan: Plan) -> None:
    assert check(plan, with_shellcheck=True) == ()
    assert check(plan, launching=True) == ()


def test_the_plan_has_ten_tasks_and_a_second_shell(plan: Plan) -> None:
    numbered = [f"T{n:03d}" for n in range(1, 11)]
    assert [task.id for task in plan.tasks] == [*numbered[:6], "T006.2", *numbered[6:]]


def test_the_plan_depends_as_its_graph_says(plan: Plan) -> None:
    edges = {(edge.task, edge.on): edge.kind for edge in plan.edges}
    assert {pair for pair, kind in edges.items() if kind == "hard"} == HARD
    assert {pair: kind for pair, kind in edges.items() if kind != "hard"} == {
        ("T010", "T007"): "soft",
        ("T006.2", "T006"): "ready",
    }


def test_every_source_of_dependencies_says_the_same(plan: Plan) -> None:
    for kind in ("metadata", "table"):
        said = {
            (edge.task, edge.on)
            for edge in plan.edges
            if any(source.kind == kind for source in edge.sources)
        }
        assert said >= HARD - {("T010", "T006.2")}, kind


def test_every_task_has_criteria_that_a_machine_checks_and_a_way_back(plan: Plan) -> None:
    for task in plan.tasks:
        if task.id != "T006.2":
            assert any(criterion.kind != "person" for criterion in task.criteria), task.id
            assert task.recovery, task.id
            assert task.estimate, task.id
    assert plan.tasks[-1].gate is not None


def test_only_two_lesser_tasks_do_not_block(plan: Plan) -> None:
    assert [task.id for task in plan.tasks if not task.blocks_the_run] == ["T005", "T007"]
