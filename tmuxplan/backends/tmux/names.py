"""Words for windows, made harmless: tmux expands formats in names, and runs what `#(…)` says."""

from __future__ import annotations

import re
import unicodedata

from tmuxplan.run.backend import Look

_LOOKS: dict[Look, tuple[str, str]] = {
    "waiting": ("·", "colour245"),
    "running": ("▶", "colour39"),
    "passed": ("✓", "colour42"),
    "failed": ("✗", "colour203"),
    "blocked": ("⊘", "colour208"),
    "skipped": ("↷", "colour245"),
    "person": ("✎", "colour220"),
    "lost": ("?", "colour203"),
    "halted": ("■", "colour245"),
    "asking": ("❯", "colour220"),
    "stalled": ("…", "colour208"),
}
_WIDTH = 40
_TEXT = 2000

# `#` begins a format; `:` and `.` separate the parts of a target, and tmux 3.7 refuses them.
_HARMLESS = str.maketrans({"#": "＃", ":": "꞉", ".": "․"})


def plain(text: str) -> str:
    """One line without control characters, bidirectional ones and broken encoding included."""
    shown = "".join(c if _is_shown(c) else " " for c in text)
    return " ".join(shown.split())


def placeholder_text(text: str) -> str:
    """What a placeholder prints: lines stay lines, nothing else of a terminal's language does."""
    lines = (plain(line) for line in text[:_TEXT].splitlines())
    return "\n".join(lines)


def title(text: str) -> str:
    """For a user option that the status line shows: styles are `#[…]` there."""
    return cut(plain(text).replace("#", "＃"), 200)


def window_name(look: Look, task: str, text: str) -> str:
    """Glyph, id and a short title, at most 40 columns wide."""
    name = f"{_LOOKS[look][0]} {plain(task)} {plain(text)}".strip()
    return cut(name.translate(_HARMLESS), _WIDTH)


def colour(look: Look) -> str:
    """The colour of a state, in tmux's words."""
    return _LOOKS[look][1]


def session_name(text: str) -> str:
    """A name that can be typed and targeted."""
    return re.sub(r"[^A-Za-z0-9_-]+", "-", text).strip("-")[:60] or "run"


def cut(text: str, columns: int) -> str:
    """As much as fits, with an ellipsis where something was left out."""
    if sum(map(_width, text)) <= columns:
        return text
    kept, used = "", 1
    for c in text:
        used += _width(c)
        if used > columns:
            break
        kept += c
    return kept + "…"


def _is_shown(c: str) -> bool:
    return unicodedata.category(c) not in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def _width(c: str) -> int:
    if unicodedata.combining(c):
        return 0
    return 2 if unicodedata.east_asian_width(c) in "WF" else 1
