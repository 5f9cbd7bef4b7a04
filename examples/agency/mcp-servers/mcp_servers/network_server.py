"""Networks: what an address range holds."""

from __future__ import annotations

from ipaddress import ip_network

from mcp_servers.serving import server

mcp = server("network_server", "Works out address ranges.")


@mcp.tool()
def subnet(cidr: str) -> dict[str, str | int]:
    """First and last usable address of a range such as 10.20.0.0/22, and how many there are."""
    network = ip_network(cidr)
    # IPv4 keeps the first for the network and the last for broadcast, except in tiny ranges.
    edge = 1 if network.version == 4 and network.num_addresses > 2 else 0
    return {
        "first": str(network[edge]),
        "last": str(network[-1 - edge]),
        "usable_addresses": network.num_addresses - 2 * edge,
    }
