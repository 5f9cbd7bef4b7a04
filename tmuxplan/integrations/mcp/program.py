"""tmuxplan itself as another process: what acts on a run is done by a program of its own.

A launch leaves a supervisor behind by forking, which a server with threads must not do; and what
an assistant may do is so exactly what the command line does.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import msgspec

# Not `-m`, which would import modules of the current directory in place of installed ones.
_START = (
    "import sys; sys.path[:] = [{root!r}, *(p for p in sys.path if p)]; "
    "from tmuxplan.__main__ import main; main()"
)


class Ran(msgspec.Struct, frozen=True):
    """What one call of the program came to."""

    status: int
    out: str
    said: tuple[str, ...]


def run(words: Sequence[str]) -> Ran:
    """Run `tmuxplan WORDS` to its end, with nobody to ask."""
    root = str(Path(__file__).absolute().parents[3])
    done = subprocess.run(
        [sys.executable, "-X", "utf8", "-c", _START.format(root=root), *words],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
    said = done.stderr.decode("utf-8", "replace").splitlines()
    return Ran(done.returncode, done.stdout.decode("utf-8", "replace"), tuple(said))
