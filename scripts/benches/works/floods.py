"""A great deal of output: how fast it is taken in, and in how much memory."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil

from benches import ours
from benches.measure import OURS, Series
from benches.place import TAKES_S, Place, WrongRun
from benches.raw_tmux import RawTmux
from benches.row import Row, at_most, ratio_at_least
from benches.works import Bench
from benches.works.contest import beside

MB = 1_000_000
LINE = "{:08} one line of a build that says what it compiles, links, copies and tests, at length\n"
PANE = "tmux pane with pipe-pane"
SCANNER = "bare Python pty scanner"
MARKER = re.compile(rb"FAIL|ERROR|Traceback")
CHUNK = 1 << 16


def speed(bench: Bench) -> Iterator[Row]:
    """Lines of one task, scanned, from its start to its end by the journal."""
    size = bench.sized(40, 200) * MB
    flood = bench.place.fresh() / "flood"
    write_lines(flood, size)
    limits: tuple[tuple[ours.BackendName, str, Callable[[], float], float], ...] = (
        ("tmux", PANE, lambda: _pane(bench.place, flood), 0.85),
        ("pty", SCANNER, lambda: _scanner(flood), 0.9),
    )
    for backend, name, limit, aim in limits:
        run = _speed_of(bench.place, flood, backend)
        yield Row(
            "flood",
            f"{size // MB} MB of lines in one task, scanned, {backend}",
            "MB/s",
            *beside(run, {name: limit}, bench.sized(2, 3)),
            wanted=(ratio_at_least(0.6, name),),
            aim=(ratio_at_least(aim, name),),
        )


def _speed_of(place: Place, flood: Path, backend: ours.BackendName) -> Callable[[], float]:
    return lambda: ours_flooded(place, f"cat {flood}", flood.stat().st_size, backend)[0]


def memory(bench: Bench) -> Iterator[Row]:
    """The supervisor's peak while it takes in lines, and bytes without a newline."""
    size, endless = bench.sized(40, 1000) * MB, bench.sized(20, 200) * MB
    flood = bench.place.fresh() / "flood"
    write_lines(flood, size)
    works = (
        (f"{size // MB:,} MB of lines", f"cat {flood}", size),
        (
            f"{endless // MB} MB without a newline",
            f"head -c {endless} /dev/zero | tr '\\0' x",
            endless,
        ),
    )
    for work, command, expected in works:
        for backend in ours.BACKENDS:
            _, peak_mb = ours_flooded(bench.place, command, expected, backend)
            yield Row(
                "memory",
                f"{work}, {backend}",
                "supervisor's peak memory, MB",
                Series(OURS, (peak_mb,)),
                wanted=(at_most(100, " MB"),),
            )


def write_lines(path: Path, size: int) -> None:
    """Numbered lines, so many bytes or a few more."""
    with path.open("w") as file:
        written = number = 0
        while written < size:
            lines = (LINE.format(n) for n in range(number, number + 10_000))
            written += file.write("".join(lines))
            number += 10_000


def ours_flooded(
    place: Place, command: str, expected: int, backend: ours.BackendName
) -> tuple[float, float]:
    """MB a second of the attempt, and the supervisor's peak in MB. WrongRun unless it is GO and
    the log has every byte."""
    folder = place.fresh()
    (folder / ours.PLAN).write_text(ours.plan([("T00001", command, ())]))
    peak = 0
    with ours.Started(place, folder, backend) as started:
        process = started.supervisor()
        while process.is_running() and process.status() != psutil.STATUS_ZOMBIE:
            peak = max(peak, _peak(process))
            time.sleep(0.02)
    if not peak:
        raise WrongRun(f"{backend}: the run had ended before anybody could look at it")
    ours.require_passed(folder, 1)
    at = {event["event"]: event["at"] for event in ours.journal(folder)}
    log = next(ours.run_folder(folder).glob("tasks/*/1/log"))
    if log.stat().st_size < expected:
        raise WrongRun(f"{backend}: {log.stat().st_size:,} bytes of {expected:,} are in the log")
    ours.remove(folder)
    return expected / MB / (at["attempt_ended"] - at["attempt_started"]), peak / MB


def _peak(process: psutil.Process) -> int:
    """The most memory that it had so far where the system remembers that, else what it has."""
    try:
        status = Path(f"/proc/{process.pid}/status").read_text()
        return int(status.split("VmHWM:")[1].split()[0]) * 1024
    except (OSError, IndexError):
        pass
    try:
        return int(process.memory_info().rss)
    except psutil.Error:
        return 0


def _pane(place: Place, flood: Path) -> float:
    """MB a second through a pane into its log, and nobody reads it."""
    folder = place.fresh()
    tmux = RawTmux(place, folder)
    size = flood.stat().st_size + _lines(flood)  # the terminal adds \r
    began = time.monotonic()
    tmux.run(tmux.window(1, f"cat {flood}"))
    log = folder / "1.log"
    while not log.exists() or log.stat().st_size < size:
        if time.monotonic() - began > TAKES_S:
            raise WrongRun(f"a tmux pane logged {log.stat().st_size:,} of {size:,} bytes")
        time.sleep(0.002)
    took = time.monotonic() - began
    tmux.close()
    ours.remove(folder)
    return flood.stat().st_size / MB / took


def _lines(path: Path) -> int:
    """Not by reading it whole: the peak of a process that we start later would begin with ours."""
    with path.open("rb") as file:
        return sum(1 for _ in file)


def _scanner(flood: Path) -> float:
    """MB a second read from a terminal in chunks, with one regular expression, kept nowhere."""
    outer, inner = pty.openpty()
    began = time.monotonic()
    process = subprocess.Popen(
        ["cat", str(flood)], stdin=subprocess.DEVNULL, stdout=inner, start_new_session=True
    )
    os.close(inner)
    seen = 0
    while chunk := _read(outer):
        seen += len(chunk)
        if MARKER.search(chunk):
            raise WrongRun("there is no failure in this output")
    took = time.monotonic() - began
    os.close(outer)
    if process.wait() or seen < flood.stat().st_size:
        raise WrongRun(f"the bare scanner read {seen:,} bytes")
    return flood.stat().st_size / MB / took


def _read(fd: int) -> bytes:
    """Empty at the end, which Linux tells as an error."""
    try:
        return os.read(fd, CHUNK)
    except OSError:
        return b""
