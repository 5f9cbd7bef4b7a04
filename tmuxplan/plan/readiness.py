"""When a server is up, where only its commands tell: the one port that it is started on (D5)."""

from __future__ import annotations

import re

from tmuxplan.plan.model import Ready, Task
from tmuxplan.plan.problems import Problems

_PORTS = tuple(
    re.compile(pattern)
    for pattern in (
        r"(?<![\w-])--(?:http-|server[.-])?port[= ]+(?P<port>\d{2,5})\b",
        r"\bPORT=(?P<port>\d{2,5})\b",
        r"\bhttp\.server\s+(?P<port>\d{2,5})\b",
        r"(?:\brunserver|--bind|--listen|--addr|--http|\s-b)[ =]+(?:[\w.*\[\]]*:)?"
        r"(?P<port>\d{2,5})\b",
        r"\bdocker\s+run\b[^\n]*?\s(?:-p|--publish)[ =](?:[\d.]+:)?(?P<port>\d{2,5}):\d+",
        r"\bport-forward\b[^\n]*?\s(?P<port>\d{2,5})(?::\d+)?\b",
        r"\b(?:uvicorn|gunicorn|flask|rails|serve|vite|next|hugo|php)\b[^\n]*?\s-[pPS][ =]?"
        r"(?:[\w.]+:)?(?P<port>\d{2,5})\b",
    )
)
_ASKED = re.compile(r"https?://(?:localhost|127\.0\.0\.1|0\.0\.0\.0):(?P<port>\d{2,5})\b")


def unknown(task: str, other: str, line: int, problems: Problems) -> None:
    """A warning: one wants another up, and nobody can know when that is."""
    problems.warning(
        "unknown-readiness",
        line,
        f"{_wants(task, other)}, and nothing says when it is: it starts when {other} has passed",
        f"add a line **Ready:** port:8000 (or a URL, or ~ and a regex) to {other}",
    )


def _wants(task: str, other: str) -> str:
    return f"{task} wants {other} up"


def ready(task: Task) -> Ready | None:
    """What the task says of its readiness, or else its only port; None: nobody can know."""
    if task.ready is not None:
        return task.ready
    lines = [
        (block.line + n, text)
        for block in task.blocks
        for n, text in enumerate(block.text.split("\n"))
        if not text.lstrip().startswith("#")
    ]
    for patterns in (_PORTS, (_ASKED,)):
        found: dict[str, int] = {}
        for line, text in lines:
            for pattern in patterns:
                for match in pattern.finditer(text):
                    found.setdefault(match["port"], line)
        if len(found) == 1:
            port, line = next(iter(found.items()))
            return Ready("port", port, line) if 0 < int(port) < 65536 else None
        if found:
            return None
    return None
