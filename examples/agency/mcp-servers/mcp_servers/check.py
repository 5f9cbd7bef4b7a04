"""Asks every server for its health, and calls its tool as a real client does, all at once."""

from __future__ import annotations

from collections.abc import Sequence

import anyio
import httpx2
from mcp.client import Client
from mcp.client.streamable_http import streamable_http_client

from mcp_servers.catalog import Entry

WITHIN_S = 15.0


def check(entries: Sequence[Entry]) -> int:
    """One line a server, in the catalog's order; 1 when any failed."""
    found: dict[Entry, str] = {}
    anyio.run(ask_all, entries, found)
    for entry in entries:
        word, why = ("FAIL", found[entry]) if found[entry] else ("PASS", f"healthy, {entry.tool}()")
        print(f"{word}: {entry.name} (port {entry.port}): {why}")
    failed = sum(1 for why in found.values() if why)
    print(f"{len(entries) - failed} of {len(entries)} MCP servers passed")
    return 1 if failed else 0


async def ask_all(entries: Sequence[Entry], found: dict[Entry, str]) -> None:
    # A proxy of the environment knows nothing of this machine's servers.
    client = httpx2.AsyncClient(timeout=WITHIN_S, trust_env=False)
    async with client as web, anyio.create_task_group() as group:
        for entry in entries:
            group.start_soon(ask, entry, web, found)


async def ask(entry: Entry, web: httpx2.AsyncClient, found: dict[Entry, str]) -> None:
    """Writes down what is wrong with it; nothing is ""."""
    found[entry] = f"no answer within {WITHIN_S:.0f} s"
    with anyio.move_on_after(WITHIN_S):
        found[entry] = await unhealthy(entry, web) or await uncallable(entry, web)


async def unhealthy(entry: Entry, web: httpx2.AsyncClient) -> str:
    try:
        response = await web.get(f"{entry.url}/health")
        body = response.json()
    except httpx2.TransportError:
        return f"nothing answers at {entry.url}/health"
    except ValueError:
        return f"/health answers {response.status_code}, which is no JSON"
    if response.status_code != httpx2.codes.OK:
        return f"/health answers {response.status_code}"
    if not isinstance(body, dict) or body.get("server") != entry.name:
        return f"another server has the port: {str(body)[:80]}"
    return ""


async def uncallable(entry: Entry, web: httpx2.AsyncClient) -> str:
    try:
        async with Client(streamable_http_client(f"{entry.url}/mcp", http_client=web)) as client:
            result = await client.call_tool(entry.tool, dict(entry.example))
    except Exception as error:  # whatever it is, it is this server's result
        return f"{entry.tool}() could not be called: {error}"
    text = " ".join(part.text for part in result.content if part.type == "text")
    if result.is_error:
        return f"{entry.tool}() failed: {text}"
    if entry.answer not in text:
        return f"{entry.tool}() answered {text!r}, which has no {entry.answer!r}"
    return ""
