"""Programs of their own, which tests look at from outside."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def says(program: str, folder: Path) -> str:
    """What it prints, given the folder; it must not complain."""
    done = subprocess.run(
        [sys.executable, "-c", program, str(folder)],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert done.stderr == ""
    return done.stdout.strip()
