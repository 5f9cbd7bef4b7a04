"""Orchestration: what can run beside what."""

from __future__ import annotations

from graphlib import TopologicalSorter

from mcp_servers.serving import server

mcp = server("orchestrator_server", "Puts tasks with dependencies in order.")


@mcp.tool()
def waves(needs: dict[str, list[str]]) -> list[list[str]]:
    """Groups of tasks that can run side by side, from what each task needs; cycles are an error."""
    sorter = TopologicalSorter(needs)
    sorter.prepare()
    found = []
    while sorter.is_active():
        ready = sorted(sorter.get_ready())
        sorter.done(*ready)
        found.append(ready)
    return found
