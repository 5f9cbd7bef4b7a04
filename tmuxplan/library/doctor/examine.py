"""All checks, in the order in which a launch needs what they look at."""

from __future__ import annotations

import locale
import os
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from tmuxplan.errors import TmuxplanError
from tmuxplan.journal.folder import find_root, runs
from tmuxplan.library.doctor import leftovers, places, programs, screen, system
from tmuxplan.library.doctor.check import Check, warning
from tmuxplan.machine.logins import logout
from tmuxplan.run import clock

Look = Callable[[], Check]


def examine(cwd: Path) -> tuple[Check, ...]:
    """Look at everything. Starts a tmux server and ends it; leaves nothing behind."""
    here = _terminal()
    state_home = Path(os.environ.get("XDG_STATE_HOME") or "~/.local/state").expanduser()
    looks: tuple[tuple[str, Look], ...] = (
        ("bash", programs.bash),
        ("tmux", programs.tmux),
        ("state", lambda: places.state(cwd)),
        ("disk", lambda: places.here(cwd)),
        ("sockets", lambda: places.sockets(cwd)),
        ("agreed", lambda: places.agreed(state_home)),
        ("files", system.files_here),
        ("ptys", system.terminals),
        ("logout", lambda: system.logout(logout(), os.getuid())),
        ("clock", lambda: _clock(cwd)),
        ("locale", lambda: screen.locale(locale.nl_langinfo(locale.CODESET), os.environ)),
        ("terminal", lambda: screen.terminal(here, os.environ.get("TERM", ""))),
        ("colours", lambda: screen.colours(here, os.environ)),
        ("nested", lambda: screen.nested(os.environ)),
        ("runs", lambda: leftovers.dead(cwd)),
        ("sessions", lambda: leftovers.sessions(cwd)),
        ("stale", leftovers.sockets),
        ("shellcheck", system.shellcheck),
    )
    return (*(_looked(name, look) for name, look in looks), *system.extras())


def _looked(name: str, look: Look) -> Check:
    """What can't be looked at is said so: unknown is not ok."""
    try:
        return look()
    except (OSError, TmuxplanError) as error:
        return warning(name, f"can't be looked at: {error}", "mend what it names, then look again")


def _terminal() -> screen.Terminal | None:
    if not sys.stdout.isatty():
        return None
    size = shutil.get_terminal_size()
    return screen.Terminal(size.columns, size.lines, _colours())


def _colours() -> int | None:
    """By terminfo; None: it does not know the terminal."""
    try:
        import curses  # noqa: PLC0415 (some Pythons have none)

        curses.setupterm()
        return max(0, curses.tigetnum("colors"))
    except ImportError:
        return 0
    except curses.error:
        return None


def _clock(cwd: Path) -> Check:
    root = find_root(cwd)
    newest = next(iter(runs(root)), None) if root else None
    with tempfile.TemporaryFile(dir=cwd) as trial:
        trial.write(b"now")
        trial.flush()
        file_time = os.fstat(trial.fileno()).st_mtime
    return system.clock(clock.now(), file_time, newest.id if newest else None)
