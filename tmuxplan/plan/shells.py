"""Which fences are shell, and what of them would run."""

from __future__ import annotations

import re
from functools import lru_cache

from tmuxplan.plan.markdown import Fence
from tmuxplan.plan.patterns import lazy

_LANGUAGES = {
    "bash": "bash",
    "sh": "sh",
    "shell": "bash",
    "zsh": "zsh",
    "ksh": "ksh",
    "console": "bash",
    "shell-session": "bash",
    "shellsession": "bash",
    "sh-session": "bash",
}
_SESSIONS = {"console", "shell-session", "shellsession", "sh-session", "shell"}
_TAG = lazy(r"[^\s{,]+|\{\s*\.?(?P<class>[A-Za-z][\w+-]*)")
_PROMPT = lazy(r"^\s*\$ ")


def tag(fence: Fence) -> str:
    """The fence's language as written, lowercased: the info's first word, or its first class as
    in `{.bash .numberLines}`."""
    return _tag(fence.info)


@lru_cache(maxsize=256)  # a plan has few languages
def _tag(info: str) -> str:
    found = _TAG.match(info)
    return (found["class"] or found.group()).lower() if found else ""


def language(fence: Fence) -> str | None:
    """The shell that the fence is for; None where it is none."""
    return _LANGUAGES.get(tag(fence))


def commands(fence: Fence) -> str:
    """The body; of a session with `$ ` prompts only the typed lines, each at its own place.

    No shell has a command `$`: what begins with it is a session, whatever its tag says.
    """
    session = tag(fence) in _SESSIONS and re.search(r"^\s*\$ ", fence.text, re.MULTILINE)
    if not session and not _PROMPT.match(_first(fence.text) or ""):
        return fence.text
    kept: list[str] = []
    continued = False
    for line in fence.text.split("\n"):
        typed = bool(_PROMPT.match(line)) and not continued
        taken = _PROMPT.sub("", line) if typed else line
        kept.append(taken if typed or continued else "")
        continued = (typed or continued) and taken.endswith("\\")
    return "\n".join(kept)


def only_comments(text: str) -> bool:
    """True where nothing is left once comments and blank lines are gone."""
    return _first(text) is None


def no_shell(fence: Fence) -> str:
    """Why a shell fence can't be commands: comments, words, a URL, pseudo-code; "" where it can.

    Only what no shell would take for a command; what merely does not parse is a syntax error.
    """
    first = _first(commands(fence))
    if first is None:
        return "nothing but comments"
    for pattern, what in _NO_SHELL:
        if pattern.match(first):
            return f"{what}, and no command: {first[:60]}"
    return ""


def _first(text: str) -> str | None:
    """The first line that is neither blank nor a comment."""
    found = _LINE.search(text)
    return found["line"].rstrip() if found else None


_LINE = lazy(r"^[ \t]*(?P<line>[^\s#][^\n]*)", re.MULTILINE)
_NO_SHELL = (
    (lazy(r"(?:https?|ftp)://\S+$"), "a URL"),
    (lazy(r"[A-Za-z][\w-]*(?: (?:\d{1,3}|[A-Z]))?[:：](?:\s|$)"), "a label"),
    # `name(` with anything but `)` behind it opens nothing that a shell knows.
    (
        lazy(r"(?!(?:if|elif|while|until|for|select|time|case)\()[A-Za-z_][\w.]*\((?!\s*\))"),
        "a call of pseudo-code",
    ),
    (
        lazy(
            r"[A-Z][a-z]+ (?:all|the|an?|each|every|your|this|these|that|both|any|new|some"
            r"|following|until|if|it|and|or|into|from)(?=\s|$)(?![^\n]*[|;&$<>=])"
        ),
        "a sentence",
    ),
)
