"""What it was measured on, and with."""

from __future__ import annotations

import os
import platform
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import psutil

PROGRAMS = (
    ("tmuxplan", ("tmuxplan", "--version")),
    ("tmux", ("tmux", "-V")),
    ("bash", ("bash", "--version")),
    ("GNU parallel", ("parallel", "--version")),
    ("make", ("make", "--version")),
    ("ninja", ("ninja", "--version")),
    ("go-task", ("task", "--version")),
    ("just", ("just", "--version")),
    ("doit", ("doit", "--version")),
    ("Dask", ("dask", "--version")),
    ("snakemake", ("snakemake", "--version")),
    ("tmuxp", ("tmuxp", "--version")),
    ("tmuxinator", ("tmuxinator", "version")),
    ("honcho", ("honcho", "version")),
)


class Machine(NamedTuple):
    """`load` is the average of the last minute when the measuring began: others' work."""

    system: str
    processor: str
    cores: int
    memory_gb: int
    python: str
    load: float
    commit: str
    versions: dict[str, str]


def machine() -> Machine:
    return Machine(
        platform.platform(aliased=True, terse=True),
        _processor(),
        os.cpu_count() or 1,
        round(psutil.virtual_memory().total / 1e9),
        platform.python_version(),
        round(os.getloadavg()[0], 2),
        _commit(),
        {name: _version(argv) for name, argv in PROGRAMS if shutil.which(argv[0])},
    )


def _processor() -> str:
    if sys.platform == "darwin":
        argv = ["sysctl", "-n", "machdep.cpu.brand_string"]
        return subprocess.run(argv, capture_output=True, text=True, check=False).stdout.strip()
    try:
        found = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text())
    except OSError:
        found = None
    return found[1] if found else platform.machine()


def _commit() -> str:
    """With a + where something of the package is not committed."""
    here = Path(__file__).resolve().parent
    git = ["git", "describe", "--always", "--dirty=+"]
    done = subprocess.run(git, cwd=here, capture_output=True, text=True, check=False)
    return done.stdout.strip() or "no commit"


def _version(argv: tuple[str, ...]) -> str:
    """The first number with dots, or a date, of what it prints."""
    done = subprocess.run(
        argv, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    found = re.search(r"\d+(\.\d+)+\w*|\d{8}", done.stdout + done.stderr)
    return found[0] if found else "unknown"
