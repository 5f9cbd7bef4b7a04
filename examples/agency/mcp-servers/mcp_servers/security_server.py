"""Security: secrets that have got into a text."""

from __future__ import annotations

import re

from mcp_servers.serving import server

mcp = server("security_server", "Looks for secrets in texts before they are shared.")

SECRETS = {
    "Stripe live key": re.compile(r"\b[sr]k_live_\w{16,}"),
    "AWS access key": re.compile(r"\bAKIA[0-9A-Z]{16}\b"),
    "GitHub token": re.compile(r"\bgh[pousr]_[A-Za-z0-9]{36,}\b"),
    "private key": re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----"),
}


@mcp.tool()
def find_secrets(text: str) -> list[str]:
    """Where secrets are and of which kind; never the secrets themselves."""
    return [
        f"line {number}: {kind}"
        for number, line in enumerate(text.splitlines(), 1)
        for kind, pattern in SECRETS.items()
        if pattern.search(line)
    ]
