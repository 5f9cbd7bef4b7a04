"""Which steps can end a script by what they say, so that status 0 in the middle is known.

Where a script ends at a step that has no `exit`, its status is not that step's: an ERR or EXIT
trap wrote it, `set -n` hid the rest, or the records no longer reach the log. Read from words,
not syntax: a word too many (in a comment) only takes the status as it is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

# `exec 2>log` only redirects, and ends nothing.
_EXIT = re.compile(r"(?<![\w$./-])(?:exit\b|exec\s+(?![<>&]|\$?\d+[<>]|\$\w+[<>]|\{\w+\}[<>])\S)")
_EXIT_0 = re.compile(r"(?<![\w$./-])exit\s+0\b")
_FUNCTION = re.compile(r"\s*(?:function\s+([\w:.-]+)|([\w:.-]+)\s*\(\s*\))")
_TRAP = re.compile(
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
        found.append(bool(_EXIT_0.search(text)) if hidden else _says(text, _EXIT, exits))
        hidden = hidden or (_TRAP.search(text) is not None and _says(text, _EXIT_0, zeros))
    return tuple(found)


def _functions(texts: Sequence[str], wanted: re.Pattern[str]) -> frozenset[str]:
    """The functions that hold what is wanted, or call one that does."""
    bodies = {m[1] or m[2]: text[m.end() :] for text in texts if (m := _FUNCTION.match(text))}
    found: frozenset[str] = frozenset()
    while True:
        more = frozenset(name for name, body in bodies.items() if _says(body, wanted, found))
        if more == found:
            return found
        found = more


def _says(text: str, wanted: re.Pattern[str], names: frozenset[str]) -> bool:
    if wanted.search(text):
        return True
    return any(re.search(rf"(?<![\w$./-]){re.escape(name)}(?![\w-])", text) for name in names)
