"""What the keys and the status line of tmuxplan.conf need to know of a session, as its options."""

from __future__ import annotations

import shlex
from pathlib import Path

from tmuxplan.backends.tmux import names
from tmuxplan.backends.tmux.client import Command
from tmuxplan.backends.tmux.found import RUN_OPTION
from tmuxplan.run.backend import RunInfo

SCRIPT = Path(__file__).with_name("keys.sh")


def session_commands(run: RunInfo, session: str) -> list[Command]:
    """What tells tmux about the run in this session."""
    options = {
        "@tmuxplan_plan": names.title(run.title or run.session),
        RUN_OPTION: run.id,
        "@tmuxplan_folder": str(run.folder),
        "@tmuxplan_program": shlex.join(run.program),
        "@tmuxplan_script": str(SCRIPT),
    }
    return [("set-option", "-t", session, name, text) for name, text in options.items()]
