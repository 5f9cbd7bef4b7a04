"""Graphs of sleeping tasks: how much longer than their bound a run takes."""

from __future__ import annotations

from collections.abc import Iterator

from benches import ours, peers
from benches.graphs import layered, ten_tasks
from benches.row import Row, ahead_of, at_most
from benches.works import Bench
from benches.works.contest import Load, contest

MEASURE = "makespan / bound of {:.2f} s, start-up included"
EVERYBODY = (peers.NINJA, peers.MAKE, peers.DOIT, peers.GO_TASK, peers.DASK)


def ten(bench: Bench) -> Iterator[Row]:
    """Ten tasks with a long chain, a minute as 0.1 s."""
    graph = ten_tasks(0.1)
    load = Load(graph, None, graph.critical_s())
    contestants = (peers.MAKE, peers.GO_TASK, peers.DOIT, peers.DASK) if bench.full else ()
    found = contest(bench.place, load, ours.BACKENDS, contestants, bench.sized(1, 2))
    for backend, figures in found.items():
        yield Row(
            "ten-tasks",
            f"ten tasks' shape, a minute as 0.1 s, {backend}",
            MEASURE.format(load.unit_s),
            *figures,
            wanted=(at_most(1.05),),
            aim=(at_most(1.02),),
        )


def layers(bench: Bench) -> Iterator[Row]:
    """200 tasks in layers, unlimited and 8 at a time."""
    graph, wanted = layered(), {"pty": at_most(1.15), "tmux": at_most(1.25)}
    contestants = EVERYBODY if bench.full else (peers.DOIT, peers.GO_TASK)
    for at_once, limit in ((None, "unlimited"), (8, "8 at a time")):
        load = Load(graph, at_once, graph.bound_s(at_once))
        found = contest(bench.place, load, ours.BACKENDS, contestants, bench.sized(1, 3))
        for backend, figures in found.items():
            yield Row(
                "layers",
                f"200 tasks in layers, {limit}, {backend}",
                MEASURE.format(load.unit_s),
                *figures,
                wanted=(wanted[backend],),
                aim=(ahead_of("doit", "go-task"),),
            )
