"""Which runs to remove, and why others of those meant stay; pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Literal

import msgspec

State = Literal["live", "go", "no-go", "pending", "dead", "unreadable"]
"""`dead`: neither ended nor watched; the three before it have ended."""


class Candidate(msgspec.Struct, frozen=True):
    """One run as it is now. `touched`: when something last happened in it. `running`: processes
    that its tasks left, as a person is told of them. `odd`: why it is better left alone."""

    id: str
    state: State
    touched: float
    plan: str = ""
    bytes: int = 0
    session: str = ""
    running: tuple[str, ...] = ()
    odd: str = ""


class Wanted(msgspec.Struct, frozen=True):
    """What a person asked for; all that is said must hold. `ids` are whole ids."""

    ids: tuple[str, ...] = ()
    keep: int = 0
    older_s: float | None = None
    states: tuple[str, ...] = ()


class Choice(msgspec.Struct, frozen=True):
    """`stays`: meant, and not removed, with the reason and what to do."""

    goes: tuple[Candidate, ...]
    stays: tuple[tuple[Candidate, str], ...]


def choose(candidates: Sequence[Candidate], wanted: Wanted, now: float) -> Choice:
    """`candidates` newest first."""
    goes, stays = [], []
    for one in _meant(candidates, wanted, now):
        why = _why_not(one, wanted)
        if why:
            stays.append((one, why))
        else:
            goes.append(one)
    return Choice(tuple(goes), tuple(stays))


def _meant(candidates: Sequence[Candidate], wanted: Wanted, now: float) -> Iterator[Candidate]:
    for one in candidates[wanted.keep :]:
        young = wanted.older_s is not None and now - one.touched < wanted.older_s
        if young or (wanted.ids and one.id not in wanted.ids):
            continue
        if not wanted.states or one.state in wanted.states:
            yield one


def _why_not(one: Candidate, wanted: Wanted) -> str:
    if one.state == "live":
        return f"it is live; end it first: tmuxplan stop --run {one.id}"
    if one.running:
        return f"its tasks still run: {_listed(one.running)}; {_ends(one)}"
    if one.odd:
        return one.odd
    if one.state == "dead" and not (wanted.ids or "dead" in wanted.states):
        return (
            f"it lost its supervisor; go on: tmuxplan resume {one.id}, "
            f"or remove it: tmuxplan clean {one.id}"
        )
    return ""


def _ends(one: Candidate) -> str:
    if one.state == "dead":
        return f"end them first: tmuxplan stop --run {one.id}"
    return "end them first (they were to stay: Keep)"


def _listed(names: Iterable[str], most: int = 3) -> str:
    every = tuple(names)
    more = f" and {len(every) - most} more" if len(every) > most else ""
    return ", ".join(every[:most]) + more
