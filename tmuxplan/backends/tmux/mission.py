"""Window 0: a placeholder that becomes mission control when somebody comes to look.

tmuxplan.conf's hooks and keys respawn its pane with TMUXPLAN_SHOW set; the pane's own command
does the rest, so that no command line has to be quoted for tmux. A run that nobody looks at pays
for one `cat`.
"""

from __future__ import annotations

from tmuxplan.backends.tmux.client import Command

SHOWN_OPTION = "@tmuxplan_shown"
"""The user option of the pane whose screen was started."""

_SAYS = "mission control starts when somebody looks at this session"
_WAITS = (
    'if [ -n "${TMUXPLAN_SHOW-}" ] && [ $# -gt 0 ]; then unset TMUXPLAN_SHOW; exec "$@"; fi; '
    f'printf "%s\\n" "{_SAYS}"; exec cat >/dev/null'
)


def mission_argv(screen: tuple[str, ...]) -> tuple[str, ...]:
    """The command of window 0's pane; `screen` is what it becomes."""
    return ("/bin/sh", "-c", _WAITS, "sh", *screen)


def begin_again(pane: str, session: str, screen: tuple[str, ...]) -> list[Command]:
    """Another screen in the pane: at once where somebody looks, else when they do."""
    show = f"set -p -t {pane} {SHOWN_OPTION} 1 ; respawn-pane -k -t {pane} -e TMUXPLAN_SHOW=1"
    return [
        ("respawn-pane", "-k", "-t", pane, "-c", "/", "--", *mission_argv(screen)),
        ("set-option", "-p", "-u", "-t", pane, SHOWN_OPTION),
        ("if-shell", "-F", "-t", session, "#{m:*/*,#{session_attached_list}}", show),
    ]
