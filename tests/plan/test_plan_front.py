"""Where front matter begins and ends, and what is told of what only looks like it."""

from __future__ import annotations

import pytest

from tmuxplan.plan.parse import parse

REST = "# P\n\n## Task 1: A\n\n```bash\ntrue\n```\n"


@pytest.mark.parametrize(
    "said", ["\njobs: 2", "  jobs: 2", "{jobs: 2, root: 5}", '"odd?key": 1', "# x\n\n- a: 1"]
)
def test_what_looks_like_front_matter_and_is_none_is_told(said: str) -> None:
    plan = parse(f"---\n{said}\n---\n{REST}".encode(), "p.md")
    assert plan.front_matter is None
    found = [(p.code, p.severity, p.line) for p in plan.problems]
    assert ("front-matter", "warning", 1) in found


@pytest.mark.parametrize("said", ["Words between two rules.", "", "Note: see below.\nIt is long."])
def test_a_rule_and_words_are_text(said: str) -> None:
    plan = parse(f"---\n\n{said}\n\n---\n{REST}".encode(), "p.md")
    assert [p for p in plan.problems if p.code == "front-matter"] == []
    assert [task.id for task in plan.tasks] == ["T1"]
