"""plans/RELEASE_CHECK.md is read as it is meant; running it is what a release does."""

from __future__ import annotations

from pathlib import Path

import pytest

from tmuxplan import check, load

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def _in_the_repository(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)


def test_the_release_plan_has_no_problems() -> None:
    assert check(load("plans/RELEASE_CHECK.md")) == ()


def test_the_release_plan_depends_as_its_graph_says() -> None:
    plan = load("plans/RELEASE_CHECK.md")
    drawn = {
        (edge.task, edge.on, edge.kind)
        for edge in plan.edges
        if any(source.kind == "mermaid" for source in edge.sources)
    }
    assert drawn == {
        ("T004", "T001", "hard"),
        ("T004", "T002", "hard"),
        ("T005", "T004", "hard"),
        ("T008", "T003", "hard"),
        ("T008", "T005", "hard"),
        ("T008", "T006", "hard"),
        ("T008", "T007", "soft"),
    }


def test_every_task_of_the_release_plan_is_checked_by_machine() -> None:
    plan = load("plans/RELEASE_CHECK.md")
    assert len(plan.tasks) == 8
    for task in plan.tasks:
        assert task.blocks, task.id
        assert any(criterion.kind != "person" for criterion in task.criteria), task.id
        assert task.recovery, task.id
