"""Which steps can end a script by what they say, so that status 0 in the middle is known.

Where a script ends at a step that has no `exit`, its status is not that step's: an ERR or EXIT
trap wrote it, `set -n` hid the rest, or the records no longer reach the log. Read from words,
not syntax: a word too many (in a comment) only takes the status as it is.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence

from tmuxplan.plan.patterns import lazy

# `exec 2>log` only redirects, and ends nothing.
_EXIT = lazy(r"(?<![\w$./-])(?:exit\b|exec\s+(?![<>&]|\$?\d+[<>]|\$\w+[<>]|\{\w+\}[<>])\S)")
_EXIT_0 = lazy(r"(?<![\w$./-])exit\s+0\b")
_NAMES = lazy(r"[\w:.-]+")
_FUNCTION = lazy(r"\s*(?:function\s+([\w:.-]+)|([\w:.-]+)\s*\(\s*\))")
_TRAP = lazy(
    r"""(?<![\w$./-])trap\s+(?:--\s+)?(?:'[^']*'|"(?:[^"\\]|\\.)*"|[^\s;'"]+)"""
    r"""[^;&|\n]*?\s(?:EXIT|ERR|0)\b""",
    re.DOTALL,
)


def ends(texts: Sequence[str]) -> tuple[bool, ...]:
    """For each statement of a task, in order: may a script that ended here with 0 say so?"""
    exits = _functions(texts, _EXIT)
    zeros = _functions(texts, _EXIT_0)
    found, hidden = [], False
    for text in texts:
        # After `trap 'exit 0' EXIT` only an `exit 0` of the step's own means 0.
        found.append(_has(text, _EXIT_0) if hidden else _says(text, _EXIT, exits))
        if not hidden and "trap" in text and _TRAP.search(text) is not None:
            hidden = _says(text, _EXIT_0, zeros)
    return tuple(found)


def _functions(texts: Sequence[str], wanted: re.Pattern[str]) -> frozenset[str]:
    """The functions that hold what is wanted, or call one that does."""
    bodies = {m[1] or m[2]: text[m.end() :] for text in texts if (m := _FUNCTION.match(text))}
    callers: dict[str, list[str]] = {}
    for name, body in bodies.items():
        for called in _called(body, bodies):
            callers.setdefault(called, []).append(name)
    upcoming = [name for name, body in bodies.items() if _has(body, wanted)]
    found = set(upcoming)
    while upcoming:
        more = [name for name in callers.get(upcoming.pop(), ()) if name not in found]
        found.update(more)
        upcoming += more
    return frozenset(found)


def _says(text: str, wanted: re.Pattern[str], names: frozenset[str]) -> bool:
    return _has(text, wanted) or any(True for _ in _called(text, names))


def _has(text: str, wanted: re.Pattern[str]) -> bool:
    # Nearly all texts have neither `exit` nor `exec`, and the pattern looks behind each letter.
    return ("exit" in text or "exec" in text) and wanted.search(text) is not None


def _called(text: str, names: Collection[str]) -> Iterator[str]:
    """Those of the names that stand in the text as words of their own."""
    if not names:
        return
    longest = max(map(len, names))
    for run in _NAMES.finditer(text):
        word = run[0]
        begins = [at for at, char in enumerate(word, 1) if char == ":"]
        if not text.startswith(("$", "/"), run.start() - 1) or run.start() == 0:
            begins.append(0)
        for begin in begins:
            for end in range(begin + 1, min(begin + longest, len(word)) + 1):
                if (end == len(word) or word[end] in ".:") and word[begin:end] in names:
                    yield word[begin:end]
