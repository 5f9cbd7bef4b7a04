"""What a plan claims of itself as a whole: totals to check against, never to obey."""

from __future__ import annotations

from collections.abc import Iterable

from tmuxplan.plan.metadata import Meta
from tmuxplan.plan.model import Claims, Text


def read(metas: Iterable[Meta]) -> Claims:
    """The first statement of each, from the metadata outside tasks."""
    said: dict[str, Text] = {}
    for meta in metas:
        if meta.value:
            said.setdefault(meta.key, Text(meta.value, meta.line))
    return Claims(
        said.get("total tasks"),
        said.get("parallel time") or said.get("time"),
        said.get("serial time"),
    )
