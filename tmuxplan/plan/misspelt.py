"""Metadata keys that are nearly ours: what they say is lost, and nobody would know."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from tmuxplan.later import Later
from tmuxplan.plan import metadata, sections
from tmuxplan.plan.markdown import Fence
from tmuxplan.plan.metadata import Meta
from tmuxplan.plan.problems import Problems
from tmuxplan.plan.sections import Placed

if TYPE_CHECKING:
    import difflib
else:
    difflib = Later("difflib")

_NEAR = 0.8
# Two words that only look alike are further apart than this: `outcome` and `time`.
_WORD = 0.65
_SHORTEST = 4
# Words of their own that merely look like ours.
_OTHER = frozenset({"read", "reads", "requirements", "timer", "clock", "hosted", "hosting"})
# Near by their letters to `dependencies`, and the opposite by their meaning.
_MEANT = {"dependents": "blocks", "dependants": "blocks"}


def say(placed: Iterable[Placed], task_id: str, problems: Problems) -> None:
    """Warns of keys under the task's heading that resemble one of ours."""
    for meta in _under_heading(placed):
        known = near(meta.key)
        if known and meta.value:
            problems.warning(
                "unknown-metadata",
                meta.line,
                f"{task_id}: `{meta.label}` is no key that tmuxplan knows: the line says nothing "
                f"to it; the nearest is `{known}`",
                f"write `**{known}:** {meta.value[:60]}`, or choose a word that is less like it",
            )


def near(key: str) -> str:
    """The known key that `key`, in lower case, was probably meant to be; "" where it is another."""
    if key in metadata.EFFECTIVE or key in _OTHER or len(key) < _SHORTEST:
        return ""
    if key in _MEANT:
        return _MEANT[key].capitalize()
    rated = ((_alike(key, word), word) for word in metadata.EFFECTIVE if word[0] == key[0])
    best, word = max(rated, default=(0.0, ""))
    return word.capitalize() if best >= _NEAR else ""


def _under_heading(placed: Iterable[Placed]) -> Iterator[Meta]:
    """Metadata stands before the task's first fence and its first sub-section."""
    for block in itertools.takewhile(lambda b: b.head and not isinstance(b.node, Fence), placed):
        if block.role is None:
            yield from sections.metas(block)


def _alike(key: str, word: str) -> float:
    """1.0 where only spaces differ; 0 where any of their words are not alike."""
    if key.replace(" ", "") == word.replace(" ", ""):
        return 1.0
    ours, theirs = word.split(), key.split()
    if len(ours) != len(theirs):
        return _ratio(key.replace(" ", ""), word) if len(ours) == 1 else 0.0
    if any(_ratio(a, b) < _WORD for a, b in zip(ours, theirs, strict=True)):
        return 0.0
    return _ratio(key, word)


def _ratio(a: str, b: str) -> float:
    return difflib.SequenceMatcher(None, a, b).ratio()
