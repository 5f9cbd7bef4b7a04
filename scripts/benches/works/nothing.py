"""Tasks that do nothing: what remains is what running them costs."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from benches import ours, peers
from benches.graphs import trues
from benches.raw_tmux import RAW, windows
from benches.row import Row, ahead_of, ratio_at_most
from benches.works import Bench
from benches.works.contest import Load, beside, contest

CONTESTANTS = (
    peers.PARALLEL,
    peers.DASK,
    peers.DOIT,
    peers.GO_TASK,
    peers.MAKE,
    peers.NINJA,
    peers.JUST,
    peers.XARGS,
)
MEASURE = "ms a task, all included"


def on_pty(bench: Bench) -> Iterator[Row]:
    """Beside everybody who runs commands."""
    count, rounds = bench.sized(200, 1000), bench.sized(2, 3)
    for at_once in (2, 16):
        load = Load(trues(count), at_once, count / 1000)
        yield Row(
            "nothing-pty",
            f"{count:,} × true, {at_once} at a time, pty",
            MEASURE,
            *contest(bench.place, load, ("pty",), CONTESTANTS, rounds)["pty"],
            wanted=(ahead_of("GNU parallel", "Dask"),),
            aim=(ahead_of("doit"),),
        )


def on_tmux(bench: Bench) -> Iterator[Row]:
    """Beside the least that tmux itself takes for as many windows with logs."""
    count, rounds = bench.sized(200, 1000), bench.sized(2, 3)
    for at_once in (2, 16):
        run = partial(ours.run_graph, bench.place, trues(count), "tmux", at_once)
        raw = {RAW: partial(windows, bench.place, count, at_once)}
        yield Row(
            "nothing-tmux",
            f"{count:,} × true, {at_once} at a time, tmux",
            MEASURE,
            *beside(run, raw, rounds, count / 1000),
            wanted=(ratio_at_most(2.0, RAW),),
            aim=(ratio_at_most(1.5, RAW),),
        )
