"""The graph as mermaid: it says what the plan says, and hostile titles stay text."""

from __future__ import annotations

import pytest

from tmuxplan.plan.mermaid import read
from tmuxplan.plan.model import Edge, Plan, Task
from tmuxplan.report.mermaid import mermaid


def plan(*titles: str, edges: tuple[Edge, ...] = ()) -> Plan:
    tasks = tuple(Task(id=f"T{n:03}", title=t, line=1) for n, t in enumerate(titles, 1))
    return Plan(path="p.md", title="p", sha256="", tasks=tasks, edges=edges)


def test_nodes_arrows_and_the_critical_path() -> None:
    drawn = mermaid(
        plan(
            "Build",
            "Test",
            "Ship",
            edges=(
                Edge("T002", "T001", "hard"),
                Edge("T003", "T002", "soft"),
                Edge("T003", "T001", "ready"),
            ),
        )
    )
    assert drawn == (
        "graph TD\n"
        '    n1["T001: Build"]\n'
        '    n2["T002: Test"]\n'
        '    n3["T003: Ship"]\n'
        "    n1 --> n2\n"
        "    n2 -.->|soft| n3\n"
        "    n1 -->|ready| n3\n"
        "    classDef critical stroke-width:4px\n"
        "    class n1,n2,n3 critical\n"
    )


def test_our_own_reader_reads_it_back() -> None:
    edges = (Edge("T002", "T001", "hard"), Edge("T003", "T002", "soft"))
    found = read(mermaid(plan("a", "b", "c", edges=edges)), 1)
    assert found is not None
    assert [(a.source, a.to, a.soft) for a in found.arrows] == [
        ("n1", "n2", False),
        ("n2", "n3", True),
    ]
    assert found.labels["n1"] == "T001: a"
    assert found.unread == ()


@pytest.mark.parametrize(
    "title", ['"] --> x["', "<script>alert(1)</script>", "`x` #quot;", "end", "a\nb", "日本語 🚀"]
)
def test_a_title_is_only_a_title(title: str) -> None:
    lines = mermaid(plan(title)).splitlines()
    assert len(lines) == 2
    label = lines[1].removeprefix('    n1["').removesuffix('"]')
    assert not set(label) & set('"<>`[]\n')
