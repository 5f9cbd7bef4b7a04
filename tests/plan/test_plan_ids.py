"""Any spelling of an id that a user types."""

from __future__ import annotations

import pytest

from tmuxplan.errors import UsageError
from tmuxplan.plan.ids import resolve
from tmuxplan.plan.parse import parse

TASKS = parse(
    b"## TASK 001: a\n**Terminal:** #1\n```sh\na\n```\n"
    b"## TASK 002: b\n**Terminal:** #3\n```sh\nb\n```\n## TASK 003: c\n## TASK 5b: d\n",
    "plan.md",
)
STEPS = parse(b"## Step 1: a\n```sh\na\n```\n## Step 2: b\n```sh\nb\n```\n", "plan.md")
AGENTS = parse(b"## Agent A: a\n```sh\na\n```\n## Agent B: b\n```sh\nb\n```\n", "plan.md")


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        *(
            (t, "T001")
            for t in (
                "T001",
                "t001",
                "t1",
                "T1",
                "1",
                "001",
                "task 1",
                "TASK-001",
                "Task 001",
                " #1 ",
            )
        ),
        *((t, "T5b") for t in ("5b", "T5b", "t5B", "task 5b")),
        ("#2", "T002"),
        ("terminal 3", "T002"),
    ],
)
def test_tasks(text, wanted):
    assert resolve(TASKS, text) == wanted


@pytest.mark.parametrize("text", ["2", "step-2", "Step 2", "step2", "STEP-2", "#2"])
def test_steps(text):
    assert resolve(STEPS, text) == "step-2"


@pytest.mark.parametrize("text", ["A", "a", "agent-a", "Agent A", "agent A"])
def test_agents(text):
    assert resolve(AGENTS, text) == "agent-A"


@pytest.mark.parametrize("text", ["T9", "", "#3", "1-2", "T1, T2", "nonsense", "$(x)", "#"])
def test_what_is_unknown_or_ambiguous_names_the_nearest(text):
    with pytest.raises(UsageError, match=r"T00|T5b"):
        resolve(TASKS, text)


def test_a_plan_without_tasks():
    with pytest.raises(UsageError, match="no tasks"):
        resolve(parse(b"", "plan.md"), "T1")
