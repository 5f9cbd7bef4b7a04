"""When a server is up: what the plan says of it, or else the one port of its commands (D5)."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator

import msgspec

from tmuxplan.errors import Problem
from tmuxplan.plan import ports
from tmuxplan.plan.model import Block, Edge, Plan, Ready, Task
from tmuxplan.plan.patterns import lazy
from tmuxplan.plan.problems import Problems

_PORTS = tuple(
    lazy(pattern)
    for pattern in (
        r"(?<![\w-])--(?:http-|server[.-])?port[= ]+(?P<port>\d{2,5})\b",
        r"\bPORT=(?P<port>\d{2,5})\b",
        r"\bhttp\.server\b[^\n|;&$(]*?\s(?P<port>\d{2,5})(?!\S)",
        r"(?:\brunserver|--bind|--listen|--addr|--http|\s-b)[ =]+(?:[\w.*\[\]]*:)?"
        r"(?P<port>\d{2,5})\b(?!\.)",
        r"\bdocker\s+run\b[^\n]*?\s(?:-p|--publish)[ =](?:[\d.]+:)?(?P<port>\d{2,5}):\d+",
        r"\bport-forward\b[^\n]*?\s(?P<port>\d{2,5})(?::\d+)?\b",
        r"\b(?:uvicorn|gunicorn|flask|rails|serve|vite|next|hugo|php)\b[^\n]*?\s-[pPS][ =]?"
        r"(?:[\w.]+:)?(?P<port>\d{2,5})\b",
    )
)
_ASKED = lazy(r"https?://(?:localhost|127\.0\.0\.1|0\.0\.0\.0):(?P<port>\d{2,5})\b")
_JOINED = lazy(r"&&|\|\||[;|&()]")
# What a variable or an option says where is not said by default.
_SAID = lazy(r"[$`]|(?<!\w)-{1,2}(?:\w+-)?(?:port|p|P|bind|b|S|listen|addr\w*|http)\b")
_PREFIXES = frozenset({"sudo", "exec", "nohup", "env", "time", "command", "setsid"})
# "Wait until you see `Listening`", "Once the log shows "ready":", not "you should see X in the UI".
_SEEN = lazy(
    r"\b(?:wait|once|when|after|until|as soon as)\b[^`\"“\n]{0,40}?"
    r"\b(?:see|sees|seen|shows?|prints?|printed|says|logs|logged|reads|appears|message|line)\b"
    r"[^`\"“\n]{0,30}[`\"“](?P<line>[^`\"”\n]{3,120})[`\"”]"
    r"|\b(?:wait (?:for|until)|once|when|until)\s+[`\"“](?P<shown>[^`\"”\n]{3,120})[`\"”]"
    r"[^.\n]{0,20}\b(?:appears?|is (?:shown|printed|logged)|shows? up)\b",
    re.IGNORECASE,
)
_QUOTES = frozenset('`"“')


def seen(text: str, line: int) -> Ready | None:
    """The line of output that a sentence tells its reader to wait for."""
    found = _SEEN.search(text) if _QUOTES & set(text) else None
    if found is None:
        return None
    return Ready("line", re.escape((found["line"] or found["shown"]).strip()), line)


def ready(task: Task) -> Ready | None:
    """What the task says of its readiness, or else its only port; None: nobody can know.

    Of a task with several shells, the readiness of the first.
    """
    if task.ready is not None:
        return task.ready
    mine = tuple(block for block in task.blocks if not block.window)
    asked = _only(_numbers(task.blocks, (_ASKED,)))
    return of_shell(mine) or (msgspec.structs.replace(asked, asked=True) if asked else None)


def of_shell(blocks: tuple[Block, ...]) -> Ready | None:
    """When the server is up that these commands start: by the plan's words, or by its port."""
    said = next((block.up for block in blocks if block.up), None)
    if said:
        return said
    bound = _numbers(blocks, _PORTS)
    return _only(bound) if bound else _only(_by_default(blocks))


def _lines(blocks: tuple[Block, ...]) -> Iterator[tuple[int, str]]:
    for block in blocks:
        for n, text in enumerate(block.text.split("\n")):
            if not text.lstrip().startswith("#"):
                yield block.line + n, text


def _numbers(blocks: tuple[Block, ...], patterns: tuple[re.Pattern[str], ...]) -> dict[str, int]:
    """The ports that a pattern finds, each with its first line."""
    found: dict[str, int] = {}
    for line, text in _lines(blocks):
        for pattern in patterns:
            for match in pattern.finditer(text):
                found.setdefault(match["port"], line)
    return found


def _by_default(blocks: tuple[Block, ...]) -> dict[str, int]:
    """The ports that known servers take where nothing names one."""
    found: dict[str, int] = {}
    for line, text in _lines(blocks):
        for part in _JOINED.split(text[:_LONGEST]):
            if _SAID.search(part):
                continue
            words = [w for w in part.split() if w not in _PREFIXES and not re.match(r"\w+=", w)]
            port = ports.serving(ports.own_words(tuple(words))) if words else None
            if port:
                found.setdefault(str(port), line)
    return found


_LONGEST = 2000


def _only(found: dict[str, int]) -> Ready | None:
    if len(found) != 1:
        return None
    port, line = next(iter(found.items()))
    return Ready("port", port, line) if 0 < int(port) < 65536 else None


def unknown(task: str, other: str, line: int, problems: Problems) -> None:
    """A warning: one wants another up, and nobody can know when that is."""
    problems.warning(
        "unknown-readiness",
        line,
        f"{_wants(task, other)}, and nothing says when it is: it starts when {other} has passed",
        remedy(other),
    )


def remedy(server: str) -> str:
    """What to do where nothing says when a task is up."""
    return f"add a line **Ready:** port:8000 (or a URL, or ~ and a regex) to {server}"


def _wants(task: str, other: str) -> str:
    return f"{task} wants {other} up"


def wanted_up(edges: tuple[Edge, ...], up: Collection[str]) -> tuple[Edge, ...]:
    """Where only the document's order says so, what follows a task that says when it is up needs
    it up: a server passes only when nobody needs it any more."""
    return _waiting(edges, lambda edge: edge.on in up and _by_order(edge))


def _waiting(edges: tuple[Edge, ...], until_up: Callable[[Edge], bool]) -> tuple[Edge, ...]:
    """The edges, of which those wait until the other is up, and not for its end."""
    return tuple(
        msgspec.structs.replace(edge, kind="ready") if until_up(edge) else edge for edge in edges
    )


def _by_order(edge: Edge) -> bool:
    return edge.kind == "hard" and all(source.kind == "order" for source in edge.sources)


def told(plan: Plan) -> Plan:
    """The plan once settings have said when some of its tasks are up: who wants them up waits
    for that, and not for their end."""
    up = {task.id for task in plan.tasks if task.ready}
    now = [edge for edge in plan.edges if edge.on in up and _waits_in_vain(edge)]
    if not now:
        return plan
    pairs = {(edge.task, edge.on) for edge in now}
    lines = {(source.file or plan.path, source.line) for edge in now for source in edge.sources}
    return msgspec.structs.replace(
        plan,
        edges=_waiting(plan.edges, lambda edge: (edge.task, edge.on) in pairs),
        problems=tuple(p for p in plan.problems if not _answered(p, lines, pairs)),
    )


def _waits_in_vain(edge: Edge) -> bool:
    return edge.kind == "hard" and any(source.says == "ready" for source in edge.sources)


def _answered(problem: Problem, lines: set[tuple[str, int]], pairs: set[tuple[str, str]]) -> bool:
    """Is this the warning that nobody can know when one of these servers is up?"""
    if problem.code not in ("unknown-readiness", "second-shell"):
        return False
    return (problem.file, problem.line) in lines and any(
        problem.message.startswith((_wants(task, on), f"{task}:")) for task, on in pairs
    )
