"""Plans of our own writing -> what is read from them: blocks, metadata, criteria, protocol."""

from __future__ import annotations

import textwrap

import pytest

from tmuxplan.errors import UsageError
from tmuxplan.plan.model import Block, Criterion, Edge, Plan, Task, Text
from tmuxplan.plan.parse import parse


def read(text: str, deps_from: str | None = None) -> Plan:
    return parse(textwrap.dedent(text).lstrip("\n").encode(), "plan.md", deps_from)


def codes(plan: Plan) -> list[tuple[str, int]]:
    return [(problem.code, problem.line) for problem in plan.problems]


def edges(plan: Plan) -> list[str]:
    return [f"{edge.task}<{edge.on}:{edge.kind}" for edge in plan.edges]


def task(body: str, heading: str = "## TASK 001: One") -> Task:
    plan = parse(f"{heading}\n{textwrap.dedent(body)}\n".encode(), "plan.md")
    return plan.tasks[0]


ONE = """
    # Release of the teapot

    **Total Tasks:** 2
    **Total Time (Parallel):** 10 min

    ## TASK 001: Boil #(touch x) `water`

    **Terminal:** #1
    **Time:** 5-10 minutes
    **Dependencies:** None
    **Failure Impact:** Medium (blocks tea)
    **Locks:** port:8000, `venv:.venv`
    **Ready:** port:8000
    **Keep:** yes
    **Timeout:** 10 min
    **Retries:** 2
    **Shell:** zsh
    **Host:** gpu
    **Gate:** manual

    ### Objective
    Hot water,
    at last.

    ### Commands
    ```bash
    # Comment
    cat << 'EOF' > x
    ## TASK 002: not a task
    ```not a fence
    EOF

    boil
    ```

    ### Success Criteria
    - Steam rises
    - [x] `$ test -f kettle` passes
    - `!~ burnt`

    ### Failure Recovery
    - Fill the `kettle`

    ---

    ## TASK 002: Steep
    ```sh
    steep
    ```
    **Dependencies:** Task 1
"""


def test_a_whole_task_with_the_line_of_each_value():
    plan = read(ONE)
    assert codes(plan) == []
    one = plan.tasks[0]
    assert (one.id, one.title, one.line) == ("T001", "Boil #(touch x) `water`", 6)
    assert one.terminal == Text("#1", 8)
    assert one.estimate is not None
    assert (one.estimate.low_s, one.estimate.high_s, one.estimate.line) == (300, 600, 9)
    assert one.impact is not None
    assert (one.impact.level, one.impact.blocks, one.impact.line) == ("medium", True, 11)
    assert one.locks == (Text("port:8000", 12), Text("venv:.venv", 12))
    assert one.ready is not None
    assert (one.ready.kind, one.ready.value, one.ready.line) == ("port", "8000", 13)
    assert (one.keep, one.timeout_s, one.retries) == (True, 600, 2)
    assert (one.shell, one.host, one.gate) == (Text("zsh", 17), Text("gpu", 18), Text("manual", 19))
    assert one.objective == Text("Hot water, at last.", 22)
    assert one.recovery == (Text("Fill the `kettle`", 42),)
    body = "# Comment\ncat << 'EOF' > x\n## TASK 002: not a task\n```not a fence\nEOF\n\nboil\n"
    assert one.blocks == (Block(27, body),)
    assert one.criteria == (
        Criterion("Steam rises", 37, "person"),
        Criterion("`$ test -f kettle` passes", 38, "command", "test -f kettle"),
        Criterion("`!~ burnt`", 39, "regex", "burnt", True),
    )
    assert plan.tasks[1].blocks == (Block(48, "steep\n", "sh"),)
    assert edges(plan) == ["T002<T001:hard"]
    assert plan.title == "Release of the teapot"
    assert plan.claims.parallel_time == Text("10 min", 4)


@pytest.mark.parametrize(
    ("bullet", "kind", "code", "negated"),
    [
        ("`$ true`", "command", "true", False),
        ("`!$ true`", "command", "true", True),
        ("`! $ true`", "command", "true", True),
        ("! `$ true`", "command", "true", True),
        ("[ ] exits: `$ a | b`", "command", "a | b", False),
        ("``$ echo `date` ``", "command", "echo `date`", False),
        ("`~ ^ok$`", "regex", "^ok$", False),
        ("`! ~ x`", "regex", "x", True),
        ("`!~ x`", "regex", "x", True),
        ("`$HOME` is set", "person", "", False),
        ("`~/x` exists", "person", "", False),
        ("All good!", "person", "", False),
    ],
)
def test_criteria(bullet, kind, code, negated):
    found = task(f"### Success Criteria\n- {bullet}\n")
    assert [(c.kind, c.code, c.negated) for c in found.criteria] == [(kind, code, negated)]


def test_a_regex_that_does_not_compile_is_a_problem_at_its_line():
    plan = read("## T001: x\n```sh\na\n```\n### Success Criteria\n- `~ (`\n")
    assert codes(plan) == [("bad-regex", 6)]


@pytest.mark.parametrize(
    ("text", "level", "blocks"),
    [
        ("Critical (x)", "critical", True),
        ("High", "high", True),
        ("Medium (blocks deployment)", "medium", True),
        ("Medium (user experience)", "medium", False),
        ("**Low**", "low", False),
        ("Medium, non-blocking", "medium", False),
        ("Medium (blocks nothing)", "medium", False),
        ("P0 (Blocker)", "p0", True),
        ("Catastrophe", "catastrophe", True),
    ],
)
def test_impact(text, level, blocks):
    found = task(f"**Failure Impact:** {text}\n").impact
    assert found is not None
    assert (found.level, found.blocks) == (level, blocks)


def test_an_impact_that_is_not_stated_is_none_and_blocks():
    found = task("text\n")
    assert found.impact is None
    assert found.blocks_the_run


@pytest.mark.parametrize(
    "lines",
    [
        "**Terminal:** #1 | **Time:** 5 min | **Dependencies:** MCP up",
        "- **Terminal**: #1\n- **Time**: 5 min\n- **Depends on**: MCP up",
        "* **Terminal:** #1\n* **Estimated Time:** 5 min\n* **Blocked By:** MCP up",
        "Terminal: #1 | Time: 5 min | Depends On: MCP up",
        "__Terminal:__ #1  \n__Duration:__ 5 min  \n__Requires:__ MCP up",
        "- ⏱️ **Time:** 5 min\n- 🖥 **Terminal:** #1\n- 🔗 **Dependencies:** MCP up",
    ],
)
def test_metadata_is_read_in_every_style(lines):
    found = task(lines)
    assert found.terminal is not None
    assert found.terminal.text == "#1"
    assert found.estimate is not None
    assert found.estimate.high_s == 300
    assert [text.text for text in found.preconditions] == ["MCP up"]


@pytest.mark.parametrize(
    "line", ["**Ready:** soon", "**Timeout:** a while", "**Retries:** lots", "**Keep:** maybe"]
)
def test_a_setting_that_is_not_understood_is_an_error_at_its_line(line):
    assert codes(read(f"## T001: x\n```sh\na\n```\n{line}\n")) == [("bad-value", 5)]


@pytest.mark.parametrize(
    ("value", "kind", "wanted"),
    [
        ("port:8000", "port", "8000"),
        ("8000", "port", "8000"),
        ("`http://localhost:1/health`", "url", "http://localhost:1/health"),
        ("~ ^up$", "line", "^up$"),
    ],
)
def test_ready(value, kind, wanted):
    ready = task(f"**Ready:** {value}\n").ready
    assert ready is not None
    assert (ready.kind, ready.value) == (kind, wanted)


@pytest.mark.parametrize(
    ("value", "wanted", "within_s"),
    [
        ("port:8000 within 30s", "8000", 30),
        ("`port:8000`, within 2 minutes", "8000", 120),
        ("http://localhost:1/ within 10 s", "http://localhost:1/", 10),
        ("~ up within 30s", "up within 30s", None),
    ],
)
def test_ready_within(value, wanted, within_s):
    ready = task(f"**Ready:** {value}\n").ready
    assert ready is not None
    assert (ready.value, ready.within_s) == (wanted, within_s)


def test_fences_by_section_language_and_what_stands_before_them():
    plan = read("""
        ## T001: x
        ```bash
        one
        ```
        ```python
        no
        ```
        ```
        untagged
        ```
        ```sh
        # comment
        ```
        Expected output:
        ```bash
        shown
        ```
        ### Verification
        ```zsh
        check
        ```
        ### Troubleshooting
        #### Commands
        ```bash
        rm -rf x
        ```
        ### In detail
        In another terminal:
        ```console
        $ two \\
          more
        output
        $ three
        ```
        ## Unrelated
        ```bash
        outside
        ```
        """)
    blocks = plan.tasks[0].blocks
    assert [(b.line, b.language, b.role, b.window) for b in blocks] == [
        (3, "bash", "run", 0),
        (20, "zsh", "verify", 0),
        (30, "bash", "run", 1),
    ]
    assert blocks[2].text == "two \\\n  more\n\nthree\n"
    assert [block.line for block in plan.loose] == [8, 11, 15, 24, 36]


def test_fences_in_list_items_keep_their_lines_and_lose_their_indentation():
    found = task(
        "1. First\n\n   ```bash\n   if a\n     b\n   fi\n   ```\n\n"
        "2. Second\n   ~~~sh\n   c\n   ~~~\n"
    )
    assert [(b.line, b.text) for b in found.blocks] == [(5, "if a\n  b\nfi\n"), (12, "c\n")]


@pytest.mark.parametrize(
    ("heading", "id_", "title"),
    [
        ("## TASK 001: One", "T001", "One"),
        ("## Task 1", "T1", "Task 1"),
        ("### T001: One", "T001", "One"),
        ("### TASK-001 — One", "T001", "One"),
        ("## Task #3: One", "T3", "One"),
        ("## **Task 1: One**", "T1", "One"),
        ("## **Task 1:** One", "T1", "One"),
        ("## 🚀 Task 2.1: One", "T2.1", "One"),
        ("## Task 5b - One", "T5b", "One"),
        ("## Задача 7: Один", "T7", "Один"),
        ("## 任务 3：准备".replace("：", ":"), "T3", "准备"),
        ("## Step 2: Go", "step-2", "Go"),
        ("## Terminal 1 - Back", "terminal-1", "Back"),
        ("## Agent A: Write", "agent-A", "Write"),
        ("## Шаг 4. Далее", "step-4", "Далее"),
        ("## 1. Set up", "1", "Set up"),
        ("## 2.1 Set up", "2.1", "Set up"),
        (
            "## TASK 001: $(touch x) \"q\" 'q' ; `b` 日本語 🎉",
            "T001",
            "$(touch x) \"q\" 'q' ; `b` 日本語 🎉",
        ),
        ("## TASK 001: *so* **it** is", "T001", "*so* **it** is"),
        ("## TASK 001: " + "x" * 300, "T001", "x" * 300),
        ("## T001 Plain [P]", "T001", "Plain [P]"),
    ],
)
def test_headings(heading, id_, title):
    found = task("```sh\na\n```\n", heading)
    assert (found.id, found.title) == (id_, title)


@pytest.mark.parametrize(
    "heading",
    [
        "# Tasks: all of them",
        "## AGENTE INTERNO",
        "## TASK DEPENDENCY GRAPH",
        "## Testing 1",
        "## 3 apps",
        "## Task",
    ],
)
def test_headings_without_an_id(heading):
    plan = read(f"{heading}\n```sh\na\n```\n")
    assert plan.tasks == ()
    assert codes(plan) == [("no-tasks", 0)]
    assert "no tasks found: 1 heading without an id" in plan.problems[0].message


def test_one_family_holds_the_tasks():
    text = "".join(
        f"## Task {n}: t\n```sh\na{n}\n```\n### Step 1: s\n```sh\nb\n```\n" for n in (1, 2)
    )
    plan = read(text + "## Steps\n### Step 1: by hand\n### Step 2: by hand\n")
    assert [t.id for t in plan.tasks] == ["T1", "T2"]
    assert [len(t.blocks) for t in plan.tasks] == [2, 2]


def test_groups_hold_tasks_and_are_none():
    plan = read(
        "## Phase 1: a\n### Task 1: x\n```sh\na\n```\n### Task 2: y\n```sh\nb\n```\n"
        "## Phase 2: b\n### Task 3: z\n**Depends on:** Phase 1 complete\n```sh\nc\n```\n"
    )
    assert edges(plan) == ["T3<T1:hard", "T3<T2:hard"]


def test_protocol_and_template():
    plan = read("""
        ## T001: x
        ```sh
        a
        ```
        ## FAILURE HANDLING
        **First**
        - Retry twice
        **Many failures (4+ tasks)**
        - Stop everything
        - Write the issue to `docs/issues/`
        ## REPORT TEMPLATE
        ````markdown
        # Report
        ```bash
        not run
        ```
        ## Task 9: no task
        ````
        """)
    assert (plan.protocol.retries, plan.protocol.max_failures) == (2, 4)
    assert plan.protocol.issues_dir == "docs/issues/"
    assert plan.template is not None
    assert plan.template.line == 12
    assert plan.template.text.endswith("## Task 9: no task\n")
    assert len(plan.tasks) == 1
    assert plan.loose == ()


@pytest.mark.parametrize(
    ("said", "times"),
    [
        ("Retry task 3 times", 3),
        ("Retry 1 time", 1),
        ("Retry once", 1),
        ("Retry the failed task twice, then stop", 2),
        ("Retry once the database is up", None),
        ("Retry only once it is safe", None),
    ],
)
def test_how_often_the_protocol_retries(said: str, times: int | None):
    plan = parse(f"# P\n\n## Escalation protocol\n\n- {said}\n".encode(), "p.md")
    assert plan.protocol.retries == times


def test_a_plan_without_protocol_says_nothing():
    plan = read("## T001: x\n```sh\na\n```\n")
    assert (plan.protocol.retries, plan.protocol.max_failures, plan.protocol.issues_dir) == (
        None,
    ) * 3


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", [("no-tasks", 0)]),
        ("# Nothing\n\nhere\n", [("no-tasks", 0)]),
        ("## T001: x\n\n## T002: y\n", [("nothing-to-run", 1)]),
        ("## T001: x\n```sh\na\n", [("unclosed-fence", 2)]),
        ("**Total Tasks:** 3\n\n## T001: x\n```sh\na\n```\n", [("total-mismatch", 1)]),
        ("## T1: x\n```sh\na\n```\n## Task 001: y\n```sh\nb\n```\n", [("duplicate-task", 5)]),
        ("## T1: x\n```sh\na\n```\n## Task 001: y\n```sh\na\n```\n", []),
        ("## T1: x\n**Dependencies:** T9\n```sh\na\n```\n", [("unknown-reference", 2)]),
        ("## T1: x\n**Dependencies:** T1\n```sh\na\n```\n", [("self-reference", 2)]),
    ],
)
def test_problems_of_a_whole_plan(text, expected):
    plan = read(text)
    assert codes(plan) == expected
    assert all(problem.remedy and problem.file == "plan.md" for problem in plan.problems)


def test_no_tasks_says_what_was_found_instead():
    (problem,) = read("# Runbook\n## Diagnosis\n```bash\na\n```\n").problems
    assert '"Diagnosis"' in problem.message
    assert "line 3" in problem.message


def test_a_task_without_commands_beside_one_with_some_is_a_persons():
    plan = read("## T001: x\n```sh\na\n```\n## T002: sign\n")
    assert codes(plan) == []
    assert plan.tasks[1].blocks == ()


def test_an_unknown_source_of_dependencies_is_wrong_use():
    with pytest.raises(UsageError, match="mermaid"):
        read("", "tea leaves")


def test_lines_count_the_same_with_crlf_and_bom():
    unix = read(ONE)
    dos = parse(
        b"\xef\xbb\xbf" + textwrap.dedent(ONE).lstrip("\n").replace("\n", "\r\n").encode(),
        "plan.md",
    )
    assert dos.tasks == unix.tasks
    assert dos.source == unix.source
    assert "\r" not in dos.tasks[0].blocks[0].text


@pytest.mark.parametrize(
    ("raw", "line"),
    [(b"a\nb\xff\n", 2), ("## T001: x\n".encode("utf-16"), 1), (b"a\n\n\0", 3)],
)
def test_what_is_not_utf_8_text_is_one_error(raw, line):
    plan = parse(raw, "plan.md")
    assert codes(plan) == [("encoding", line)]
    assert plan.tasks == ()


@pytest.mark.parametrize("encoding", ["mac_roman", "cp1252"])
def test_whole_file_damage_is_mended_in_memory_and_reported(encoding):
    text = '## TASK 001: Ménage → ≥\n```bash\necho "✓ done"\n```\n'
    if encoding == "cp1252":
        text = text.replace("→ ≥", "é")
    damaged = text.encode().decode(encoding)
    plan = parse(damaged.encode(), "plan.md")
    assert codes(plan) == [("encoding-damage", 1)]
    assert plan.source == text
    assert plan.tasks[0].blocks[0].text == 'echo "✓ done"\n'


def test_damage_in_a_part_of_the_file_is_reported_and_left():
    damaged = "## TASK 001: x\n```bash\necho " + "✓".encode().decode("mac_roman") + " ✓ 日本\n```\n"
    plan = parse(damaged.encode(), "plan.md")
    assert codes(plan) == [("encoding-damage", 3)]
    assert plan.source == damaged


def test_an_undamaged_file_is_left_alone():
    text = "## TASK 001: naïve café → ✓ 日本語 “quotes” √2 Ã\n```bash\na\n```\n"
    plan = parse(text.encode(), "plan.md")
    assert codes(plan) == []
    assert plan.source == text


def test_order_where_nothing_is_declared():
    plan = read("## T001: x\n```sh\na\n```\n## T002: y\n```sh\nb\n```\n")
    assert edges(plan) == ["T002<T001:hard"]
    assert plan.edges[0].sources[0].kind == "order"
    assert "order of the document" in plan.order_rule


@pytest.mark.parametrize(
    "text",
    [
        "# Parallel execution\n## T001: x\n```sh\na\n```\n## T002: y\n```sh\nb\n```\n",
        "All tasks are independent.\n## T001: x\n```sh\na\n```\n## T002: y\n```sh\nb\n```\n",
        "## Terminal 1: x\n```sh\na\n```\n## Terminal 2: y\n```sh\nb\n```\n",
        "## Agent A: x\n```sh\na\n```\n## Agent B: y\n```sh\nb\n```\n",
    ],
)
def test_terminals_and_what_is_said_to_be_parallel_run_at_once(text):
    plan = read(text)
    assert len(plan.tasks) == 2
    assert plan.edges == ()
    assert "at once" in plan.order_rule


def test_not_in_parallel_is_not_parallel():
    plan = read(
        "Never run these tasks in parallel.\n## T001: x\n```sh\na\n```\n## T002: y\n```sh\nb\n```\n"
    )
    assert edges(plan) == ["T002<T001:hard"]


def test_edges_are_values():
    assert isinstance(read(ONE).edges[0], Edge)


def test_an_ordered_list_with_commands_is_a_plan_where_no_heading_has_an_id():
    plan = read("""
        # Guide

        1. First
        ```bash
        one
        ```
        1. Second

           ```bash
           two
           ```
           In another shell:
           ```bash
           three
           ```
        1. Read on
        """)
    assert [(t.id, t.title, t.line) for t in plan.tasks] == [
        ("1", "First", 3),
        ("2", "Second", 7),
        ("3", "Read on", 16),
    ]
    assert [(b.line, b.window) for t in plan.tasks for b in t.blocks] == [(5, 0), (10, 0), (14, 1)]
    assert edges(plan) == ["2<1:hard", "3<2:hard"]


def test_boxed_numbers_are_a_list_too_and_one_item_with_commands_is_none():
    plan = read("- [ ] 1. Go\n```sh\na\n```\n- [x] 2. Stop\n```sh\nb\n```\n")
    assert [t.id for t in plan.tasks] == ["1", "2"]
    assert codes(read("1. Go\n```sh\na\n```\n2. Stop\n")) == [("no-tasks", 0)]


GROUPS = """
    | Group | Depends on |
    |-------|------------|
    | 1 | None |
    | 2 | {} |

    ## Group 1: a
    ### Task 1: x
    ```sh
    a
    ```
    ### Task 2: y
    ```sh
    b
    ```
    ## Group 2: b
    {}
    ### Task 3: z
    **Depends on:** None
    ```sh
    c
    ```
"""


@pytest.mark.parametrize(
    ("cell", "head", "expected"),
    [
        ("Group 1", "", ["T3<T1:hard", "T3<T2:hard"]),
        ("1", "", ["T3<T1:hard", "T3<T2:hard"]),
        ("Group 1 (Task 2)", "", ["T3<T2:hard"]),
        ("-", "**Dependencies:** Group 1 complete", ["T3<T1:hard", "T3<T2:hard"]),
        ("-", "**Dependencies:** Task 1", ["T3<T1:hard"]),
        ("-", "", []),
    ],
)
def test_what_is_said_of_a_group_holds_for_its_tasks(cell, head, expected):
    assert edges(read(GROUPS.format(cell, head))) == expected


def test_a_rule_right_under_a_line_makes_no_heading_and_a_bracket_no_link():
    plan = read("## T001: x\n**Time:** 5 min\n---\n### Objective\n[Date]: today\n\n```sh\na\n```\n")
    assert plan.tasks[0].estimate is not None
    assert plan.tasks[0].objective == Text("[Date]: today", 5)


def test_three_tasks_without_shell_are_still_the_tasks_and_their_groups_are_not_run():
    group = "## Phase {}: p\n### Strategy\n```sh\necho {}\n```\n### Task {}: t\n"
    plan = read("".join(group.format(n, n, n) for n in (1, 2, 3)))
    assert [t.id for t in plan.tasks] == ["T1", "T2", "T3"]
    assert codes(plan) == [("nothing-to-run", 6)]
    assert [block.line for block in plan.loose] == [3, 9, 15]


def test_a_comment_that_is_never_closed_hides_no_task_silently():
    text = "## Task 1: a\n```sh\na\n```\n\n<!-- later\n## Task 2: b\n```sh\nb\n```\n"
    plan = parse(text.encode(), "plan.md")
    assert [(p.code, p.severity, p.line) for p in plan.problems] == [
        ("unclosed-comment", "error", 6)
    ]
    closed = parse(f"{text}-->\n".encode(), "plan.md")
    assert not closed.problems
    quoted = parse(b"## Task 1: a\n```sh\ncat <<'E'\n<!-- x\nE\n```\nas `<!--` or <!-- x\n", "p.md")
    assert not quoted.problems
