"""Runs of many tasks: whether anything costs more for each of them than in a small run."""

from __future__ import annotations

import statistics
from collections.abc import Iterator
from typing import NamedTuple

from benches import ours
from benches.graphs import trues
from benches.measure import OURS, Series
from benches.place import Place
from benches.row import Row, ratio_at_most
from benches.works import Bench
from benches.works.starting import ms


class Costs(NamedTuple):
    """Of each task: the journal's bytes, milliseconds of three commands."""

    journal: float
    run: float
    status: float
    collect: float


MEASURES = {
    "journal": "bytes of the journal a task",
    "run": "ms a task, launch --wait",
    "status": "ms a task, status",
    "collect": "ms a task, collect",
}


def growth(bench: Bench) -> Iterator[Row]:
    """From 100 to 10,000 tasks. Linear: a task costs no more in the largest run than in one of a
    tenth (a fifth for noise); less, where start-up is shared out among more of them."""
    counts = (100, 1000, 10_000) if bench.full else (100, 1000)
    costs = {count: _costs(bench.place, count) for count in counts}
    largest, tenth = counts[-1], f"{counts[-2]:,} tasks"
    for name, measure in MEASURES.items():
        figures = {
            count: Series(f"{count:,} tasks", (getattr(costs[count], name),)) for count in counts
        }
        yield Row(
            "growth",
            f"{largest:,} × true, 16 at a time, pty",
            measure,
            Series(OURS, figures.pop(largest).values),
            tuple(figures.values()),
            wanted=(ratio_at_most(1.2, tenth),),
        )


def _costs(place: Place, count: int) -> Costs:
    folder = place.fresh()
    (folder / ours.PLAN).write_text(ours.graph_plan(trues(count)))
    took = ms(place, folder, *ours.launch_argv("pty", "--wait", "--jobs", "16"))
    ours.require_passed(folder, count)
    size = (ours.run_folder(folder) / "events.jsonl").stat().st_size
    status, collect = (
        statistics.median(ms(place, folder, ours.program(), verb) for _ in range(3))
        for verb in ("status", "collect")
    )
    ours.remove(folder)
    return Costs(*(value / count for value in (size, took, status, collect)))
