"""One test, or table, for each rule of the grammar that headings, fences and prose are read by."""

from __future__ import annotations

import textwrap

import pytest

from tmuxplan.plan.model import Plan
from tmuxplan.plan.parse import parse

SH = "```sh\n{}\n```\n"


def read(text: str, sections: bool = False) -> Plan:
    return parse(textwrap.dedent(text).lstrip("\n").encode(), "plan.md", sections=sections)


def codes(plan: Plan) -> list[tuple[str, int]]:
    return [(problem.code, problem.line) for problem in plan.problems]


def edges(plan: Plan) -> list[str]:
    return [f"{edge.task}<{edge.on}:{edge.kind}" for edge in plan.edges]


def tasks(*bodies: str, word: str = "Task") -> str:
    return "".join(
        f"## {word} {n}: t{n}\n{body}\n{SH.format(f'run {n}')}" for n, body in enumerate(bodies, 1)
    )


# R7: lines that are meant as headings


@pytest.mark.parametrize(
    ("first", "ids", "title"),
    [
        ("**Terminal 1 - Web:**", ["terminal-1", "terminal-2"], "Web"),
        ("**Terminal 1: Web**", ["terminal-1", "terminal-2"], "Web"),
        ("**Terminal 1** (Web)", ["terminal-1", "terminal-2"], "(Web)"),
        ("**Terminal 1 - Web** ⏱️ 5 min", ["terminal-1", "terminal-2"], "Web ⏱️ 5 min"),
        ("🚀 **Terminal 1 - Web**", ["terminal-1", "terminal-2"], "Web"),
    ],
)
def test_a_whole_line_in_bold_is_a_heading_where_no_real_one_is_of_its_family(first, ids, title):
    plan = read(f"# Setup\n\n{first}\n{SH.format('a')}\n**Terminal 2 - Db:**\n{SH.format('b')}")
    assert [task.id for task in plan.tasks] == ids
    assert plan.tasks[0].title == title
    assert [task.line for task in plan.tasks] == [3, 8]
    assert [task.blocks[0].text for task in plan.tasks] == ["a\n", "b\n"]


def test_a_paragraph_that_begins_with_a_step_is_a_heading_too_and_a_sentence_is_none():
    plan = read(f"Step 1. Build\n{SH.format('a')}\nStep 2. Ship\n{SH.format('b')}")
    assert [(task.id, task.title) for task in plan.tasks] == [
        ("step-1", "Build"),
        ("step-2", "Ship"),
    ]
    plan = read(f"Task 1 is easy and **Task 2** is not.\n{SH.format('a')}")
    assert plan.tasks == ()


def test_real_headings_win_and_bold_lines_in_tasks_stay_text():
    plan = read(
        "## Task 1: x\n**Step 1: a**\n```sh\na\n```\n**Step 2: b**\n```sh\nb\n```\n"
        "## Task 2: y\n**Task 9: no**\n```sh\nc\n```\n"
    )
    assert [(task.id, len(task.blocks)) for task in plan.tasks] == [("T1", 2), ("T2", 1)]


@pytest.mark.parametrize(("again", "expected"), [("a", []), ("c", [("duplicate-task", 10)])])
def test_the_same_task_again_as_a_bold_line_must_have_the_same_commands(again, expected):
    plan = read(
        f"## Terminal 1: x\n{SH.format('a')}## Terminal 2: y\n{SH.format('b')}"
        f"# Once more\n**Terminal 1 (again):**\n{SH.format(again)}"
    )
    assert codes(plan) == expected


# T1, T3, T4: which heading is a task


@pytest.mark.parametrize(
    ("heading", "id_"),
    [
        ("## 手順1：準備", "step-1"),
        ("## 手順３：準備", "step-3"),
        ("## 第2步：部署", "step-2"),
        ("## タスク 4（任意）", "T4"),
        ("## Étape 1. Préparer", "step-1"),
        ("## Aufgabe 7 — Bauen", "T7"),
        ("## 작업 2: 준비", "T2"),
        ("## Bước 3: Chạy", "step-3"),
        ("## Паспорт", None),
        ("## Test 4: Auto-Recovery", "test-4"),
        ("## Task 7: Adapt systematic-debugging Skill", "T7"),
        ("## Phase 3.4: CI/CD Automation", "phase-3.4"),
    ],
)
def test_headings_in_several_languages(heading, id_):
    plan = read(f"{heading}\n{SH.format('a')}")
    assert [task.id for task in plan.tasks] == ([id_] if id_ else [])
    assert all(task.blocks for task in plan.tasks)


def test_steps_that_are_counted_anew_in_each_phase_are_named_by_both():
    phase = "## Phase {}: p\n### Step 1: a\n```sh\na{}\n```\n### Step 2: b\n```sh\nb{}\n```\n"
    plan = read(phase.format(1, 1, 1) + phase.format(2, 2, 2))
    assert [task.id for task in plan.tasks] == ["step-1.1", "step-1.2", "step-2.1", "step-2.2"]
    assert codes(plan) == []
    assert edges(plan)[-1] == "step-2.2<step-2.1:hard"


def test_steps_for_when_it_goes_wrong_are_no_tasks_unless_there_are_no_others():
    steps = f"### Step 1: a\n{SH.format('{0}')}### Step 2: b\n{SH.format('{0}')}"
    plan = read(f"# Plan\n## Deploy\n{steps.format('go')}## Rollback\n{steps.format('undo')}")
    assert [task.blocks[0].text for task in plan.tasks] == ["go\n", "go\n"]
    assert codes(plan) == []
    assert [block.line for block in plan.loose] == [13, 17]
    only = read(f"# Plan\n## Rollback\n{steps.format('undo')}")
    assert [task.id for task in only.tasks] == ["step-1", "step-2"]


def test_sections_are_tasks_only_where_one_asks_for_it_and_are_named_where_not():
    text = (
        f"# Guide\n## Build it\n{SH.format('a')}## Test\n{SH.format('b')}## Test\n{SH.format('c')}"
        f"## Troubleshooting\n{SH.format('d')}## About\n"
    )
    refused = read(text)
    assert refused.tasks == ()
    assert '"Build it" (line 2)' in refused.problems[0].remedy
    plan = read(text, sections=True)
    assert [(task.id, task.title, task.line) for task in plan.tasks] == [
        ("build-it", "Build it", 2),
        ("test", "Test", 6),
        ("test-2", "Test", 10),
    ]
    assert edges(plan) == ["test<build-it:hard", "test-2<test:hard"]


# R2: front matter of a file that is one task


def test_front_matter_makes_a_file_one_task():
    plan = read("""
        ---
        task_id: "007"
        title: Boil water
        estimated_duration: "2-4 hours"
        dependencies: []
        ---
        # Water

        ## Step 1: fill
        ```sh
        a
        ```
        ## Step 2: heat
        ```sh
        b
        ```
        """)
    (task,) = plan.tasks
    assert (task.id, task.title, task.line, len(task.blocks)) == ("T007", "Boil water", 7, 2)
    assert task.estimate is not None
    assert (task.estimate.low_s, task.estimate.line) == (7200, 4)
    assert codes(plan) == []


@pytest.mark.parametrize(
    ("said", "id_"), [("T12", "T12"), ("TASK-3", "T3"), ("4", "T4"), ("auth-setup", "auth-setup")]
)
def test_ids_in_front_matter(said, id_):
    plan = read(f"---\ntask_id: {said}\n---\n{SH.format('a')}")
    assert [task.id for task in plan.tasks] == [id_]


def test_a_dependency_of_a_lone_file_is_unknown_and_names_the_remedy():
    plan = read(f"---\ntask_id: 2\ndepends_on: [1]\n---\n# Two\n{SH.format('a')}")
    (problem,) = plan.problems
    assert (problem.code, problem.line) == ("unknown-reference", 3)
    assert "directory" in problem.remedy


def test_front_matter_of_a_plan_with_tasks_is_no_tasks():
    plan = read(f"---\ntitle: x\ndependencies: 9\n---\n{tasks('', '')}")
    assert edges(plan) == ["T2<T1:hard"]
    assert codes(plan) == []


# B2: second shells; B5: what is no shell; B7: expected output


@pytest.mark.parametrize(
    ("line", "window"),
    [
        ("In another shell:", 1),
        ("In a new terminal, run:", 1),
        ("Check it (run in another terminal)", 1),
        ("In New Terminal", 1),
        ("#### 4th terminal", 1),
        ("Open a second terminal and run:", 1),
        ("In einem anderen Terminal:", 1),
        ("Dans un autre terminal :", 1),
        ("En otra terminal:", 1),
        ("Em outro terminal:", 1),
        ("Num novo terminal:", 1),
        ("В новом терминале:", 1),
        ("다른 터미널에서:", 1),
        ("In the terminal:", 0),
        ("Em um terminal:", 0),
        ("Im Terminal:", 0),
        ("Open a terminal:", 0),
        ("You can also look at it in another terminal while it runs, of course.", 0),
    ],
)
def test_second_shells(line, window):
    plan = read(f"## Task 1: x\n{SH.format('a')}\n{line}\n{SH.format('b')}")
    assert [block.window for block in plan.tasks[0].blocks] == [0, window]
    assert codes(plan) == []


@pytest.mark.parametrize(
    ("lines", "windows"),
    [
        (("**Terminal 1:**", "**Terminal 2:**"), [0, 1]),
        (("Terminal 1 - server:", "Terminal 2 - client:", "In terminal 1:"), [0, 1, 0]),
        (("#### Terminal A: app", "#### Terminal B: tests", "#### Terminal A"), [0, 1, 0]),
        (("First, build it:", "Terminal 2:"), [0, 1]),
        (("Build it:", "Terminal 1:", "Terminal 2:"), [0, 0, 1]),
        (("Terminal 3:", "Terminal 4:", "Then:"), [0, 1, 1]),
        (("終端 1:", "終端 2:"), [0, 1]),
        (("Terminal 1:", "What terminal 2 prints is of no interest here:"), [0, 0]),
        (("Window 1.5 of the report:", "Tab 2.1 of it:"), [0, 0]),
        (("Shell a command:", "Console i/o:"), [0, 0]),
    ],
)
def test_shells_with_names(lines, windows):
    body = "\n".join(f"{line}\n{SH.format(n)}" for n, line in enumerate(lines))
    plan = read(f"## Task 1: x\n{body}\n## Task 2: y\n{SH.format('z')}")
    assert [block.window for block in plan.tasks[0].blocks] == windows


def test_a_task_with_a_second_shell_is_up_when_its_only_port_answers():
    plan = read(
        "## Task 1: x\n```sh\nserve --port 8000\n```\nIn another shell:\n```sh\ncurl it\n```\n"
    )
    ready = plan.tasks[0].ready
    assert ready is not None
    assert (ready.kind, ready.value, ready.line) == ("port", "8000", 3)


def test_back_in_the_first_shell():
    plan = read(
        f"## Task 1: x\n{SH.format('a')}\nIn another shell:\n{SH.format('b')}\n"
        f"Back in the first terminal:\n{SH.format('c')}"
    )
    assert [block.window for block in plan.tasks[0].blocks] == [0, 1, 0]


@pytest.mark.parametrize(
    "body",
    [
        "Task: write the docs",
        "Agent-A: takes the API",
        "Terminal 1: build - 80% complete",
        "https://example.com/x",
        "Run all the tests and report",
        'Task(agent="x", context={\n  id: 1\n})',
        "parallel_invoke([\n  a,\n])",
    ],
)
def test_what_is_tagged_as_shell_and_is_none_is_reported_and_never_run(body):
    plan = read(f"## Task 1: x\n{SH.format('a')}\n```bash\n# note\n{body}\n```\n")
    assert [block.text for block in plan.tasks[0].blocks] == ["a\n"]
    assert codes(plan) == [("not-shell", 7)]
    assert [block.line for block in plan.loose] == [6]


@pytest.mark.parametrize(
    "body",
    [
        "build() {\n  make\n}\nbuild",
        "if(true); then\n  a\nfi",
        "for((i=0;i<3;i++)); do echo; done",
        "Rscript all.R",
        ": > file",
        "a=(1 2)",
        "FOO=bar make",
        'curl -H "A: b" x',
        "echo 'Task: x'",
    ],
)
def test_what_is_shell_runs(body):
    plan = read(f"## Task 1: x\n```bash\n{body}\n```\n")
    assert [block.text for block in plan.tasks[0].blocks] == [f"{body}\n"]
    assert codes(plan) == []


@pytest.mark.parametrize(
    ("line", "runs"),
    [
        ("Expected output:", False),
        ("**Expected Output:**", False),
        ("You should see:", False),
        ("Output:", False),
        ("Ожидаемый результат:", False),
        ("期待される出力:", False),
        ("Save the output to a file:", True),
        ("Look at the result of the build, then run:", True),
    ],
)
def test_expected_output(line, runs):
    plan = read(f"## Task 1: x\n{SH.format('a')}\n{line}\n{SH.format('b')}")
    assert len(plan.tasks[0].blocks) == 1 + runs


def test_a_section_that_verifies_runs_last_and_a_sentence_with_the_word_in_its_place():
    text = "## Task 1: x\n### {}\n```sh\na\n```\n### Then\n```sh\nb\n```\n"
    roles = {
        title: [block.role for block in read(text.format(title)).tasks[0].blocks]
        for title in ("Verification", "Verify the pods", "Verify logs to see if the server is up")
    }
    assert [role[0] for role in roles.values()] == ["verify", "verify", "run"]


# Problem 4: alternatives


@pytest.mark.parametrize("form", ["#### {}", "**{}**"])
def test_alternatives_with_commands_in_a_task_are_refused(form):
    plan = read(
        f"## Task 1: x\n{form.format('Option A: quick')}\n{SH.format('a')}\n"
        f"{form.format('Option B: slow')}\n{SH.format('b')}"
    )
    (problem,) = plan.problems
    assert (problem.code, problem.line, problem.severity) == ("alternatives", 2, "error")
    assert "Option B: slow" in problem.message
    assert "--only" in problem.remedy


def test_alternatives_outside_of_tasks_that_run_are_none_of_our_business():
    text = f"## Method 1: x\n{SH.format('a')}## Method 2: y\n{SH.format('b')}"
    assert [code for code, _ in codes(read(text))] == ["no-tasks", "alternatives"]
    assert codes(read(tasks("", "") + "# Ways\n" + text)) == []


def test_one_option_and_options_without_commands_are_no_alternatives():
    plan = read(f"## Task 1: x\n### Option A: q\n{SH.format('a')}### Option B: z\ntext\n")
    assert codes(plan) == []


# D1: prose and headings; D9: marks; D5: readiness


@pytest.mark.parametrize(
    ("heading", "line", "expected"),
    [
        ("t (after Task 1)", "", ["T1"]),
        ("t (wait for Task 2 to finish)", "", ["T2"]),
        ("t - depends on Tasks 1-2", "", ["T1", "T2"]),
        ("t（タスク1の完了後）", "", ["T1"]),
        ("t", "Can start after Task 1.", ["T1"]),
        ("t", "- Run only after Task 1 and Task 2 have passed", ["T1", "T2"]),
        ("t", "> Do not start until Task 2 is done.", ["T2"]),
        ("t", "Wait for Task 1 before you go on.", ["T1"]),
        ("t", "タスク2完了後に開始", ["T2"]),
        ("t", "Run the tests after the build", ["T2"]),
        ("t", "Look at the report that Task 1 wrote", ["T2"]),
    ],
)
def test_prose_says_what_a_task_comes_after(heading, line, expected):
    text = tasks("", "") + f"## Task 3: {heading}\n{line}\n{SH.format('c')}"
    plan = read(text)
    assert [edge.on for edge in plan.edges if edge.task == "T3"] == expected
    assert codes(plan) == []


def test_what_has_no_id_in_a_headings_parentheses_is_a_precondition():
    plan = read(f"{tasks('')}## Task 2: t (after the freeze)\n{SH.format('b')}")
    assert [text.text for text in plan.tasks[1].preconditions] == ["the freeze"]


def test_the_heading_of_a_group_speaks_for_its_tasks():
    plan = read(
        "## Level 0\n### Task 1: a\n```sh\na\n```\n### Task 2: b\n```sh\nb\n```\n"
        "## Level 1 (Level 0完了後)\n### Task 3: c\n```sh\nc\n```\n"
        "## Level 2 (after all previous tasks)\n### Task 4: d\n```sh\nd\n```\n"
    )
    found = edges(plan)
    assert [e for e in found if e.startswith("T3")] == ["T3<T1:hard", "T3<T2:hard"]
    assert [e for e in found if e.startswith("T4")] == ["T4<T1:hard", "T4<T2:hard", "T4<T3:hard"]


def test_a_sentence_outside_of_tasks_with_ids_for_its_subject():
    text = "- **Tasks 2-3** all depend on Task 1 (fixtures)\n- Task 4 requires Node 20\n\n"
    plan = read(text + tasks("", "", "", "**Dependencies:** None"))
    assert edges(plan) == ["T2<T1:hard", "T3<T1:hard"]


def test_an_unknown_task_in_a_sentence_is_a_warning():
    plan = read(tasks("", "Start after Task 9."))
    assert [(p.code, p.severity) for p in plan.problems] == [("unknown-reference", "warning")]


def test_tasks_marked_p_run_beside_their_neighbours():
    plan = read(
        "".join(
            f"## T00{n}{mark} t\n{SH.format(n)}"
            for n, mark in enumerate(("", " [P]", " [P]", ""), 1)
        )
    )
    assert edges(plan) == ["T002<T001:hard", "T003<T001:hard", "T004<T002:hard", "T004<T003:hard"]
    assert "[P]" in plan.order_rule


def test_parallel_lines_and_groups_say_the_same():
    lines = tasks(*(f"**Parallel**: {said}" for said in ("No", "Yes (beside 3)", "Yes", "No")))
    by_lines = edges(read(lines))
    assert by_lines == ["T2<T1:hard", "T3<T1:hard", "T4<T2:hard", "T4<T3:hard"]
    group = "## Group {}: g ({})\n### Task {}: a\n```sh\na\n```\n### Task {}: b\n```sh\nb\n```\n"
    plan = read(group.format(1, "SEQUENTIAL", 1, 2) + group.format(2, "PARALLEL", 3, 4))
    assert edges(plan) == ["T2<T1:hard", "T3<T2:hard", "T4<T2:hard"]


def test_marks_fill_in_only_where_nothing_else_is_stated_and_never_make_a_cycle():
    plan = read(tasks("**Parallel**: No", "**Depends on:** Task 3", "**Parallel**: No"))
    assert edges(plan) == ["T2<T3:hard"]


def test_steps_keep_their_order_beside_what_is_stated_of_some():
    plan = read(tasks("", "", "Start after Step 1.", "", word="Step"))
    assert edges(plan) == [
        "step-2<step-1:hard",
        "step-3<step-1:hard",
        "step-4<step-3:hard",
    ]
    stated = read(tasks("", "", "**Depends on:** Task 1", ""))
    assert edges(stated) == ["T3<T1:hard"]


@pytest.mark.parametrize(
    ("commands", "port"),
    [
        ("uvicorn app:app --port 8000 &", "8000"),
        ("PORT=3000 npm start", "3000"),
        ("python3 -m http.server 9001", "9001"),
        ("docker run -d -p 8080:80 nginx", "8080"),
        ("./serve.sh &\ncurl -f http://localhost:7000/health", "7000"),
        ("# --port 1\nmake", None),
        ("a --port 8000\nb --port 9000", None),
    ],
)
def test_running_means_up_where_a_port_tells(commands, port):
    plan = read(
        f"## Task 1: server\n```sh\n{commands}\n```\n"
        f"## Task 2: client\n**Dependencies:** Task 1 (backend running)\n{SH.format('b')}"
    )
    assert edges(plan) == [f"T2<T1:{'ready' if port else 'hard'}"]
    ready = plan.tasks[0].ready
    assert (ready.value if ready else None) == port
    assert [code for code, _ in codes(plan)] == ([] if port else ["unknown-readiness"])


def test_a_line_to_wait_for_lets_the_next_ones_start():
    plan = read(tasks("", "Wait for: `up (1)`", "", "", word="Terminal"))
    assert edges(plan) == ["terminal-3<terminal-2:ready", "terminal-4<terminal-2:ready"]
    ready = plan.tasks[1].ready
    assert ready is not None
    assert ready.value == r"up\ \(1\)"
    steps = read(tasks("Wait for: `up`", "", "", word="Step"))
    assert edges(steps) == ["step-2<step-1:ready", "step-3<step-2:hard"]


def test_wait_for_a_task_is_a_dependency():
    assert edges(read(tasks("", "**Wait for:** Task 1", "**Depends on:** None"))) == ["T2<T1:hard"]


@pytest.mark.parametrize("tag", ["bash", "sh", "zsh", "shell", "console"])
def test_of_a_session_only_what_was_typed_runs(tag):
    body = "# first\n$ make a \\\n    -j2\ncompiling\n\n$ make b\n3 passed"
    plan = read(f"## Task 1: x\n```{tag}\n{body}\n```\n")
    assert plan.tasks[0].blocks[0].text == "\nmake a \\\n    -j2\n\n\nmake b\n\n"
    plan = read("## Task 1: x\n```bash\necho '\n$ no prompt'\n```\n")
    assert "$ no prompt" in plan.tasks[0].blocks[0].text


# E4: expected failures


@pytest.mark.parametrize(
    ("before", "after", "expects"),
    [
        ("", "Expected: FAIL with 'not defined'", "failure"),
        ("", "**Expected:** No matches", "failure"),
        ("", "Expected result: exits non-zero", "failure"),
        ("", "The tests should fail now.", "failure"),
        ("", "This MUST fail.", "must fail"),
        ("This must be rejected:", "", "must fail"),
        ("Expected: FAIL", "", "failure"),
        ("", "Expected: PASS", ""),
        ("", "Expected: no errors", ""),
        ("", "Expected: 0 failed", ""),
        ("", "If it should fail, see below.", ""),
        ("", "It must not fail.", ""),
        ("Old servers must fail over one by one.", "", ""),
    ],
)
def test_expected_failures(before, after, expects):
    plan = read(f"## Task 1: x\n{before}\n{SH.format('a')}\n{after}\n")
    assert plan.tasks[0].blocks[0].expects == expects


# What survived a round of mutations


def test_parallel_tasks_of_two_groups_are_not_beside_each_other():
    group = "## Group {0}: g (PARALLEL)\n### Task {0}1: a\n```sh\na\n```\n"
    plan = read(group.format(1) + group.format(2) + "### Task 22: b\n```sh\nb\n```\n")
    assert edges(plan) == ["T21<T11:hard", "T22<T11:hard"]


def test_after_one_or_in_parallel_is_no_statement():
    plan = read(
        "## Phase 1\n### Task 1: a\n```sh\na\n```\n"
        "## Phase 2: b (after Phase 1 or in parallel)\n### Task 2: b\n```sh\nb\n```\n"
    )
    assert [source.kind for edge in plan.edges for source in edge.sources] == ["order"]


def test_a_plain_numbered_line_is_no_heading():
    plan = read(f"# x\n2.1. Look at it\n\n{SH.format('a')}\n2.2. Again\n\n{SH.format('b')}")
    assert plan.tasks == ()


def test_a_task_need_not_say_again_what_is_said_of_its_group():
    plan = read(
        "## Phase 1\n### Task 1: a\n```sh\na\n```\n## Phase 2 (after Phase 1)\n"
        "### Task 2: b\n**Depends on:** Task 3\n```sh\nb\n```\n### Task 3: c\n```sh\nc\n```\n"
    )
    assert codes(plan) == []
    assert edges(plan) == ["T2<T1:hard", "T2<T3:hard", "T3<T1:hard"]


def test_an_empty_list_in_front_matter_says_that_it_depends_on_nothing():
    plan = read(f"---\ntask_id: 2\ndependencies: []\n---\n{SH.format('a')}")
    assert [(text.text, text.line) for text in plan.tasks[0].dependencies_said] == [("None", 3)]
