"""The agency itself: how much work it can still take."""

from __future__ import annotations

from mcp_servers.serving import server

mcp = server("agency_server", "Answers questions about the agency's people and hours.")


@mcp.tool()
def capacity(people: int, hours_a_week: float, booked_hours: float) -> dict[str, float]:
    """Hours of one week that are still free, and the share that is booked."""
    hours = people * hours_a_week
    if hours <= 0:
        raise ValueError("people and hours_a_week must be more than 0")
    return {"free_hours": hours - booked_hours, "booked_share": round(booked_hours / hours, 3)}
