"""Everything that a renderer may use, as one value: facts, causes, the graph, lines of logs."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from tmuxplan.plan.model import Edge
from tmuxplan.report.causes import Cause
from tmuxplan.report.facts import Excerpt, RunFacts


class Log(msgspec.Struct, frozen=True):
    """Lines of an attempt's log with their colours (SGR) kept, secrets masked, for HTML.

    `parts`: where not all of it is shown, its beginning, what is near failures, and its end;
    `lines` is how many there are; `path` where the whole is, seen from the report.
    """

    parts: tuple[Excerpt, ...]
    lines: int
    path: str = ""


class Sheet(msgspec.Struct, frozen=True, kw_only=True):
    """One run, ready to be printed. `ends`: by task id, the last lines of its newest log.
    `logs`: by task id and attempt; only HTML asks for them. `by`: this tool's version."""

    run: RunFacts
    causes: tuple[Cause, ...] = ()
    ends: Mapping[str, Excerpt] = {}
    logs: Mapping[tuple[str, int], Log] = {}
    edges: tuple[Edge, ...] = ()
    critical: tuple[str, ...] = ()
