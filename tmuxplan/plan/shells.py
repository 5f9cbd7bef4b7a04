"""Which fences are shell, and what of them would run."""

from __future__ import annotations

import re

from tmuxplan.plan.markdown import Fence

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
_TAG = re.compile(r"[^\s{,]*")
_PROMPT = re.compile(r"^\s*\$ ")


def tag(fence: Fence) -> str:
    """The fence's language as written, lowercased: the info's first word."""
    found = _TAG.match(fence.info)
    return found.group().lower() if found else ""


def language(fence: Fence) -> str | None:
    """The shell that the fence is for; None where it is none."""
    return _LANGUAGES.get(tag(fence))


def commands(fence: Fence) -> str:
    """The body; of a session with `$ ` prompts only the typed lines, each at its own place."""
    if tag(fence) not in _SESSIONS or not re.search(r"^\s*\$ ", fence.text, re.MULTILINE):
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
    return all(not line.strip() or line.lstrip().startswith("#") for line in text.split("\n"))
