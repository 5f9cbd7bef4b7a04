"""Everything that a renderer may use, as one value: facts, causes, the graph, lines of logs."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from tmuxplan.plan.model import Edge
from tmuxplan.report.causes import Cause
from tmuxplan.report.facts import Excerpt, RunFacts


class LogLine(msgspec.Struct, frozen=True):
    """Line `n` of a log: secrets masked, nothing left that steers a terminal but colours (SGR).

    `step`: the command of this step is shown here, and its output follows; 0: no step begins.
    """

    n: int
    text: str
    step: int = 0


class Log(msgspec.Struct, frozen=True):
    """An attempt's log. `parts`: all of it, or its beginning, what is near failures, and its end.

    `lines`: how many it has; `path`: where the whole is, as seen from the report; `raw`: secrets
    are not masked there.
    """

    parts: tuple[tuple[LogLine, ...], ...]
    lines: int
    path: str = ""
    raw: bool = True


class Sheet(msgspec.Struct, frozen=True, kw_only=True):
    """One run, ready to be printed. `ends`: by task id, the last lines of its newest log.
    `logs`: by task id and attempt; only HTML asks for them. `by`: this tool's version."""

    run: RunFacts
    causes: tuple[Cause, ...] = ()
    ends: Mapping[str, Excerpt] = {}
    logs: Mapping[tuple[str, int], Log] = {}
    edges: tuple[Edge, ...] = ()
    critical: tuple[str, ...] = ()
