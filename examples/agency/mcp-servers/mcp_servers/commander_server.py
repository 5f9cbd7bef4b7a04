"""The commander: which server a request is for."""

from __future__ import annotations

import re

from mcp_servers.serving import server

mcp = server("commander_server", "Names the server that a request is for.")

WORDS = {
    "agency_server": "agency people hours capacity week booked",
    "revenue_server": "revenue subscription subscriptions recurring monthly mrr",
    "security_server": "secret secrets key keys leak token",
    "orchestrator_server": "order tasks dependencies parallel waves",
    "quota_server": "quota limit usage left remaining",
    "coding_server": "code python functions classes outline",
    "marketing_server": "campaign link utm newsletter marketing",
    "network_server": "network subnet address addresses cidr ip",
    "solo_revenue_server": "solo freelance break even sales",
    "recovery_server": "retry retries backoff failure recover",
    "sync_server": "sync copies differ differences mirror",
    "ui_server": "colour colours color colors contrast readable text",
    "workflow_server": "workflow critical path long minutes duration",
}


@mcp.tool()
def route(request: str) -> str:
    """The server that has most of the request's words; an error when none has any."""
    asked = set(re.findall(r"[a-z]+", request.lower()))
    name, score = max(
        ((name, len(asked & set(words.split()))) for name, words in WORDS.items()),
        key=lambda pair: pair[1],
    )
    if score == 0:
        raise ValueError(f"no server is for that; they know: {', '.join(WORDS)}")
    return name
