"""Marketing: links whose visitors can be told apart."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from mcp_servers.serving import server

mcp = server("marketing_server", "Makes links for campaigns.")


@mcp.tool()
def campaign_link(url: str, source: str, campaign: str, medium: str = "email") -> str:
    """The link with utm parameters; parameters that it has already are kept."""
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"}:
        raise ValueError(f"{url} is not a web address")
    tags = {"utm_source": source, "utm_medium": medium, "utm_campaign": campaign}
    query = parse_qsl(parts.query) + [(name, slug(value)) for name, value in tags.items()]
    return urlunsplit(parts._replace(query=urlencode(query)))


def slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")
