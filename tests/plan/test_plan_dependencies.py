"""Dependencies from every place that states them, reconciled."""

from __future__ import annotations

import pytest

from tmuxplan.plan import mermaid, references
from tmuxplan.plan.model import Plan
from tmuxplan.plan.parse import parse


def plan(*depends: str, more: str = "", deps_from: str | None = None) -> Plan:
    """Tasks T1, T2 ... with these dependency lines ("" for none), and more text after them."""
    text = "".join(
        f"## Task {n}: Title {n}\n**Terminal:** #{n + 10}\n"
        + (f"**Dependencies:** {said}\n" if said else "\n")
        + "```sh\na\n```\n"
        for n, said in enumerate(depends, 1)
    )
    return parse(f"{text}\n# More\n\n{more}\n".encode(), "plan.md", deps_from)


def edges(found: Plan) -> list[str]:
    return [f"{e.task}<{e.on}:{e.kind}" for e in found.edges]


def codes(found: Plan) -> list[str]:
    return [problem.code for problem in found.problems]


@pytest.mark.parametrize(
    ("said", "on"),
    [
        ("T1, T2", "12"),
        ("Task 1", "1"),
        ("TASK-001 and Task 3", "13"),
        ("Tasks 1-3", "123"),
        ("T1–T3", "123"),
        ("Tasks 1, 2 & 4", "124"),
        ("T001-T003, T5", "1235"),
        ("1, 3", "13"),
        ("2-4", "234"),
        ("#2", "2"),
        ("#12", "2"),
        ("Terminal 12", "2"),
        ("Task 1 complete, Task 2 deployed", "12"),
        ("Task 1 (after Task 2)", "1"),
        ("Task 1, 3 retries", "1"),
        ("`T3`", "3"),
        ("All previous tasks completed", "12345"),
        ("ALL", "12345"),
        ("All tasks", "12345"),
        ("ALL TASKS (T1-T2)", "12"),
        ("Previous task", "5"),
        ("Задача 2 и 3", "23"),
        ("None", ""),
        ("—", ""),
        ("N/A", ""),
        ("None (can start at once)", ""),
        ("No dependencies", ""),
        ("Backend running", ""),
        ("All unit tests pass", ""),
        ("Node 18", ""),
        ("Supabase credentials in `.env`", ""),
    ],
)
def test_what_a_dependency_line_names(said, on):
    found = plan("None", "None", "None", "None", "None", said)
    assert codes(found) == []
    assert [e.on for e in found.edges] == [f"T{n}" for n in on]


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ("Backend running", ["Backend running"]),
        ("None", []),
        ("-", []),
        ("Step 1 done", ["Step 1 done"]),
        ("T1", []),
    ],
)
def test_prose_without_an_id_is_a_precondition(said, wanted):
    found = plan("None", said)
    assert [text.text for text in found.tasks[1].preconditions] == wanted


@pytest.mark.parametrize(
    ("graph", "expected"),
    [
        ("T1 --> T2", "T2<T1:hard"),
        ("T1 --> T2 --> T3", "T2<T1:hard T3<T2:hard"),
        ("T1 & T2 --> T3 & T4", "T3<T1:hard T3<T2:hard T4<T1:hard T4<T2:hard"),
        ("T1 -->|Optional| T2", "T2<T1:soft"),
        ("T1 -->|Info Only| T2", "T2<T1:soft"),
        ("T1 -- soft --> T2", "T2<T1:soft"),
        ("T1 -- must pass --> T2", "T2<T1:hard"),
        ("T1 -.-> T2", "T2<T1:soft"),
        ("T1 -. later .-> T2", "T2<T1:soft"),
        ("T1 ==> T2", "T2<T1:hard"),
        ("T1 ---> T2", "T2<T1:hard"),
        ("T1-->T2", "T2<T1:hard"),
        ("T1 --- T2", "T2<T1:hard"),
        (
            "a[Task 1: x] --> b(Task 2) --> c([Task 3]) --> d{Task 4}",
            "T2<T1:hard T3<T2:hard T4<T3:hard",
        ),
        ('a["Task 1<br/>(x) --> y"] --> b{{"Task 2"}}', "T2<T1:hard"),
        ("START((go)) --> T1\nSTART --> T2\nT1 --> MID\nMID --> T3", "T3<T1:hard"),
        ("T1 --> M -.-> T3", "T3<T1:soft"),
        (
            "subgraph one [One]\ndirection LR\nT1 --> T2\nend\n"
            "style T1 fill:#fff\nclassDef x fill:#000",
            "T2<T1:hard",
        ),
        ("T1:::big --> T2:::small;", "T2<T1:hard"),
        ("T1 --> T2; T2 --> T3", "T2<T1:hard T3<T2:hard"),
        ("%% T3 --> T1\nT1 --> T2", "T2<T1:hard"),
        ("linkStyle 0 stroke:#f00\nclick T1 href\nT1 --> T2", "T2<T1:hard"),
    ],
)
def test_graphs(graph, expected):
    found = plan("", "", "", "", more=f"```mermaid\ngraph TD\n{graph}\n```")
    assert codes(found) == []
    assert " ".join(edges(found)) == expected


@pytest.mark.parametrize("head", ["sequenceDiagram", "gantt", "erDiagram", "pie"])
def test_other_diagrams_are_no_graphs(head):
    assert mermaid.read(f"{head}\nT1 --> T2\n", 1) is None


def test_a_line_of_a_graph_that_is_not_understood_is_reported():
    found = plan("", "", more="```mermaid\ngraph TD\nT1 --> T2\nT1 ~?? T2\n```")
    assert codes(found) == ["mermaid"]


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        ("| Task | Depends On |\n|-|-|\n| T1 | None |\n| T2 | T1 |", "T2<T1:hard"),
        ("| Terminal | Task | Depends On |\n|-|-|-|\n| #12 | Title | Task 1 |", "T2<T1:hard"),
        ("| # | Depends On |\n|-|-|\n| 2 | 1 |", "T2<T1:hard"),
        (
            "| Task | Start? | Blocked by |\n|-|-|-|\n| T2 | Soft dependency | T1 (running) |",
            "T2<T1:soft",
        ),
        ("| Task | Depends On |\n|-|-|\n| T2 | T1 (optional) |", "T2<T1:soft"),
        ("| Name | Dependencies |\n|-|-|\n| Title 3 | All previous |", "T3<T1:hard T3<T2:hard"),
        ("| Task | Owner |\n|-|-|\n| T2 | T1 |", "T2<T1:hard T3<T2:hard"),
        ("| Tool | Requires |\n|-|-|\n| Node | 18 |", "T2<T1:hard T3<T2:hard"),
    ],
)
def test_tables(table, expected):
    found = plan("", "", "", more=table)
    assert " ".join(edges(found)) == expected
    assert codes(found) == []


def test_a_row_whose_number_and_title_disagree_is_not_guessed():
    found = plan(
        "",
        "",
        more="| Terminal | Task | Depends On |\n|-|-|-|\n"
        "| #11 | Title 2 | T1 |\n| #12 | Title 2 | T1 |",
    )
    assert codes(found) == ["unknown-row"]


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("T1, T2 (optional)", "T3<T1:hard T3<T2:soft"),
        ("T1 (optional), T2", "T3<T1:soft T3<T2:hard"),
        ("Tasks 1, 2 (nice to have)", "T3<T1:hard T3<T2:soft"),
        ("1 (soft, see T2) and 2", "T3<T1:soft T3<T2:hard"),
        ("T1 (a, b), T2 (if available)", "T3<T1:hard T3<T2:soft"),
        ("T1 and T2 (both optional)", "T3<T1:soft T3<T2:soft"),
        ("Optional: T1, T2 (data)", "T3<T1:soft T3<T2:soft"),
        ("T1 (running), T2", "T3<T1:ready T3<T2:hard"),
        ("T1, T2 (running)", "T3<T1:hard T3<T2:ready"),
        ("T1 and T2 (both running)", "T3<T1:ready T3<T2:ready"),
    ],
)
def test_what_stands_in_parentheses_is_said_of_the_id_before_it(said, expected):
    server = "**Dependencies:** None\n**Ready:** port:80\n```sh\na\n```\n"
    text = (
        f"## Task 1: a\n{server}## Task 2: b\n{server}"
        f"## Task 3: c\n**Dependencies:** {said}\n```sh\na\n```\n"
    )
    assert " ".join(edges(parse(text.encode(), "plan.md"))) == expected
    table = f"{text.partition('**Dependencies:** ' + said)[0]}```sh\na\n```\n\n# More\n\n"
    table += f"| Task | Depends On |\n|-|-|\n| T3 | {said} |\n"
    assert " ".join(edges(parse(table.encode(), "plan.md"))) == expected


def test_blocks_is_the_inverse_edge_only_with_an_id():
    found = parse(
        b"## Task 1: a\n**Blocks:** Task 2\n```sh\na\n```\n"
        b"## Task 2: b\n**Blocks:** deployment\n```sh\nb\n```\n",
        "plan.md",
    )
    assert edges(found) == ["T2<T1:hard"]


GRAPH = "```mermaid\ngraph TD\n{}\n```"


def test_a_pair_beats_a_blanket_statement():
    found = plan("None", "None", "All previous tasks", more=GRAPH.format("T1 -->|Optional| T3"))
    assert edges(found) == ["T3<T1:soft", "T3<T2:hard"]
    assert [(s.kind, s.says) for s in found.edges[0].sources] == [
        ("metadata", "hard"),
        ("mermaid", "soft"),
    ]


def test_one_hard_pair_keeps_an_edge_hard_and_the_difference_is_said():
    found = plan("None", "T1", more=GRAPH.format("T1 -.-> T2"))
    assert edges(found) == ["T2<T1:hard"]
    assert codes(found) == ["dependency-conflict"]


def test_none_against_an_edge_is_a_conflict_with_both_lines_and_the_union_is_obeyed():
    found = plan("None", "None", more=GRAPH.format("T1 --> T2"))
    assert edges(found) == ["T2<T1:hard"]
    (problem,) = found.problems
    assert (problem.code, problem.line) == ("dependency-conflict", 9)
    assert "line 9" in problem.message
    assert "line 18" in problem.message


def test_sources_that_agree_by_closure_are_no_conflict():
    found = plan("None", "T1", "T1, T2", more=GRAPH.format("T1 --> T2 --> T3"))
    assert codes(found) == []
    assert edges(found) == ["T2<T1:hard", "T3<T1:hard", "T3<T2:hard"]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("metadata", "T2<T1:hard"),
        ("mermaid", "T3<T1:hard"),
        ("table", "T3<T2:soft"),
        ("none", ""),
    ],
)
def test_one_source_can_be_picked(source, expected):
    table = "\n\n| Task | Depends On |\n|-|-|\n| T3 | T2 (soft) |"
    found = plan("None", "T1", "None", more=GRAPH.format("T1 --> T3") + table, deps_from=source)
    assert " ".join(edges(found)) == expected
    assert "dependency-conflict" not in codes(found)


def test_running_is_ready_only_where_the_other_declares_it():
    server = (
        "## Task 1: server\n{}\n```sh\na\n```\n"
        "## Task 2: client\n**Dependencies:** Task 1 (running)\n```sh\nb\n```\n"
    )
    assert edges(parse(server.format("").encode(), "p.md")) == ["T2<T1:hard"]
    assert edges(parse(server.format("**Ready:** port:80").encode(), "p.md")) == ["T2<T1:ready"]


def test_cycles_name_the_chain_and_soft_edges_count():
    found = plan("T3", "T1", "T2 (optional)", "T3")
    (problem,) = found.problems
    assert problem.code == "cycle"
    assert "T1 → T3 (line 3) → T2 (line 15) → T1 (line 9)" in problem.message


def test_unknown_ids_in_a_range_are_one_problem():
    found = plan("None", "Tasks 1-9")
    assert codes(found) == ["unknown-reference"]
    assert "T3, T4, T5 and 4 more" in found.problems[0].message


def test_preconditions_against_a_table_that_says_none():
    found = plan(
        "None", "MCP servers", more="| Task | Depends On |\n|-|-|\n| T1 | None |\n| T2 | None |"
    )
    assert codes(found) == ["dependency-conflict"]


def test_refs_keep_their_families():
    said = references.read("Phase 1 and Task 2")
    assert [(ref.family, ref.number) for ref in said.refs] == [("phase", "1"), ("task", "2")]


def test_an_arrow_that_says_nothing_of_readiness_does_not_make_a_ready_edge_wait_for_the_end():
    found = parse(
        b"## Task 1: server\n**Ready:** port:80\n```sh\na\n```\n"
        b"## Task 2: client\n**Dependencies:** Task 1 (running)\n```sh\nb\n```\n"
        b"```mermaid\ngraph TD\nT1 --> T2\n```\n",
        "p.md",
    )
    assert edges(found) == ["T2<T1:ready"]


def test_a_cycle_is_shown_without_the_tasks_that_only_lead_to_it():
    found = plan("T2", "T3", "T2")
    (problem,) = found.problems
    assert "T2 → T3 (line 9) → T2 (line 15)" in problem.message
    assert "T1" not in problem.message


def test_barriers_one_after_another_stay_few_edges_in_a_long_plan():
    found = plan(*["All previous tasks"] * 300)
    last = [e.on for e in found.edges if e.task == "T300"]
    assert last == ["T299"]
    assert codes(found) == []


def test_in_the_documents_order_a_server_that_says_so_is_waited_for_until_it_is_up() -> None:
    text = (
        "# P\n\n## Step 1: Serve\n\n**Ready:** port:8471\n\n```bash\nserve\n```\n\n"
        "## Step 2: Use\n\n```bash\ncurl localhost:8471\n```\n\n"
        "## Step 3: Look\n\n```bash\nls\n```\n"
    )
    edges = parse(text.encode(), "p.md").edges
    assert [(e.task, e.on, e.kind) for e in edges] == [
        ("step-2", "step-1", "ready"),
        ("step-3", "step-2", "hard"),
    ]


def test_a_plan_whose_dependencies_name_no_task_states_some():
    found = plan("", "Task 9")
    assert codes(found) == ["unknown-reference"]
    assert found.order_rule.startswith("No dependency that the plan states names one of its tasks")
    assert "in the order of the document" in found.order_rule
    assert plan("", "").order_rule.startswith("The plan states no dependencies")
