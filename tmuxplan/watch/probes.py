"""Whether a server is up: one quick question, never an answer waited for long."""

from __future__ import annotations

import socket
from urllib.parse import urlsplit

_PATIENCE_S = 0.5
_LOCAL = frozenset({"localhost", "127.0.0.1", "::1", "0.0.0.0"})


def answers(kind: str, value: str) -> bool:
    """Whether the port takes connections, or the URL answers with a status below 400.

    Only this machine is asked for a port; a URL is the plan's own. Of other kinds ("line")
    this knows nothing: the log's watcher sees it.
    """
    if kind == "port":
        return _port(int(value))
    return kind == "url" and _url(value)


def taken(kind: str, value: str) -> bool:
    """Whether somebody is there already: who answers, or has a port and takes nobody just now (its
    queue is full), and may answer later."""
    return answers(kind, value) or (kind == "port" and _has_queue(int(value)))


def _has_queue(port: int) -> bool:
    """A port that nobody has refuses at once; a full queue says nothing."""
    try:
        socket.create_connection(("127.0.0.1", port), _PATIENCE_S / 2).close()
    except TimeoutError:
        return True
    except OSError:
        return False
    return True


def port_here(kind: str, value: str) -> int | None:
    """The port of this machine that is asked; None: it is another machine's, or none."""
    if kind == "port":
        return int(value)
    try:
        parts = urlsplit(value)
        port = parts.port or {"http": 80, "https": 443}.get(parts.scheme)
    except ValueError:
        return None
    return port if kind == "url" and parts.hostname in _LOCAL else None


def _port(port: int) -> bool:
    for address in ("127.0.0.1", "::1"):
        try:
            socket.create_connection((address, port), _PATIENCE_S).close()
        except OSError:
            continue
        return True
    return False


def _url(url: str) -> bool:
    import http.client  # noqa: PLC0415 (brings TLS and e-mail: each start of a run would pay)

    try:
        parts = urlsplit(url)
        secure = parts.scheme == "https"
        kind = http.client.HTTPSConnection if secure else http.client.HTTPConnection
        connection = kind(parts.hostname or "", parts.port, timeout=_PATIENCE_S)
        try:
            connection.request("GET", parts._replace(scheme="", netloc="").geturl() or "/")
            return connection.getresponse().status < 400
        finally:
            connection.close()
    except (OSError, ValueError, http.client.HTTPException):
        return False
