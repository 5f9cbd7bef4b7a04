"""Names of locks: one name for one thing, however it is written."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping, Sequence

from tmuxplan.plan.patterns import lazy

_PORT = lazy(
    r"(?:port\s*[:#=]?\s*#?|tcp[:/]|(?:https?://)?(?:localhost|127\.0\.0\.1|0\.0\.0\.0)?:)?"
    r"(?P<port>\d{2,5})(?:/tcp)?/?",
    re.IGNORECASE,
)
_PATH = lazy(r"(?P<kind>venv|virtualenv|file|worktree)(?:\s*:\s*|\s+)(?P<path>\S.*)", re.I)
_ENVIRONMENT = lazy(r"(?:.*/)?(?:\.venv|node_modules)/?")


def name_of(said: str) -> str:
    """What a plan, a setting or tmuxplan itself calls a lock -> its one name.

    `port 8000`, `8000/tcp` and `localhost:8000` are `port:8000`; `venv: ./a/.venv/` is
    `venv:a/.venv`. Every other name stays what it is.
    """
    text = " ".join(said.split())
    port = _PORT.fullmatch(text)
    if port and 0 < int(port["port"]) < 65536:
        return f"port:{int(port['port'])}"
    path = _PATH.fullmatch(text)
    if path is None:
        return f"venv:{posixpath.normpath(text)}" if _ENVIRONMENT.fullmatch(text) else text
    kind = "venv" if path["kind"].lower() == "virtualenv" else path["kind"].lower()
    return f"{kind}:{posixpath.normpath(path['path'])}"


def port_of(name: str) -> int | None:
    """The port whose lock this is."""
    kind, _, number = name.partition(":")
    return int(number) if kind == "port" and number.isdigit() else None


def spoken(name: str) -> str:
    """A lock's name in a sentence."""
    port = port_of(name)
    return name if port is None else f"port {port}"


def waits_words(names: Sequence[str], held_by: str) -> str:
    """What is said of a task that lacks only what another run holds."""
    return f"waits for {', '.join(map(spoken, names))}, held by {held_by}"


def placed(name: str, roots: Mapping[str, str], cwd: str) -> str:
    """The lock of a path as this launch sees it: `roots` (OLD -> NEW) rewritten, and from `cwd`,
    where tasks start, if it is in there."""
    kind, colon, path = name.partition(":")
    if not colon or kind not in ("venv", "file", "worktree") or not path.startswith("/"):
        return name
    for old, new in sorted(roots.items(), key=lambda pair: -len(pair[0])):
        if path == old or path.startswith(f"{old.rstrip('/')}/"):
            path = new + path[len(old.rstrip("/")) :]
            break
    path = posixpath.normpath(path)
    inside = path == cwd or path.startswith(f"{cwd.rstrip('/')}/")
    return f"{kind}:{posixpath.relpath(path, cwd) if inside else path}"
