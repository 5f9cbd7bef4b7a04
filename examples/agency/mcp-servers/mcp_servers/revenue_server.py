"""Revenue: what comes in every month."""

from __future__ import annotations

from typing_extensions import TypedDict  # typing's is not enough for the SDK before 3.12

from mcp_servers.serving import server

mcp = server("revenue_server", "Works out recurring revenue.")


class Charge(TypedDict):
    """What one subscription is charged (US cents), and for how many months at once."""

    cents: int
    months: int


@mcp.tool()
def recurring(charges: list[Charge]) -> dict[str, int]:
    """Monthly and yearly recurring revenue of these subscriptions, in US cents."""
    monthly = sum(charge["cents"] / charge["months"] for charge in charges)
    return {"monthly_cents": round(monthly), "yearly_cents": round(monthly * 12)}
