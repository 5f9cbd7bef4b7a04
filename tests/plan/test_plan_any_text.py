"""Properties: whatever the bytes, a plan comes back, the same each time; 5,000 tasks in seconds."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tmuxplan.plan.directory import parse_directory
from tmuxplan.plan.parse import parse

PIECES = [
    *(
        "# ",
        "## TASK 001: ",
        "## Task 2",
        "### Step A: x",
        "**Dependencies:** ",
        "T001",
        "T002-T9",
        "None",
    ),
    *(
        "All previous",
        "```bash",
        "```",
        "~~~~sh",
        "```mermaid\ngraph TD\n",
        "T001",
        " --> ",
        "-.->",
        "|x|",
    ),
    *(
        "| a | Depends On |\n|---|---|\n",
        "| T001 | T2 |",
        "- ",
        "- [ ] ",
        "1. ",
        "> ",
        "    ",
        "\n",
        "\n\n",
    ),
    *(
        "`$ x`",
        "`~ (`",
        "### Success Criteria\n",
        "**Time:** 1-2 h",
        "(",
        ")",
        "**",
        "__",
        "---\n",
        "<!--",
    ),
    *(
        "‚úì",
        "é",
        "\t",
        "\r\n",
        "&",
        "[",
        "]",
        "{",
        "1",
        "#",
        "Task ",
        "Tasks 1, 2",
        "x",
        "subgraph",
    ),
    *(
        "**Ready:** ~ [",
        "**Timeout:** 99999999999 h",
        "**Retries:** -",
        "**Total Tasks:** 7",
        "retry 3 times",
    ),
    *(
        "---\n",
        "task_id: 7\n",
        "depends_on: [1, T2]\n",
        "title: {a: &b [*b]}\n",
        "**Terminal 1 - x:**\n",
        "Step 1. Go\n",
        "(after Task 2)",
        "Tasks 1-3 depend on Task 4",
        "Level 0完了後",
        "[P]",
        "**Parallel**: No",
        "Wait for: `x`",
        "(backend running)",
        "#### Option A: x\n",
        "#### Option B: y\n",
        "In another shell:\n",
        "Expected: FAIL\n",
        "Task(a, [",
        "## Rollback\n",
        "## Phase 1: a (PARALLEL)\n",
        "uvicorn --port 8000\n",
        "01_a.md",
    ),
]


@settings(max_examples=150, deadline=2000)
@given(st.lists(st.sampled_from(PIECES), max_size=60).map("".join))
def test_any_arrangement_of_what_plans_hold(text):
    once = parse(text.encode(), "plan.md")
    assert once == parse(text.encode(), "plan.md")
    count = once.source.count("\n") + 1
    assert all(0 <= problem.line <= count for problem in once.problems)
    assert all(1 <= task.line <= count for task in once.tasks)


@settings(max_examples=100, deadline=2000)
@given(st.lists(st.sampled_from(PIECES), max_size=50).map("".join))
def test_any_arrangement_where_sections_count_too(text):
    once = parse(text.encode(), "plan.md", sections=True)
    assert once == parse(text.encode(), "plan.md", sections=True)
    assert len({task.id for task in once.tasks}) == len(once.tasks) or once.problems


@settings(max_examples=100, deadline=2000)
@given(
    st.dictionaries(
        st.sampled_from(["01_a.md", "02-b.md", "README.md", "x.md", "9.md"]),
        st.lists(st.sampled_from(PIECES), max_size=25).map(lambda parts: "".join(parts).encode()),
    )
)
def test_any_directory(files):
    once = parse_directory(files, "tasks")
    assert once == parse_directory(files, "tasks")
    lengths = {file.path: file.source.count("\n") + 1 for file in once.files}
    for task in once.tasks:
        assert 1 <= task.line <= lengths[task.file]
        assert all(1 <= block.line <= lengths[task.file] + 1 for block in task.blocks)
    for problem in once.problems:
        assert 0 <= problem.line <= lengths.get(problem.file, 0)


@settings(max_examples=100, deadline=2000)
@given(st.one_of(st.binary(max_size=300), st.text(max_size=300).map(str.encode)))
def test_any_bytes(raw):
    assert parse(raw, "plan.md") == parse(raw, "plan.md")


@pytest.mark.parametrize(
    "piece",
    [
        "[",
        "(",
        "*",
        "`",
        "> ",
        "- ",
        "|",
        "T1 ",
        "T1, ",
        "T1-",
        "1 ",
        "**a",
        "#",
        "a -- ",
        "~",
        "1. ",
        "!",
        "all ",
        "((",
        "after ",
        "Task 1 depends on ",
        "完了後",
        "* ",
        "(wait for ",
        "Option A ",
        "x.md, ",
        "Expected ",
    ],
)
def test_no_repetition_takes_long(piece):
    line = piece * 4000
    text = (
        f"{line}\n\n## TASK 001: {line}\n**Dependencies:** {line}\n**Time:** {line}\n{line}\n"
        f"```mermaid\ngraph TD\nT1{line}T2\nT1[{line}\n```\n### Success Criteria\n- {line}\n"
        f"\n| Task | Depends On |\n|---|---|\n| {line} | {line} |\n# Escalation\n{line}\n"
        f"# {line}\n**Step 1: {line}**\n## Phase 1 {line}\n"
    )
    began = time.process_time()
    parse(text.encode(), "plan.md")
    assert time.process_time() - began < 5


@pytest.mark.parametrize(
    ("said", "count"),
    [("T{before:04}", 5000), ("All previous tasks", 5000), ("Tasks 1-1000", 1000)],
)
def test_thousands_of_tasks(said, count):
    body = "echo a line of the work that this task does\n" * 3
    text = "".join(
        f"## TASK {n:04}: Title {n}\n"
        f"**Dependencies:** {said.format(before=n - 1) if n > 1 else 'None'}\n"
        f"```bash\n{body}```\n### Success Criteria\n- good\n\n"
        for n in range(1, count + 1)
    )
    graph = "".join(f"T{n:04} --> T{n + 1:04}\n" for n in range(1, count))
    began = time.process_time()
    plan = parse(f"{text}\n```mermaid\ngraph TD\n{graph}```\n".encode(), "plan.md")
    assert time.process_time() - began < 20
    assert len(plan.tasks) == count


def test_a_long_cycle_and_a_hub_of_nodes_that_are_no_tasks():
    count = 3000
    text = "".join(f"## TASK {n:04}: t\n```sh\na\n```\n" for n in range(1, count + 1))
    ring = "".join(f"T{n:04} --> P{n}a --> T{n % count + 1:04}\n" for n in range(1, count + 1))
    plan = parse(f"{text}\n```mermaid\ngraph TD\n{ring}```\n".encode(), "plan.md")
    assert [problem.code for problem in plan.problems] == ["cycle"]
    assert len(plan.problems[0].message) < 600


@pytest.mark.parametrize("line", ["**{}Dependencies{}:** Task 1", "**Step 2{}.{}-**{}build it{}*"])
def test_wide_gaps_in_a_bold_line_take_no_time(line):
    text = f"## Task 1: a\n```sh\na\n```\n\n{line.replace('{}', ' ' * 20_000)}\n"
    began = time.process_time()
    plan = parse(text.encode(), "plan.md")
    assert time.process_time() - began < 2
    assert len(plan.tasks) == 1
