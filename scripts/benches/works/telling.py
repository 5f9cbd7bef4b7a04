"""From what happens in a task until somebody can know it, or the next task begins."""

from __future__ import annotations

import statistics
import sys
import textwrap
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import NamedTuple

from benches import ours, peers
from benches.graphs import RAN, Graph, chain
from benches.measure import OURS, Series, alternate
from benches.place import Place, WrongRun
from benches.row import Row, at_most
from benches.tail import Tail
from benches.works import Bench

PEERS = (peers.MAKE, peers.GO_TASK, peers.DOIT, peers.DASK)

FAILS = textwrap.dedent("""\
    import sys, time
    count, gap_s = int(sys.argv[1]), float(sys.argv[2])
    time.sleep(1)
    for n in range(count):
        print(f"FAIL: {n} {time.time():.6f}", flush=True)
        time.sleep(gap_s)
    """)
NOISE = textwrap.dedent("""\
    import sys, time
    line, until, due = "noise " * 16 + "\\n", time.time() + float(sys.argv[1]), time.time()
    while time.time() < until:
        sys.stdout.write(line * 515)
        sys.stdout.flush()
        due += 0.05
        time.sleep(max(0, due - time.time()))
    """)
"""1 MB/s: 515 lines of 97 bytes, 20 times a second."""


def detection(bench: Bench) -> Iterator[Row]:
    """`FAIL: x` printed until its line is in the journal."""
    for backend in ours.BACKENDS:
        for noisy, wanted, aim in ((0, 20, 3), (8, 60, 10)):
            found = _detected(bench, backend, noisy)
            beside = f"beside {noisy} tasks at 1 MB/s each" if noisy else "idle"
            said = f"the slowest of the {noisy} printed {found.least_mb_s:.2f} MB/s"
            yield Row(
                slug="detection",
                work=f"FAIL printed until in the journal, {beside}, {backend}",
                measure="ms",
                ours=Series(OURS, found.took_ms),
                wanted=(at_most(wanted, " ms"),),
                aim=(at_most(aim, " ms"),),
                notes=(said,) if noisy else (),
            )


class Detected(NamedTuple):
    """Milliseconds of each line, and how fast the others printed: a full machine slows them."""

    took_ms: tuple[float, ...]
    least_mb_s: float


def _detected(bench: Bench, backend: ours.BackendName, noisy: int) -> Detected:
    count, gap_s = bench.sized(20, 50), 0.05
    folder = bench.place.fresh()
    (folder / "fails.py").write_text(FAILS)
    (folder / "noise.py").write_text(NOISE)
    lasts_s = 2 + count * gap_s
    tasks = [("T00001", f"{sys.executable} fails.py {count} {gap_s}", ())]
    noise = f"{sys.executable} noise.py {lasts_s}"
    tasks += [(f"T{n:05}", noise, ()) for n in range(2, noisy + 2)]
    (folder / ours.PLAN).write_text(ours.plan(tasks))
    took: list[float] = []
    with ours.Started(bench.place, folder, backend):
        for event, at in Tail(ours.run_folder(folder) / "events.jsonl", bench.place):
            if event["event"] == "evidence_found" and event["evidence"]["kind"] == "marker":
                took.append((at - float(event["evidence"]["text"].split()[-1])) * 1000)
            if event["event"] == "run_ended":
                break
    if len(took) != count:
        raise WrongRun(f"{backend}: {len(took)} of {count} failures are in the journal")
    logs = sorted(ours.run_folder(folder).glob("tasks/*/1/log"))[1:]
    if len(logs) != noisy:
        raise WrongRun(f"{backend}: {len(logs)} of {noisy} tasks printed anything beside it")
    least = min((log.stat().st_size for log in logs), default=0)
    return Detected(tuple(took), least / 1e6 / lasts_s)


def handover(bench: Bench) -> Iterator[Row]:
    """A task's end until its dependent's start, told by the tasks' own clocks, along a chain."""
    place, count = bench.place, bench.sized(20, 50)
    step = place.fresh() / "step.sh"
    step.write_text(f'echo "$EPOCHREALTIME" >>{RAN}\necho "$EPOCHREALTIME" >>{RAN}\n')
    graph = chain(count, f"bash {step}")
    runs: dict[str, Callable[[], float]] = {
        backend: partial(_handed_over, place, graph, backend) for backend in ours.BACKENDS
    }
    for peer in PEERS:
        if peer.installed():
            runs[peer.name] = partial(_peer_handed_over, place, graph, peer)
    found = alternate(bench.sized(2, 5), runs, peers={peer.name for peer in PEERS})
    others = tuple(found[peer.name] for peer in PEERS if peer.name in found)
    goals: tuple[tuple[ours.BackendName, int, int], ...] = (("tmux", 30, 10), ("pty", 12, 5))
    for backend, wanted, aim in goals:
        yield Row(
            slug="handover",
            work=f"a task's end until its dependent's start, {backend}",
            measure="ms, median of a chain",
            ours=Series(OURS, found[backend].values),
            others=others,
            missing=tuple(peer.name for peer in PEERS if peer.name not in found),
            wanted=(at_most(wanted, " ms"),),
            aim=(at_most(aim, " ms"),),
        )


def _handed_over(place: Place, graph: Graph, backend: ours.BackendName) -> float:
    folder = place.fresh()
    (folder / ours.PLAN).write_text(ours.graph_plan(graph))
    place.run(ours.launch_argv(backend, "--wait"), folder)
    ours.require_passed(folder, len(graph.jobs))
    return between_ms(folder, len(graph.jobs))


def _peer_handed_over(place: Place, graph: Graph, peer: peers.Peer) -> float:
    return between_ms(peer.run_in(place, graph, None).folder, len(graph.jobs))


def between_ms(folder: Path, count: int) -> float:
    """The median from an end to the next start; each task wrote down two moments."""
    moments = [float(word) for word in (folder / RAN).read_text().split()]
    if len(moments) != 2 * count or moments != sorted(moments):
        raise WrongRun(f"{folder}: {len(moments)} moments of {count} tasks, or not in order")
    gaps = zip(moments[1:-1:2], moments[2::2], strict=True)
    return statistics.median((start - end) * 1000 for end, start in gaps)
