"""A run in which nothing happens: what watching it costs."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import psutil

from benches import ours
from benches.measure import OURS, Series
from benches.place import WrongRun
from benches.row import Row, at_most
from benches.works import Bench

COUNT = 10
SETTLED_S = 2.0
"""What a start costs is over by then."""


def rest(bench: Bench) -> Iterator[Row]:
    """The supervisor's share of a core, and mission control's in tmux, which nobody looks at."""
    for backend in ours.BACKENDS:
        supervisor, mission = _shares(bench, backend)
        yield Row(
            "rest",
            f"supervisor at rest, {COUNT} silent tasks, {backend}",
            "% of a core",
            Series(OURS, (supervisor,)),
            wanted=(at_most(1, " %"),),
            aim=(at_most(0.2, " %"),),
        )
        if mission is not None:
            yield Row(
                "rest",
                f"mission control at rest, {COUNT} silent tasks, {backend}",
                "% of a core",
                Series(OURS, (mission,)),
            )


def _shares(bench: Bench, backend: ours.BackendName) -> tuple[float, float | None]:
    folder = bench.place.fresh()
    tasks = ((f"T{n:05}", "sleep 300", ()) for n in range(1, COUNT + 1))
    (folder / ours.PLAN).write_text(ours.plan(tasks))
    with ours.Started(bench.place, folder, backend) as started:
        ours.until(lambda: started.count("attempt_started") == COUNT, f"{COUNT} tasks run")
        time.sleep(SETTLED_S)
        watched = [started.supervisor(), *_mission_control(folder)]
        before = [_cpu_s(process) for process in watched]
        began = time.monotonic()
        time.sleep(bench.sized(4, 20))
        took = time.monotonic() - began
        shares = [100 * (_cpu_s(p) - old) / took for p, old in zip(watched, before, strict=True)]
    if backend == "tmux" and len(shares) != 2:
        raise WrongRun(f"{len(shares) - 1} mission controls were found")
    return shares[0], shares[1] if len(shares) > 1 else None


def _mission_control(folder: Path) -> list[psutil.Process]:
    run = str(ours.run_folder(folder))
    return [
        process
        for process in psutil.process_iter(["cmdline"])
        if "mission-control" in (words := process.info["cmdline"] or []) and run in words
    ]


def _cpu_s(process: psutil.Process) -> float:
    """Seconds of the processor that it has used: in nanoseconds where the system tells them,
    since hundredths are a fifth of what is to be seen here."""
    threads = Path(f"/proc/{process.pid}/task").glob("*/schedstat")
    spent = [int(file.read_text().split()[0]) for file in threads]
    if spent:
        return sum(spent) / 1e9
    times = process.cpu_times()
    return float(times.user + times.system)
