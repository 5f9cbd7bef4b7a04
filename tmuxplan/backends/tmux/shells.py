"""A shell in the place of a task that failed: in its directory and environment, on a key.

The environment holds secrets, and its file is gone once the task read it. tmux's server keeps it
in options of the run's session (private to the user, in memory alone, gone with the session), one
for each different environment; nothing runs until somebody presses the key. It is handed over on
standard input: neither a file nor a command line ever has it.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import partial

from tmuxplan.backends.tmux import names
from tmuxplan.backends.tmux.client import Client, Command
from tmuxplan.backends.tmux.sending import SilentError
from tmuxplan.errors import BackendError
from tmuxplan.run.backend import Attempt
from tmuxplan.shell.environment import environment_text

ENV_OPTION = "@tmuxplan_env"
"""The user option of a failed task's window: the name of the session's option that holds its
environment."""
SHELL_OPTION = "@tmuxplan_shell"
"""The user option of a pane in which such a shell runs."""
_OWN = "TMUXPLAN_"
"""What is each attempt's own in an environment that tasks share."""


class Shells:
    """What one session keeps for the shells that a person may want."""

    def __init__(self, client: Client, session: str) -> None:
        self._client, self._session = client, session
        self._kept: dict[str, str] = {}
        self._attempts: dict[str, Attempt] = {}
        self._offered: set[str] = set()

    def began(self, attempt: Attempt) -> None:
        """Remember it until it is known how it ended."""
        self._attempts[attempt.task] = attempt

    def passed(self, task: str) -> None:
        """Nobody will want one."""
        self._attempts.pop(task, None)

    def again(self, task: str, window: str) -> list[Command]:
        """What offers none any more, in the window of a task that does not look failed now."""
        if task not in self._offered:
            return []
        self._offered.discard(task)
        return [("set-option", "-w", "-u", "-t", window, ENV_OPTION)]

    def failed(self, task: str, window: str) -> list[Command]:
        """What offers a shell in the window of a task that failed. Before that, its environment
        is handed to tmux, each different one once."""
        attempt = self._attempts.pop(task, None)
        if attempt is None:
            return []
        own = {name: text for name, text in attempt.env.items() if name.startswith(_OWN)}
        kept = self._keep({n: text for n, text in attempt.env.items() if n not in own})
        self._offered.add(task)
        options = {
            "@tmuxplan_dir": str(attempt.cwd),
            "@tmuxplan_own": _hexadecimal(own),
            ENV_OPTION: kept,
        }
        return [("set-option", "-w", "-t", window, name, text) for name, text in options.items()]

    def _keep(self, env: Mapping[str, str]) -> str:
        text = _hexadecimal(env)
        if text not in self._kept:
            name = self._kept[text] = f"{ENV_OPTION}_{os.urandom(4).hex()}"
            keeping = ("set-option", "-t", self._session, name, text)
            self._client.ask([keeping], partial(self._heard, text))
        return self._kept[text]

    def _heard(self, text: str, said: list[str] | BackendError) -> None:
        """The next failure hands over again what could not be kept; the keys say that it is not."""
        if isinstance(said, BackendError):
            self._kept.pop(text, None)


def _hexadecimal(env: Mapping[str, str]) -> str:
    """What exports it, with nothing in it that tmux would read, show or escape."""
    return environment_text(env).encode("utf-8", "surrogateescape").hex()


def end_shells(session: str, socket: str | None = None) -> int:
    """Close the shells that people opened in a run, and forget its environments. How many.
    SilentError: tmux does not answer."""
    client, name = Client(socket, sends=True), f"={names.session_name(session)}:"
    try:
        panes = client.run(
            ("list-panes", "-s", "-t", name, "-F", f"#{{{SHELL_OPTION}}} #{{pane_id}}")
        )
        options = client.run(("show-options", "-t", name))
    except SilentError:
        raise
    except BackendError:
        return 0  # its session is gone, and they with it
    shells = [line.split()[1] for line in panes if not line.startswith(" ")]
    kept = [word for line in options if (word := line.split()[0]).startswith(f"{ENV_OPTION}_")]
    commands: list[Command] = [("kill-pane", "-t", pane) for pane in shells]
    commands += [("set-option", "-u", "-t", name, option) for option in kept]
    client.run_each(commands)
    return len(shells)
