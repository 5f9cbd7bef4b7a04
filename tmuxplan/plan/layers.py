"""Which tasks may run beside their neighbours: `[P]`, `**Parallel:** No`, groups (grammar D9)."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from tmuxplan.plan.ids import Index
from tmuxplan.plan.model import Text
from tmuxplan.plan.patterns import lazy
from tmuxplan.plan.statements import Statement

_MARK = lazy(r"\[P\]")
_BESIDE = lazy(r"\b(?:parallel|concurrent)\b|并行|並列|параллельн", re.IGNORECASE)
_ALONE = lazy(r"\b(?:sequential|serial|one at a time|in order)\b|顺序|順次|последовательн", re.I)
_YES = lazy(r"\W*(?:yes|true|parallel|concurrent|\[P\]|✅|да|是)(?!\w)", re.IGNORECASE)
_NO = lazy(r"\W*(?:no|false|sequential|serial|❌|нет|否)(?!\w)", re.IGNORECASE)


class Said(msgspec.Struct, frozen=True):
    """What is said of one task: its heading and its `Parallel:` line; and of its group."""

    title: Text
    parallel: Text | None
    group: str
    group_title: str


def statements(index: Index, said: tuple[Said, ...], silent: frozenset[str]) -> Iterator[Statement]:
    """Each task of `silent` after all those of the layer before its own; nothing where no task
    and no group says which may run beside which."""
    marks = any(_MARK.search(each.title.text) for each in said)
    modes = [_mode(each, marks) for each in said]
    if all(mode is None for mode in modes):
        return
    before: tuple[str, ...] = ()
    layer: list[str] = []
    for n, (task, each) in enumerate(zip(index.ids, said, strict=True)):
        beside = n > 0 and modes[n] and modes[n - 1] and said[n - 1].group == each.group
        if not beside:
            before, layer = tuple(layer), []
        layer.append(task)
        if before and task in silent:
            yield Statement(task, before, "order", each.title.line, blanket=True)


def _mode(said: Said, marks: bool) -> bool | None:
    """May it run beside its neighbours; None: nothing is said of it."""
    if _MARK.search(said.title.text):
        return True
    if said.parallel:
        if _YES.match(said.parallel.text):
            return True
        if _NO.match(said.parallel.text):
            return False
    if _ALONE.search(said.group_title):
        return False
    if _BESIDE.search(said.group_title):
        return True
    return False if marks else None
