"""The command that writes a pane's output to its log."""

from __future__ import annotations

import os
import re
from pathlib import Path

_SAFE = re.compile(rb"[A-Za-z0-9_./-]+")


def pipe_command(log: Path) -> str:
    """For `pipe-pane`, which expands formats and `strftime` in it and gives it to /bin/sh.

    Doubling `#` does not help (`##[` stays as it is), so every byte that anyone might
    understand is written as `printf %b` reads it. A dead reader would kill a `tee`: cat is
    alone, and the log is followed as a file.
    """
    path = os.fsencode(log)
    if _SAFE.fullmatch(path):
        return f"LC_ALL=C exec /bin/cat >> {log}"
    quoted = "".join(chr(b) if _SAFE.match(bytes((b,))) else f"\\0{b:03o}" for b in path)
    return f"LC_ALL=C exec /bin/cat >> \"$(printf %%b '{quoted}')\""
