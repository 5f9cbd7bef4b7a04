"""Graphs of sleeping tasks: how much longer than their bound a run takes."""

from __future__ import annotations

from collections.abc import Iterator

from benches import peers
from benches.graphs import layered, ten_tasks
from benches.row import Row, ahead_of, at_most
from benches.works import Bench
from benches.works.contest import Load, contest

MEASURE = "makespan / bound of {:.2f} s, start-up included"
EVERYBODY = (peers.NINJA, peers.MAKE, peers.DOIT, peers.GO_TASK, peers.DASK)
QUICK = (peers.NINJA, peers.DOIT, peers.GO_TASK)


def ten(bench: Bench) -> Iterator[Row]:
    """Ten tasks with a long chain, a minute as 0.1 s."""
    graph = ten_tasks(0.1)
    beside_pty = EVERYBODY if bench.full else (peers.MAKE,)
    on_pty, on_tmux = Load(graph, "pty", None), Load(graph, "tmux", None)
    for load, contestants in ((on_tmux, ()), (on_pty, beside_pty)):
        bound_s = graph.bound_s(None)
        yield Row(
            "ten-tasks",
            f"ten tasks' shape, a minute as 0.1 s, {load.backend}",
            MEASURE.format(bound_s),
            *contest(bench.place, load, contestants, bench.sized(1, 3), bound_s),
            wanted=(at_most(1.05),),
            aim=(at_most(1.02),),
        )


def layers(bench: Bench) -> Iterator[Row]:
    """200 tasks in layers, unlimited and 8 at a time."""
    for at_once, limit in ((None, "unlimited"), (8, "8 at a time")):
        on_pty, on_tmux = Load(layered(), "pty", at_once), Load(layered(), "tmux", at_once)
        for load, wanted in ((on_pty, 1.15), (on_tmux, 1.25)):
            bound_s = load.graph.bound_s(at_once)
            contestants = EVERYBODY if bench.full else QUICK
            some = contestants if load.backend == "pty" else ()
            yield Row(
                "layers",
                f"200 tasks in layers, {limit}, {load.backend}",
                MEASURE.format(bound_s),
                *contest(bench.place, load, some, bench.sized(1, 5), bound_s),
                wanted=(at_most(wanted),),
                aim=(ahead_of("doit", "go-task"),) if some else (),
            )
