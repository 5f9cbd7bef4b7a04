"""Recovery: how long to wait before trying again."""

from __future__ import annotations

from mcp_servers.serving import server

mcp = server("recovery_server", "Plans how to try again after a failure.")


@mcp.tool()
def backoff(attempts: int, first_s: float, longest_s: float) -> list[float]:
    """Seconds to wait before each new attempt: twice as long each time, up to the longest."""
    if not 0 < attempts <= 100:
        raise ValueError("attempts must be from 1 to 100")
    return [min(longest_s, first_s * 2**number) for number in range(attempts)]
