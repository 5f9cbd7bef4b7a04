"""Workflows: how long they take at best."""

from __future__ import annotations

from graphlib import TopologicalSorter

from typing_extensions import TypedDict  # typing's is not enough for the SDK before 3.12

from mcp_servers.serving import server

mcp = server("workflow_server", "Works out how long a workflow takes.")


class Path(TypedDict):
    tasks: list[str]
    minutes: float


@mcp.tool()
def critical_path(minutes: dict[str, float], needs: dict[str, list[str]]) -> Path:
    """The chain of tasks that decides how long all take, however many run side by side."""
    longest: dict[str, Path] = {}
    for task in TopologicalSorter({name: needs.get(name, []) for name in minutes}).static_order():
        before = max((longest[each] for each in needs.get(task, [])), key=duration, default=NOTHING)
        longest[task] = Path(
            tasks=[*before["tasks"], task], minutes=before["minutes"] + minutes[task]
        )
    return max(longest.values(), key=duration, default=NOTHING)


NOTHING = Path(tasks=[], minutes=0)


def duration(path: Path) -> float:
    return path["minutes"]
