"""Where things stand on the screen, and which key does what."""

from __future__ import annotations

from textual.binding import Binding

WIDE = 150
"""Columns from which on the log stands beside the tasks."""
LOW = 16
"""Lines under which there is no room for the log below the list: Enter shows it alone."""

# Only the terminal's own colours: whoever chose them can read them.
CSS = """
Screen { background: ansi_default; color: ansi_default; }
Asking { background: transparent; }
* {
    scrollbar-color: ansi_bright_black; scrollbar-color-hover: ansi_white;
    scrollbar-color-active: ansi_white; scrollbar-background: ansi_default;
    scrollbar-background-hover: ansi_default; scrollbar-background-active: ansi_default;
}
#body, #left, #right, LogView { height: 1fr; width: 1fr; }
TaskList { height: auto; min-height: 3; }
.narrow #body { layout: vertical; }
.narrow #left { height: auto; max-height: 65%; }
.low #left { height: 1fr; max-height: 100%; }
.low TaskList { height: 1fr; }
.wide #left { margin-right: 2; }
.low #right, .whole #left { display: none; }
.whole #right { display: block; }
"""

_KEYS = (
    ("q,ctrl+c", "leave"),
    ("question_mark,f1", "help"),
    ("enter", "whole_log"),
    ("escape", "escape"),
    ("r", "act('retry')"),
    ("s", "act('sign')"),
    ("x", "act('skip')"),
    ("p", "act('pause')"),
    ("S", "act('stop')"),
    ("o", "visit"),
    ("c", "copy"),
    ("e", "explain"),
    ("g", "graph"),
    ("slash", "filter"),
    ("n", "find(False)"),
    ("N", "find(True)"),
    ("v", "group"),
    *((str(n), f"attempt({n})") for n in range(1, 10)),
)
KEYS = (
    # Else Textual takes it for itself.
    Binding("tab", "other", show=False, priority=True),
    *(Binding(key, action, show=False) for key, action in _KEYS),
)
