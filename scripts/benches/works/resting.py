"""A run in which nothing happens: what watching it costs."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import psutil

from benches import ours
from benches.measure import OURS, Series
from benches.row import Row, at_most
from benches.works import Bench

COUNT = 10
SETTLED_S = 2.0
"""What a start costs is over by then."""


def rest(bench: Bench) -> Iterator[Row]:
    """The supervisor's share of a core."""
    for backend in ours.BACKENDS:
        yield Row(
            "rest",
            f"supervisor at rest, {COUNT} silent tasks, {backend}",
            "% of a core",
            Series(OURS, (_share(bench, backend),)),
            wanted=(at_most(1, " %"),),
            aim=(at_most(0.2, " %"),),
        )


def _share(bench: Bench, backend: ours.BackendName) -> float:
    folder = bench.place.fresh()
    tasks = ((f"T{n:05}", "sleep 300", ()) for n in range(1, COUNT + 1))
    (folder / ours.PLAN).write_text(ours.plan(tasks))
    with ours.Started(bench.place, folder, backend) as started:
        ours.until(lambda: started.count("attempt_started") == COUNT, f"{COUNT} tasks run")
        time.sleep(SETTLED_S)
        supervisor = started.supervisor()
        watched = [supervisor, *_helpers(supervisor)]
        before, began = sum(map(_cpu_s, watched)), time.monotonic()
        time.sleep(bench.sized(4, 20))
        return 100 * (sum(map(_cpu_s, watched)) - before) / (time.monotonic() - began)


def _helpers(supervisor: psutil.Process) -> list[psutil.Process]:
    """Its own processes, as far as they are Python: the tasks' shells are not."""
    return [one for one in supervisor.children() if "python" in one.name()]


def _cpu_s(process: psutil.Process) -> float:
    """Seconds of the processor that it has used: in nanoseconds where the system tells them,
    since hundredths are a fifth of what is to be seen here."""
    threads = Path(f"/proc/{process.pid}/task").glob("*/schedstat")
    spent = [int(file.read_text().split()[0]) for file in threads]
    if spent:
        return sum(spent) / 1e9
    times = process.cpu_times()
    return float(times.user + times.system)
