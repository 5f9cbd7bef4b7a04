"""What an author meant and the plan does not say: keys nearly ours, fences without a language."""

from __future__ import annotations

import pytest

from tmuxplan.plan.misspelt import near
from tmuxplan.plan.model import Plan
from tmuxplan.plan.parse import parse

FENCE = "```bash\nmake\n```\n"


def said(plan: Plan, code: str) -> list[int]:
    return [problem.line for problem in plan.problems if problem.code == code]


def test_misspelt_keys_are_told_with_line_and_nearest_key() -> None:
    plan = parse(
        b"# P\n\n## Task 1: A\n```bash\nmake\n```\n\n## Task 2: B\n\n**Dependancies:** Task 1\n"
        b"**Gates:** manual | **Owner:** Ann\n- **Time out:** 5 min\n**Status:** open\n\n"
        b"```bash\nmake\n```\n\n**Gates:** of another kind\n",
        "p.md",
    )
    assert said(plan, "unknown-metadata") == [10, 11, 12]
    nearest = [p.message.rpartition("`")[0].rpartition("`")[2] for p in plan.problems]
    assert nearest == ["Dependencies", "Gate", "Timeout"]


@pytest.mark.parametrize(
    ("key", "known"),
    [
        ("dependancies", "Dependencies"),
        ("dependants", "Blocks"),
        ("pre requisites", "Prerequisites"),
        ("waitfor", "Wait for"),
        ("depends upon", "Depends on"),
        ("time outs", "Timeout"),
        ("retrys", "Retry"),
        ("lock", ""),
        ("timeout", ""),
        *((key, "") for key in ("owner", "status", "date", "type", "state", "notes", "tags")),
        *((key, "") for key in ("read", "requirements", "test time", "expected outcome", "host")),
        *((key, "") for key in ("risk", "tests", "files", "branch", "cost", "critical path", "")),
    ],
)
def test_near(key: str, known: str) -> None:
    assert near(key) == known


def task(body: str, heading: str = "") -> Plan:
    text = f"# P\n\n## Task 1: A\n{heading}\n{body}\n\n## Task 2: B\n{FENCE}"
    return parse(text.encode(), "p.md")


def test_a_fence_without_a_language_in_a_task_without_commands() -> None:
    plan = task("```\nmake test\n```")
    assert said(plan, "untagged-fence") == [5]
    assert "T1 has no commands" in plan.problems[0].message
    assert said(task("```\n# first\n$ npm ci\n```", "### Commands"), "untagged-fence") == [5]


@pytest.mark.parametrize(
    ("body", "heading"),
    [
        (FENCE + "\n```\nmake test\n```", ""),
        ("Expected output:\n\n```\nall good\n```", ""),
        ("```\nmake test\n```", "### Success Criteria"),
        ("```\nmake test\n```", "### Report Template"),
        ("```\nmake test\n```", "### Rollback"),
        ("```text\nmake test\n```", ""),
        ("```\n# nothing\n```", ""),
        ("```\n```", ""),
        ("```\na --> b\n```", ""),
        ("```\nsrc\n└── main.py\n```", ""),
        ("```\nAsk everybody.\n```", ""),
    ],
)
def test_other_fences_are_left_alone(body: str, heading: str) -> None:
    assert said(task(body, heading), "untagged-fence") == []
