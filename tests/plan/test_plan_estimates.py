"""Estimates in tables: whose they are, what is none, and who is right where two disagree."""

from __future__ import annotations

import pytest

from tmuxplan.plan.directory import parse_directory
from tmuxplan.plan.model import Plan
from tmuxplan.plan.parse import parse


def plan(table: str, *own: str, under: str = "# More") -> Plan:
    """Three tasks with this metadata, and a table behind them."""
    metas = [*own, "", "", ""]
    tasks = "".join(
        f"## TASK 00{n}: {title}\n{metas[n - 1]}\n```sh\na\n```\n\n"
        for n, title in enumerate(("Build it", "Try it out", "Ship"), 1)
    )
    return parse(f"# P\n\n{tasks}{under}\n\n{table}\n".encode(), "plan.md")


def table(header: str, *rows: str) -> str:
    line = "|".join("-" for _ in header.split("|"))
    return "\n".join(f"| {row} |" for row in (header, line, *rows))


def minutes(found: Plan) -> list[str]:
    known = [task.estimate for task in found.tasks]
    return [f"{e.low_s / 60:g}-{e.high_s / 60:g}" if e else "" for e in known]


NONE = ["", "", ""]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (table("Task | Duration", "T001 | 10 min", "Task 3 | 1-2 h"), ["10-10", "", "60-120"]),
        (table("Task | ⏱️ Estimated Time", "Build it | ~5 min"), ["5-5", "", ""]),
        (table("Task | Duration (min)", "T001 | 10", "T002 | 5-15"), ["10-10", "5-15", ""]),
        (table("Step | Est. Time | Owner", "TASK-002 | 90s | ann"), ["", "1.5-1.5", ""]),
        (table("Task | Est. time | Actual time", "T001 | 9 min | 20 min"), ["9-9", "", ""]),
        (table("Task | Depends on | Time", "T002 | T001 | 7 min"), ["", "7-7", ""]),
        (table("Task | Duration", "T001 | Small", "T002 | TBD", "T003 |"), NONE),
        (table("Task | Time saved", "T001 | 10 min"), NONE),
        (table("Task | Result | Time", "T001 | passed | 10 min"), NONE),
        (table("Task | Duration", "Total | 45 min", "**Total** | 45 min"), NONE),
        (table("Phase | Duration", "1 | 10 min"), NONE),
        (table("Endpoint | Time", "T001 | 10 min"), NONE),
    ],
)
def test_a_column_of_times_is_of_its_tasks(text: str, expected: list[str]) -> None:
    found = plan(text)
    assert minutes(found) == expected
    assert found.problems == ()


def test_it_has_its_place() -> None:
    estimate = plan(table("Task | Duration", "T002 | 10 min")).tasks[1].estimate
    assert estimate is not None
    assert (estimate.text.strip(), estimate.line) == ("10 min", 25)


OWN = "**Time:** 15-20 minutes"


@pytest.mark.parametrize("cell", ["15-20 min", "20 min", "15m", "10-18 min", "0.3 h", "0-1 h"])
def test_what_fits_is_no_conflict_and_the_tasks_own_counts(cell: str) -> None:
    found = plan(table("Task | Duration", f"T001 | {cell}"), OWN)
    assert minutes(found)[0] == "15-20"
    assert found.problems == ()


@pytest.mark.parametrize("cell", ["10 min", "20-30 min", "2 h"])
def test_what_disagrees_is_said_with_both_places(cell: str) -> None:
    found = plan(table("Task | Duration", f"T001 | {cell}"), OWN)
    assert minutes(found)[0] == "15-20"
    (problem,) = found.problems
    assert (problem.code, problem.severity, problem.line) == ("estimate-conflict", "warning", 25)
    assert f"the table says that T001 takes {cell!r}" in problem.message
    assert "line 4 says '15-20 minutes', which is what counts" in problem.message


def test_of_two_tables_the_first_counts() -> None:
    one = table("Task | Duration", "T001 | 10 min")
    found = plan(f"{one}\n\n{one.replace('10', '90')}")
    assert minutes(found)[0] == "10-10"
    assert [(p.code, p.line) for p in found.problems] == [("estimate-conflict", 29)]


def test_a_table_inside_a_task_is_about_its_own_parts() -> None:
    parts = table("Step | Duration", "Build | 1 min", "Ship | 2 min")
    assert minutes(plan(parts, under="### How long")) == NONE
    needs = table("Task | Needs | Depends on | Duration", "T001 | x | None | 1 min")
    assert minutes(plan(needs, under="### How long")) == ["1-1", "", ""]


def test_in_a_directory_each_estimate_names_its_file() -> None:
    files = {
        "01_a.md": "# Task 01: A\n\n```sh\na\n```\n",
        "02_b.md": f"# Task 02: B\n\n{OWN}\n```sh\nb\n```\n",
        "README.md": "# All\n\n"
        + table("Task | File | Duration", "1 | 01_a.md | 5 min", "2 | 02_b.md | 2 h"),
    }
    found = parse_directory({name: text.encode() for name, text in files.items()}, "plans")
    places = [(t.estimate.file, t.estimate.line) for t in found.tasks if t.estimate]
    assert places == [("plans/README.md", 5), ("plans/02_b.md", 3)]
    (problem,) = found.problems
    assert (problem.code, problem.file, problem.line) == ("estimate-conflict", "plans/README.md", 6)
    assert "02_b.md:3 says '15-20 minutes'" in problem.message


def test_a_row_of_sums_is_no_tasks() -> None:
    text = "# P\n\n## Task 1: Total it up\n```sh\na\n```\n\n# Times\n\n"
    found = parse(f"{text}{table('Task | Duration', 'Total | 45 min')}\n".encode(), "plan.md")
    assert found.tasks[0].estimate is None
