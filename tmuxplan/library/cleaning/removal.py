"""Removing one run: nothing that is live, nothing outside of its folder, no half of it."""

from __future__ import annotations

import contextlib
import os
import shutil
from pathlib import Path

from tmuxplan.backends.tmux.sessions import close_session
from tmuxplan.errors import BackendError, JournalError
from tmuxplan.journal.files import refused
from tmuxplan.journal.folder import RunFolder
from tmuxplan.library.cleaning.candidates import odd
from tmuxplan.run import supervisor

_ASIDE = ".removed-"
_TRIES = 100


def remove(folder: RunFolder, session: str = "") -> None:
    """Close its session and remove its folder, unless somebody else did. JournalError: it is live
    again, or can't be removed, and why."""
    aside = folder.path.with_name(f"{_ASIDE}{folder.id}")
    try:
        _set_aside(folder, session, aside)
    except FileNotFoundError:
        if os.path.lexists(folder.path):
            raise
        return
    _erase(aside)


def close(folder: RunFolder, session: str) -> None:
    """Close the session of a run that has ended. JournalError: it is live again. BackendError:
    tmux refuses."""
    with supervisor.holding(folder):
        close_session(session)


def _set_aside(folder: RunFolder, session: str, aside: Path) -> None:
    why = odd(folder)
    if why:
        raise JournalError(why, "", str(folder.path))
    # Held, so that no `resume` begins on a folder that is going away; renamed, so that what is
    # left of a removal that was interrupted is no damaged run.
    with supervisor.holding(folder):
        if session:
            with contextlib.suppress(BackendError):  # gone by itself
                close_session(session)
        with contextlib.suppress(JournalError, OSError):  # in the folder, or far from it
            folder.control_socket.unlink(missing_ok=True)
        try:
            folder.path.rename(aside)
        except FileNotFoundError:
            raise
        except OSError as error:
            raise _stuck(folder.path, error) from error


def finish_removals(root: Path) -> None:
    """What removals that were interrupted left."""
    for aside in (root / "runs").glob(f"{_ASIDE}*"):
        _erase(aside)


def _erase(aside: Path) -> None:
    """shutil.rmtree follows no links, and refuses to begin at one. Another `clean` may be at it,
    too: what it has removed meanwhile is no fault, and the rest is looked for again."""
    for _ in range(_TRIES):
        with contextlib.suppress(FileNotFoundError):
            _erase_once(aside)
        if not os.path.lexists(aside):
            return
    raise JournalError("can't be removed: it comes back", "see who makes it", str(aside))


def _erase_once(aside: Path) -> None:
    try:
        shutil.rmtree(aside)
    except FileNotFoundError:
        raise
    except OSError as error:
        raise _stuck(Path(error.filename or aside), error) from error


def _stuck(path: Path, error: OSError) -> JournalError:
    told = refused(path, error)
    return JournalError(f"can't be removed: {error.strerror or error}", told.remedy, str(path))
