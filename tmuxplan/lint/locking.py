"""What a task takes that one task at a time can have, though nobody said so: its locks.

A port that it binds, an environment that it installs into. What is not sure is not inferred.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from tmuxplan.lint import servers
from tmuxplan.lint.installs import installs
from tmuxplan.lint.reading import Script
from tmuxplan.lint.view import View
from tmuxplan.plan.locks import name_of
from tmuxplan.plan.model import Ready, Text
from tmuxplan.plan.patterns import lazy

_HERE = lazy(r"https?://(?:localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1?\]):(?P<port>\d{2,5})\b")
_SETS_PORT = lazy(r"\bPORT=")


def inferred(view: View) -> Mapping[str, tuple[Text, ...]]:
    """The locks of each task that has any, each with the line of its first command."""
    every = ((script.task.id, locks_of(view, script)) for script in view.scripts)
    return {task: locks for task, locks in every if locks}


def locks_of(view: View, script: Script) -> tuple[Text, ...]:
    """Those of one task, in the order of its commands."""
    found: dict[str, int] = {}
    for name, line in (*_ports(view, script), *_environments(script)):
        found.setdefault(name, line)
    return tuple(Text(name, line) for name, line in found.items())


def _ports(view: View, script: Script) -> Iterator[tuple[str, int]]:
    moved = "PORT" in view.plan.env or any(
        c.kind in ("assignment", "declaration") and _SETS_PORT.search(c.text)
        for c in script.commands
    )
    for bound in servers.ports(script):
        if not bound.default or not (moved or _depends(bound)):
            yield f"port:{bound.port}", bound.command.line
    port = _up_at(script.task.ready)
    if port and script.task.ready is not None:
        yield f"port:{port}", script.task.ready.line


def _depends(bound: servers.Bound) -> bool:
    """Whether a variable may say another port than the program takes by itself."""
    words = (*bound.command.words, *(value for name, value in bound.command.env if name == "PORT"))
    return any("$" in word or "`" in word for word in words)


def _up_at(ready: Ready | None) -> str:
    """Who is up when a port of this machine answers has that port."""
    if ready is None or ready.kind == "line":
        return ""
    here = _HERE.match(ready.value)
    return ready.value if ready.kind == "port" else here["port"] if here else ""


def _environments(script: Script) -> Iterator[tuple[str, int]]:
    for place, command in installs(script):
        yield name_of(f"venv:{place}"), command.line
