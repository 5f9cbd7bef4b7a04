"""The environment of what is no task: tmux's server, the outer shells.

Nothing of the launching shell may go stale in a server that outlives it (tmux/tmux#3041), and no
marker of another run may leak in. A task gets its own, complete environment from the outer shell.
"""

from __future__ import annotations

import os

_KEPT = (
    "HOME",
    "LANG",
    "LC_ALL",
    "LC_CTYPE",
    "LOGNAME",
    "PATH",
    "SHELL",
    "TMPDIR",
    "TMUX_TMPDIR",
    "USER",
    "XDG_RUNTIME_DIR",
)


def minimal_environment() -> dict[str, str]:
    """What programs need to find their files and to print UTF-8."""
    return {name: os.environ[name] for name in _KEPT if name in os.environ}
