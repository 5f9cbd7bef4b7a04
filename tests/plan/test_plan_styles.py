"""Plans as people of several trades and languages write them, with what a careful reader makes
of each: styles/labels.json. The plans are made up; no rule of the reader is for one of them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tmuxplan.lint.facts import Facts
from tmuxplan.lint.rules import problems
from tmuxplan.plan.parse import parse
from tmuxplan.plan.splitting import split

FOLDER = Path(__file__).parent / "styles"
LABELS = json.loads((FOLDER / "labels.json").read_text("utf-8"))
HERE = Facts(is_set=lambda _: True)


def test_every_plan_has_a_label() -> None:
    assert {path.stem for path in FOLDER.glob("*.md")} == set(LABELS)


@pytest.mark.parametrize("name", sorted(LABELS))
def test_it_is_read_as_a_careful_reader_does(name: str) -> None:
    label = LABELS[name]
    plan = split(parse((FOLDER / f"{name}.md").read_bytes(), f"{name}.md"))
    found = (*plan.problems, *problems(plan, HERE))
    errors = {problem.code for problem in found if problem.severity == "error"}
    assert errors == set(label["errors"].split()), [str(problem) for problem in found]
    if "tasks" in label:
        assert [task.id for task in plan.tasks] == label["tasks"].split()
    if "edges" in label:
        edges = {f"{edge.task}<{edge.on}:{edge.kind[0]}" for edge in plan.edges}
        assert edges == set(label["edges"].split())
    if "blocks" in label:
        assert [len(task.blocks) for task in plan.tasks] == label["blocks"]
    warnings = {problem.code for problem in found if problem.severity == "warning"}
    assert set(label.get("warnings", "").split()) <= warnings
