"""`check` of a very long plan."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from benches import ours
from benches.measure import OURS, Series
from benches.place import Place, WrongRun
from benches.row import Row, at_most
from benches.works import Bench

GENERATE = Path(__file__).resolve().parents[2] / "generate_plan"


def check(bench: Bench) -> Iterator[Row]:
    """Seconds and peak memory, without ShellCheck: another's program, which may be missing."""
    count = bench.sized(1000, 5000)
    folder = bench.place.fresh()
    text = bench.place.run((sys.executable, str(GENERATE), str(count)), folder)
    (folder / ours.PLAN).write_text(text)
    runs = [_check(bench.place, folder) for _ in range(bench.sized(2, 3))]
    share = count / 5000
    work = f"check of {count:,} tasks, {len(text) / 1e6:.1f} MB"
    scaled = () if bench.full else (f"goals are a {1 / share:g}th of those of 5,000 tasks",)
    yield Row(
        "check",
        work,
        "s",
        Series(OURS, tuple(took for took, _ in runs)),
        wanted=(at_most(5 * share, " s"),),
        aim=(at_most(2 * share, " s"),),
        notes=scaled,
    )
    yield Row(
        "check",
        work,
        "peak MB",
        Series(OURS, tuple(mb for _, mb in runs)),
        wanted=(at_most(500, " MB"),),
    )


def _check(place: Place, folder: Path) -> tuple[float, float]:
    """Seconds, and the peak of the process's memory in MB."""
    argv = [ours.program(), "check", ours.PLAN, "--no-shellcheck"]
    began = time.monotonic()
    with (folder / "said").open("wb") as said:
        process = subprocess.Popen(
            argv,
            cwd=folder,
            env=place.environment(),
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
        )
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    took = time.monotonic() - began
    if process.returncode not in (0, 2) or "errors, " not in (folder / "said").read_text():
        raise WrongRun(f"check ended with {process.returncode}")
    # Linux counts in kilobytes, macOS in bytes.
    return took, usage.ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3)
