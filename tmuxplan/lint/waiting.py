"""Who waits for the end of a task that stays up: it starts too late for that, or never."""

from __future__ import annotations

from collections.abc import Iterator

from tmuxplan.lint import servers
from tmuxplan.lint.commands import Command, called
from tmuxplan.lint.finding import Finding, line_at
from tmuxplan.lint.reading import Script
from tmuxplan.lint.view import View
from tmuxplan.plan import readiness
from tmuxplan.plan.model import Edge, Task

# What they run is not known, so that a task which says when it is up is believed.
_RUNNERS = frozenset({"python", "python3", "node", "deno", "ruby", "perl", "php", "java"})


def for_an_end(view: View) -> Iterator[Finding]:
    """A hard dependency on a server: it passes only when nobody needs it any more."""
    staying = {script.task.id: up for script in view.scripts if (up := _stays(script))}
    users: dict[str, list[int]] = {}
    for edge in view.plan.edges if staying else ():
        if edge.kind == "ready" and edge.on in staying:
            users.setdefault(edge.on, []).append(view.order.at[edge.task])
    for edge in view.plan.edges if staying else ():
        if edge.kind != "hard" or edge.on not in staying or edge.task not in view.order.at:
            continue
        if any(source.says == "ready" for source in edge.sources):
            continue  # `unknown-readiness` says it
        server = view.plan.tasks[view.order.at[edge.on]]
        if not _is_let_go(view, server, edge.task, users.get(edge.on, [])):
            yield _finding(edge, server, staying[edge.on])


def _is_let_go(view: View, server: Task, task: str, users: list[int]) -> bool:
    """Whether it ends because all who need it up have: none of them waits for `task` itself."""
    at = view.order.at[task]
    return bool(users) and not server.keep and not any(view.order.before(at, u) for u in users)


def _finding(edge: Edge, server: Task, up: Command) -> Finding:
    never = server.keep or server.ready is None
    stays = "stays up: that is never" if never else "stays up until it is stopped: it is down then"
    return Finding(
        edge.sources[0].line,
        f"{edge.task} starts after the end of {edge.on}, whose {called(up)} "
        f"({line_at(up.line)}) {stays}",
        _remedy(edge, server),
    )


def _remedy(edge: Edge, server: Task) -> str:
    ready = readiness.remedy(edge.on)
    if all(source.kind == "order" for source in edge.sources):
        return f"let it end by itself (`timeout 60 …`), or {ready}: what follows starts then"
    asks = f"write **Dependencies:** {edge.on} (running) in {edge.task}: it starts when that is up"
    return asks if readiness.ready(server) else f"{asks}; {ready}"


def _stays(script: Script) -> Command | None:
    """The command in the foreground with which the task stays up; None: it can end."""
    own = [c for c in script.commands if not c.window and c.role == "run" and c.kind == "command"]
    behind = [c for c in own if c.background and servers.stays_up(c)]
    for command in own:
        if command.is_top and not command.background and servers.stays_up(command):
            return command
        if command.is_top and command.name == "wait" and not command.words and behind:
            return command
    last = own[-1] if own else None
    if last is None or script.task.ready is None or script.task.ready.asked or behind:
        return None
    return last if _may_serve(last) else None


def _may_serve(command: Command) -> bool:
    """It is the plan's own program, in the foreground."""
    plain = command.is_top and not command.background
    return plain and (command.text.startswith(("./", "../")) or command.name in _RUNNERS)
