"""Fences as authors write them, where CommonMark reads them otherwise."""

from __future__ import annotations

import textwrap

import pytest

from tmuxplan.plan.model import Plan
from tmuxplan.plan.parse import parse


def read(text: str) -> Plan:
    return parse(textwrap.dedent(text).lstrip("\n").encode(), "plan.md")


def codes(plan: Plan) -> list[tuple[str, int]]:
    return [(problem.code, problem.line) for problem in plan.problems]


def blocks(plan: Plan) -> list[tuple[int, str]]:
    return [(block.line, block.text) for task in plan.tasks for block in task.blocks]


def test_a_fence_indented_deeper_than_its_item_is_read_and_reported():
    plan = read("""
        ## T001: x
        ```bash
        one
        ```
        - item

              ```bash
              two
                three
              ```
        """)
    assert blocks(plan) == [(3, "one\n"), (8, "two\n  three\n")]
    assert codes(plan) == [("fence-reading", 7)]


def test_a_body_that_leaves_its_list_item_is_read_to_its_closing_fence():
    plan = read("""
        ## T001: x
        1. item
           ```bash
           one
        two
           ```
        """)
    assert blocks(plan) == [(4, "one\ntwo\n")]
    assert codes(plan) == [("fence-reading", 3)]


def test_where_the_two_readings_give_different_tasks_the_plan_is_refused():
    plan = read("""
        ## T001: x
        1. item
           ```bash
           one
        two
           ```
        ## T002: swallowed by CommonMark
        ```sh
        three
        ```
        """)
    errors = [(p.code, p.line) for p in plan.problems if p.severity == "error"]
    assert ("fence-reading", 3) in errors


def test_a_fence_inside_a_heredoc_is_the_heredocs():
    plan = read("""
        ## T001: x
        ```bash
        cat << 'EOF' > README.md
        # Title
        ```
        npm i
        ```
        EOF
        echo done
        ```
        """)
    assert blocks(plan) == [
        (3, "cat << 'EOF' > README.md\n# Title\n```\nnpm i\n```\nEOF\necho done\n")
    ]
    assert codes(plan) == [("fence-reading", 2)]


def test_a_template_with_fences_of_its_own_length_is_refused_where_it_changes_tasks():
    plan = read("""
        ## T001: x
        ```bash
        one
        ```
        ## Report template
        ```markdown
        # Report
        ```bash
        rm -rf evidence
        ```
        ## T009: no task
        ```
        ## T002: y
        ```bash
        two
        ```
        """)
    errors = [(p.code, p.line) for p in plan.problems if p.severity == "error"]
    assert ("fence-reading", 6) in errors


@pytest.mark.parametrize(
    "text",
    [
        "## T001: x\n````markdown\n```bash\nno\n```\n````\n```bash\na\n```\n",
        "## T001: x\n~~~bash\na\n~~~\n",
        "## T001: x\n> ```bash\n> a\n> ```\n",
        "## T001: x\n- ```bash\n  a\n  ```\n",
        "## T001: x\n```bash {name=x}\na\n```\n",
        "## T001: x\n   ```bash\n   a\n   ```\n",
        "<!--\n```bash\nno\n```\n-->\n## T001: x\n```bash\na\n```\n",
    ],
)
def test_readings_that_agree_say_nothing(text):
    plan = read(text)
    assert [text for _, text in blocks(plan)] == ["a\n"]
    assert codes(plan) == []
