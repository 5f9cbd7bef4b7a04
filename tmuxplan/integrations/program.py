"""tmuxplan itself, as a program: for what must not happen in a process that has a screen, or
threads: a run is left behind by forking."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import msgspec

_PATIENCE_S = 60.0
# Not `-m`, which would import modules of the current directory in place of installed ones.
_START = (
    "import sys; sys.path[:] = [{root!r}, *(p for p in sys.path if p)]; "
    "from tmuxplan.__main__ import main; main()"
)


class Ran(msgspec.Struct, frozen=True):
    """How it ended, and what it said on stderr: in words of plans, so not clean."""

    status: int
    said: str


def tell(*words: str, cwd: Path, patience_s: float | None = _PATIENCE_S) -> Ran:
    """Run `tmuxplan WORDS` in this directory, without a terminal, and wait for its end."""
    root = str(Path(__file__).absolute().parents[2])
    try:
        done = subprocess.run(
            [sys.executable, "-X", "utf8", "-c", _START.format(root=root), *words],
            cwd=cwd,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            timeout=patience_s,
        )
    except subprocess.TimeoutExpired:
        return Ran(1, f"no answer within {patience_s:.0f} s; see `tmuxplan status`")
    except OSError as error:
        return Ran(1, f"tmuxplan could not be run: {error}")
    return Ran(done.returncode, done.stderr.decode("utf-8", "replace"))
