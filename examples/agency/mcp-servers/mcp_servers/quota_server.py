"""Quotas: whether what is left will last."""

from __future__ import annotations

from mcp_servers.serving import server

mcp = server("quota_server", "Says how much of a quota is left, and whether it will last.")


@mcp.tool()
def remaining(limit: int, used: int, days_gone: int, days: int) -> dict[str, float | bool]:
    """What is left of a period's quota, and whether the same use a day will exceed it."""
    if not 0 < days_gone <= days:
        raise ValueError("days_gone must be from 1 to days")
    expected = used / days_gone * days
    return {"left": limit - used, "expected": expected, "lasts": expected <= limit}
