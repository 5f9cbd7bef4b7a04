"""Where a run's control socket is: in its folder, or, where that path is too long, elsewhere."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from tmuxplan.errors import JournalError
from tmuxplan.journal.files import make_folder

# sun_path holds 104 bytes on macOS and 108 on Linux, the final NUL included.
LONGEST = 100


def socket_path(run: Path) -> Path:
    """The socket of the run whose folder this is; its folder exists and is this user's.

    The same for every process of a user: it follows from the folder's real path alone.
    (Not from XDG_RUNTIME_DIR, which a cron job, a CI step and a login shell see differently.)
    """
    real = Path(os.path.realpath(run))
    near = real / "control.sock"
    if len(os.fsencode(near)) <= LONGEST:
        return near
    import hashlib  # noqa: PLC0415 (slow to import, and rarely needed)

    digest = hashlib.sha256(os.fsencode(real)).hexdigest()[:24]
    return private_folder() / f"{digest}.sock"


def private_folder() -> Path:
    """A short-named folder of this user's, the same for all their processes on this machine."""
    folder = Path("/tmp") / f"tmuxplan-{os.geteuid()}"
    make_folder(folder)
    # /tmp is everybody's: whoever made the folder first could listen in our place.
    facts = folder.lstat()
    ours = stat.S_ISDIR(facts.st_mode) and facts.st_uid == os.geteuid()
    if not ours or facts.st_mode & 0o077:
        raise JournalError(
            "is not private to you", "remove it, or launch from a shorter path", str(folder)
        )
    return folder
