"""Synchronisation: what two copies disagree about."""

from __future__ import annotations

from mcp_servers.serving import server

mcp = server("sync_server", "Compares two copies by the hashes of their files.")


@mcp.tool()
def differences(left: dict[str, str], right: dict[str, str]) -> list[str]:
    """What to do to the right copy to make it the left one, from names to hashes of both."""
    missing = [f"missing: {name}" for name in left if name not in right]
    extra = [f"extra: {name}" for name in right if name not in left]
    changed = [f"changed: {name}" for name in left if right.get(name, left[name]) != left[name]]
    return sorted(missing + extra + changed)
