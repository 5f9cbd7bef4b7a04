"""Ids that are shortened, and those of tables that no task has: resolved, or said."""

from __future__ import annotations

import pytest

from tmuxplan.plan.ids import resolve
from tmuxplan.plan.model import Plan
from tmuxplan.plan.parse import parse


def plan(family: str, table: str = "", meta: str = "", before: str = "") -> Plan:
    """Three tasks of a family, a table of dependencies, and metadata of the third."""
    tasks = "".join(
        f"{before}## {family} {n}: Title {n}\n{meta if n == 3 else ''}\n```sh\na\n```\n\n"
        for n in (1, 2, 3)
    )
    return parse(f"# P\n\n{tasks}# More\n\n{table}\n".encode(), "plan.md")


def edges(found: Plan) -> list[str]:
    return [f"{e.task}<{e.on}" for e in found.edges]


def said(found: Plan) -> list[tuple[str, str, int]]:
    return [(p.code, p.severity, p.line) for p in found.problems]


def rows(*cells: str, header: str = "ID | Depends on") -> str:
    return "\n".join(f"| {row} |" for row in (header, "-|-", *cells))


SHORT = rows("S1 | None", "S2 | S1", "S3 | S1")
STEPS = ["step-2<step-1", "step-3<step-1"]


@pytest.mark.parametrize(
    "table",
    [
        SHORT,
        SHORT.lower(),
        SHORT.replace("S1", "S-1").replace("S2", "ST2").replace("S3", "`Step3`"),
        rows("S1 | —", "S2 | S01", "**S3** | S1"),
        rows("Step 1 | None", "Step 2 | S1", "Step 3 | S1", header="Step | Depends on"),
    ],
)
def test_a_short_id_is_resolved_by_the_word_of_the_family(table: str) -> None:
    found = plan("Step", table)
    assert edges(found) == STEPS
    assert said(found) == []
    assert resolve(found, "s2") == "step-2"


@pytest.mark.parametrize(
    ("value", "on"),
    [("S1, S2", "12"), ("S1 and Step 2", "12"), ("S1-S2", "12"), ("S2 (optional)", "2")],
)
def test_so_it_is_in_metadata(value: str, on: str) -> None:
    found = plan("Step", meta=f"**Depends on:** {value}\n")
    assert [e.on for e in found.edges if e.task == "step-3"] == [f"step-{n}" for n in on]
    assert said(found) == []


def test_what_stands_in_parentheses_is_said_of_the_short_id_before_it() -> None:
    found = plan("Step", meta="**Depends on:** S1, S2 (optional)\n")
    assert [(e.on, e.kind) for e in found.edges if e.task == "step-3"] == [
        ("step-1", "hard"),
        ("step-2", "soft"),
    ]


def test_a_short_id_that_is_too_high_is_an_unknown_one() -> None:
    found = plan("Step", meta="**Depends on:** S9\n")
    assert said(found) == [("unknown-reference", "error", 16)]
    assert "step-3 depends on S9, and the plan has no such task" in found.problems[0].message


def test_what_could_be_a_stage_is_no_step() -> None:
    """The tasks stand in stages: nobody knows which of the two S1 is."""
    text = "".join(f"# Stage {n}: A\n\n## Step {n}: a\n```sh\na\n```\n" for n in (1, 2))
    found = parse(f"{text}\n# More\n\n{rows('S1 | None', 'S2 | S1')}\n".encode(), "plan.md")
    assert [(p.code, p.severity) for p in found.problems] == [("unknown-reference", "error")]


@pytest.mark.parametrize(
    ("family", "table", "severity", "names"),
    [
        ("Task", SHORT, "error", "S1, S2, S3"),
        ("Task", rows("S1 | None", "S2 | S1", header="Step | Depends on"), "error", "S1, S2"),
        ("Task", rows("P1A | —", "P1B | P1A, P2"), "error", "P1A, P1B"),
        (
            "Agent",
            rows("W1 | —", "W2 | W1", "W3 | W1", "W4 | W2"),
            "error",
            "W1, W2, W3 and 1 more",
        ),
        ("Step", rows("Task 7 | —", "Task 8 | Task 7", header="# | Needs"), "", ""),
        (
            "Step",
            rows("Task 7 | —", "Task 8 | T7", header="# | Depends on"),
            "error",
            "Task 7, Task 8",
        ),
        ("Task", rows("US1 | —", "US2 | US1", header="Story | Depends on"), "warning", "US1, US2"),
        ("Task", rows("FR-01 | —", "FR-02 | FR-01"), "warning", "FR-01, FR-02"),
        (
            "Task",
            rows("Phase 1 | —", "Phase 2 | 1", header="Phase | Depends on"),
            "warning",
            "Phase 2",
        ),
        ("Task", rows("Bake | —", "Serve | Bake", header="Task | Depends on"), "warning", "Serve"),
        ("Task", rows("R1 | None", "R2 | —", "R3 |"), "", ""),
        ("Task", rows("Node | 18", "Python3 | pip", header="Tool | Requires"), "", ""),
        ("Task", rows("API_KEY | x", "PORT | y", header="Name | Requires"), "", ""),
    ],
)
def test_a_table_that_names_no_task_is_said(
    family: str, table: str, severity: str, names: str
) -> None:
    found = plan(family, table)
    wanted = [("unknown-reference", severity)] if severity else []
    assert [(p.code, p.severity) for p in found.problems] == wanted
    for problem in found.problems:
        assert f"names {names}" in problem.message
        assert problem.line == 26  # the first row that depends on anything
        assert found.tasks[0].id in problem.remedy


@pytest.mark.parametrize(
    ("cells", "problem", "preconditions"),
    [
        (("S1", "S2"), "error", ((), ())),
        (("S1, S2", "Backend running"), "error", ((), ("Backend running",))),
        (("S3", "—"), "warning", (("S3",), ())),  # a store, or a step: nobody knows
        (("Backend running", "✅"), "", (("Backend running",), ())),
        (("Node 18", "S3 bucket"), "", (("Node 18",), ("S3 bucket",))),
    ],
)
def test_what_a_cell_names_that_is_no_task(
    cells: tuple[str, str], problem: str, preconditions: tuple[tuple[str, ...], ...]
) -> None:
    table = rows(
        "Task 1 | None", f"Task 2 | {cells[0]}", f"Task 3 | {cells[1]}", header="Task | Depends on"
    )
    found = plan("Task", table)
    assert {p.severity for p in found.problems} == ({problem} if problem else set())
    for one in found.problems:
        assert one.code == "unknown-reference"
        assert "depends on S" in one.message
    assert tuple(tuple(p.text for p in t.preconditions) for t in found.tasks[1:]) == preconditions


def test_a_group_that_is_not_there_is_said_by_its_row() -> None:
    text = "".join(f"# Phase {n}: A\n\n## Task {n}: a\n```sh\na\n```\n" for n in (1, 2))
    table = rows("1 | None", "2 | 1", "3 | 2", header="Phase | Depends on")
    found = parse(f"{text}\n# More\n\n{table}\n".encode(), "plan.md")
    assert edges(found) == ["T2<T1"]
    assert said(found) == [("unknown-row", "warning", 20)]


def test_where_there_are_no_tasks_that_alone_is_said() -> None:
    found = parse(f"# P\n\n{SHORT}\n".encode(), "plan.md")
    assert "unknown-reference" not in [p.code for p in found.problems]
    assert found.problems
