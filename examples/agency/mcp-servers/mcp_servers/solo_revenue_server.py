"""One person's business: when it pays for itself."""

from __future__ import annotations

from mcp_servers.serving import server

mcp = server("solo_revenue_server", "Does the sums of a business of one.")


@mcp.tool()
def break_even(fixed_cents: int, price_cents: int, cost_cents: int) -> int:
    """How many sales a month pay the fixed costs; prices and costs of one sale in cents."""
    margin = price_cents - cost_cents
    if margin <= 0:
        raise ValueError("each sale loses money: no number of them breaks even")
    return -(-fixed_cents // margin)
