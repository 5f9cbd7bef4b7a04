"""tmuxplan itself, as a program: for what must not happen in a process that has a screen."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import msgspec

_PATIENCE_S = 60.0


class Ran(msgspec.Struct, frozen=True):
    """How it ended, and what it said on stderr: in words of plans, so not clean."""

    status: int
    said: str


def tell(*words: str, cwd: Path) -> Ran:
    """Run `tmuxplan WORDS` in this directory, without a terminal, and wait for its end."""
    try:
        done = subprocess.run(
            [sys.executable, "-m", "tmuxplan", *words],
            cwd=cwd,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            timeout=_PATIENCE_S,
        )
    except subprocess.TimeoutExpired:
        return Ran(1, f"no answer within {_PATIENCE_S:.0f} s; see `tmuxplan status`")
    except OSError as error:
        return Ran(1, f"tmuxplan could not be run: {error}")
    return Ran(done.returncode, done.stderr.decode("utf-8", "replace"))
