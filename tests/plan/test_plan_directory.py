"""A plan that is a directory: each file a task, a manifest beside them, lines of their own."""

from __future__ import annotations

import pytest

from tmuxplan.errors import UsageError
from tmuxplan.plan.directory import parse_directory, per_file
from tmuxplan.plan.model import Plan

SH = "```sh\n{}\n```\n"


def read(deps_from: str | None = None, **files: str) -> Plan:
    raw = {f"{name.lstrip('_')}.md": text.encode() for name, text in files.items()}
    return parse_directory(raw, "plans/tasks", deps_from)


def edges(plan: Plan) -> list[str]:
    return [f"{edge.task}<{edge.on}:{edge.kind}" for edge in plan.edges]


def places(plan: Plan) -> list[tuple[str, str, int]]:
    return [(p.code, p.file.rpartition("/")[2], p.line) for p in plan.problems]


def test_each_file_is_a_task_in_the_order_of_names_with_its_own_lines():
    plan = read(
        _02_b=f"# Task 02: Second\n\n**Time:** 5 min\n**Dependencies:** Task 1\n{SH.format('b')}",
        _01_a=f"---\ntask_id: '01'\ntitle: First\n---\n\n## Step 1: x\n{SH.format('a')}",
        _03_c=f"# Third\n\n{SH.format('c')}",
    )
    assert [(t.id, t.title, t.line, t.file) for t in plan.tasks] == [
        ("T01", "First", 2, "plans/tasks/01_a.md"),
        ("T02", "Second", 1, "plans/tasks/02_b.md"),
        ("T03", "Third", 1, "plans/tasks/03_c.md"),
    ]
    assert [block.line for task in plan.tasks for block in task.blocks] == [8, 6, 4]
    second = plan.task("T02")
    assert second.estimate is not None
    assert second.estimate.line == 3
    (edge,) = plan.edges
    source = edge.sources[0]
    assert (source.file, source.line) == ("plans/tasks/02_b.md", 4)
    assert [file.path for file in plan.files] == [
        f"plans/tasks/{n}.md" for n in ("01_a", "02_b", "03_c")
    ]
    assert plan.problems == ()
    assert plan.file_of(second) == "plans/tasks/02_b.md"


@pytest.mark.parametrize(
    "said", ["Task 1", "T01", "01_a.md", "`01_a.md`", "01_a", "tasks/01_a.md", "01_a.md, Task 2"]
)
def test_dependencies_name_ids_or_files(said):
    plan = read(
        _01_a=f"# Task 01: A\n{SH.format('a')}",
        _02_b=f"# Task 02: B\n**Dependencies:** None\n{SH.format('b')}",
        _03_c=f"# Task 03: C\n**Dependencies:** {said} (why)\n{SH.format('c')}",
    )
    assert "T03<T01:hard" in edges(plan)
    assert plan.problems == ()


def test_ids_may_be_words():
    plan = read(
        a=f"---\ntask_id: build\n---\n# Build\n{SH.format('a')}",
        b=f"---\ntask_id: ship-it\ndepends_on: [build]\n---\n# Ship\n{SH.format('b')}",
    )
    assert [task.id for task in plan.tasks] == ["build", "ship-it"]
    assert edges(plan) == ["ship-it<build:hard"]


MANIFEST = """# The whole

**Total Tasks:** 3

## Phase 1: Build
1. **`01_a.md`** - builds
   - Dependencies: None

## Phase 2: Check (after Phase 1)
2. **`02_b.md`**
3. **`03_c.md`**
   - Dependencies: 02_b.md

```bash
cat 01_a.md
```

| File | Depends on |
|------|------------|
| `03_c.md` | 01_a.md |
"""


def three(**more: str) -> dict[str, str]:
    return {
        f"_0{n}_{c}": f"# Task 0{n}: {c}\n{SH.format(c)}" for n, c in enumerate("abc", 1)
    } | more


def test_a_manifest_says_what_its_files_depend_on_and_is_no_task():
    plan = read(**three(MANIFEST=MANIFEST))
    assert [task.id for task in plan.tasks] == ["T01", "T02", "T03"]
    assert edges(plan) == ["T02<T01:hard", "T03<T01:hard", "T03<T02:hard"]
    by_kind = {(s.kind, s.line) for e in plan.edges if e.task == "T03" for s in e.sources}
    assert by_kind == {("metadata", 12), ("table", 20), ("prose", 9)}
    assert [(b.file, b.line) for b in plan.loose] == [("plans/tasks/MANIFEST.md", 14)]
    assert plan.title == "The whole"
    assert all(p.severity == "warning" for p in plan.problems)


def test_phases_of_the_manifest_can_be_named_by_tasks():
    plan = read(
        **three(
            README=MANIFEST,
            _04_d=f"# Task 04: d\n**Dependencies:** Phase 2 complete\n{SH.format('d')}",
        )
    )
    assert [edge.on for edge in plan.edges if edge.task == "T04"] == ["T02", "T03"]


def test_without_a_word_on_dependencies_files_run_in_their_order():
    plan = read(**three())
    assert edges(plan) == ["T02<T01:hard", "T03<T02:hard"]
    assert [e.sources[0].file for e in plan.edges] == ["plans/tasks/02_b.md", "plans/tasks/03_c.md"]


def test_problems_are_in_the_file_where_they_are():
    plan = read(
        _01_a=f"# Task 01: A\n\n\n**Dependencies:** Task 9\n{SH.format('a')}",
        _02_b="# Task 02: B\n```sh\nopen\n",
        _03_c=f"# Task 01: C\n{SH.format('other')}",
    )
    assert places(plan) == [
        ("unknown-reference", "01_a.md", 4),
        ("unclosed-fence", "02_b.md", 2),
        ("duplicate-task", "03_c.md", 1),
    ]
    assert "01_a.md:1" in plan.problems[-1].message


def test_cycles_between_files_name_both_files():
    plan = read(
        _01_a=f"# Task 01: A\n**Dependencies:** Task 2\n{SH.format('a')}",
        _02_b=f"# Task 02: B\n**Dependencies:** Task 1\n{SH.format('b')}",
    )
    (problem,) = plan.problems
    assert problem.code == "cycle"
    assert "01_a.md:2" in problem.message
    assert "02_b.md:2" in problem.message


def test_files_that_are_no_task_are_refused_where_they_hold_commands():
    plan = read(
        _01_a=f"# Task 01: A\n{SH.format('a')}",
        notes="# Notes\n\ntext\n",
        setup=f"# Set up\n{SH.format('b')}",
        whole=f"# Plan\n## Task 5: x\n{SH.format('x')}## Task 6: y\n{SH.format('y')}",
    )
    assert places(plan) == [("no-task-id", "setup.md", 1), ("several-tasks", "whole.md", 1)]
    assert [task.id for task in plan.tasks] == ["T01"]


def test_a_listed_file_that_is_missing_is_told():
    plan = read(**three(README=MANIFEST + "- `07_gone.md`\n"))
    assert ("missing-file", "README.md", 21) in places(plan)


def test_an_empty_directory_and_bytes_that_are_no_text():
    assert [p.code for p in parse_directory({}, "d").problems] == ["no-tasks"]
    plan = parse_directory(
        {"01.md": b"\xff\xfe\x00", "02_b.md": b"# Task 2: b\n```sh\nb\n```\n"}, "d/"
    )
    assert [(p.code, p.file) for p in plan.problems] == [("encoding", "d/01.md")]
    assert [task.id for task in plan.tasks] == ["T2"]


def test_one_source_of_dependencies_and_an_unknown_one():
    assert read("none", **three(README=MANIFEST)).edges == ()
    assert edges(read("table", **three(README=MANIFEST))) == ["T03<T01:hard"]
    with pytest.raises(UsageError):
        read("tea leaves", **three())


def test_the_hash_tells_names_and_contents_apart():
    one = parse_directory({"a.md": b"x", "b.md": b""}, "d").sha256
    assert one != parse_directory({"a.md": b"", "b.md": b"x"}, "d").sha256
    assert one == parse_directory({"b.md": b"", "a.md": b"x"}, "e").sha256


def test_per_file_gives_each_files_text_with_its_tasks():
    plan = read(**three(README=MANIFEST))
    parts = per_file(plan)
    assert [(p.path, [t.id for t in p.tasks]) for p in parts] == [
        ("plans/tasks/01_a.md", ["T01"]),
        ("plans/tasks/02_b.md", ["T02"]),
        ("plans/tasks/03_c.md", ["T03"]),
    ]
    assert all(part.source.startswith("# Task") for part in parts)


def test_a_file_that_names_two_of_the_others_is_a_manifest_whatever_it_is_called():
    plan = read(**three(_00_order="# All\n- `01_a.md`\n- `03_c.md`\n  - Dependencies: 01_a.md\n"))
    assert [task.id for task in plan.tasks] == ["T01", "T02", "T03"]
    assert "T03<T01:hard" in edges(plan)


PLAN = "# Tuesday's release\n\n## Task 1: Unpack\n{0}\n## Task 2: Test\n{0}".format(SH.format("a"))


@pytest.mark.parametrize(
    ("files", "meant"),
    [
        ({"plan": PLAN, "notes": "# Notes\n\nBring cake.\n"}, "plan.md"),
        ({"release": PLAN, "README": "# Hello\n"}, "release.md"),
        ({"plan": PLAN, "other": PLAN}, "plan.md"),
        ({"one": PLAN, "other": PLAN}, ""),
        ({"plan": "# Words\n", "notes": "# Notes\n"}, ""),
    ],
)
def test_a_directory_that_holds_a_plan_names_it(files: dict[str, str], meant: str):
    (none,) = (p for p in read(**files).problems if p.code == "no-tasks")
    asks = f"did you mean plans/tasks/{meant}?"
    assert (asks in str(none)) == bool(meant)
    assert ("without an id" in none.message) == (not meant)
