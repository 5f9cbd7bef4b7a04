"""Whether anybody answers at an address, asked once: exporters ask again and again."""

from __future__ import annotations

import socket
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from tmuxplan.errors import JournalError

_PATIENCE_S = 5.0
_PORTS = {"http": 80, "https": 443}


def refuse_silent(endpoint: str, setting: str) -> None:
    """JournalError: nobody answers there. `setting`: where the endpoint comes from. Where a proxy
    answers in its place, or it is no address that we understand, whoever sends will see."""
    address = address_of(endpoint)
    if address is None or _has_proxy(endpoint, address[0]):
        return
    host, port = address
    try:
        socket.create_connection(address, _PATIENCE_S).close()
    except OSError as error:
        why = error.strerror or str(error)
        raise JournalError(
            f"nobody answers at {host}:{port}: {why}",
            f"is the collector up, and {setting} right? or write the spans to a file: -o FILE",
            endpoint,
        ) from error


def address_of(endpoint: str) -> tuple[str, int] | None:
    """Host and port of a URL, or of `host:port`; None: it is neither."""
    try:
        found = urlsplit(endpoint if "://" in endpoint else f"//{endpoint}")
        port = found.port or _PORTS.get(found.scheme)
    except ValueError:
        return None
    return (found.hostname, port) if found.hostname and port else None


def _has_proxy(endpoint: str, host: str) -> bool:
    return urlsplit(endpoint).scheme in getproxies() and not proxy_bypass(host)
