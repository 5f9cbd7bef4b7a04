"""Commands that print and end: how long a user looks at nothing."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from benches import ours
from benches.graphs import trues
from benches.measure import OURS, Series, alternate
from benches.place import Place
from benches.row import Goal, Row, at_most, ratio_at_most
from benches.works import Bench

PROGRAMS = (
    ("tmuxp", ("tmuxp", "--version")),
    ("doit", ("doit", "--version")),
    ("honcho", ("honcho", "version")),
    ("bare Python", (str(Path(ours.program()).with_name("python")), "-I", "-c", "pass")),
)


def start_up(bench: Bench) -> Iterator[Row]:
    """`--version`, and `status` on a finished run of ten tasks."""
    place = bench.place
    folder = place.fresh()
    (folder / ours.PLAN).write_text(ours.graph_plan(trues(10)))
    place.run(ours.launch_argv("pty", "--wait"), folder)
    ours.require_passed(folder, 10)
    runs: dict[str, Callable[[], float]] = {
        OURS: partial(ms, place, folder, ours.program(), "--version"),
        "status": partial(ms, place, folder, ours.program(), "status"),
    }
    for name, argv in PROGRAMS:
        if shutil.which(argv[0]):
            runs[name] = partial(ms, place, folder, *argv)
    found = alternate(bench.sized(7, 25), runs)
    missing = tuple(name for name, _ in PROGRAMS if name not in found)
    version, status = found.pop(OURS), Series(OURS, found.pop("status").values)
    others = tuple(found.values())
    for work, series, wanted, aim in (
        ("tmuxplan --version", version, ratio_at_most(0.5, "tmuxp"), at_most(40, " ms")),
        ("status of 10 tasks", status, ratio_at_most(1.0, "tmuxp"), at_most(80, " ms")),
    ):
        yield _row(work, series, others, missing, (wanted, aim))


def _row(
    work: str,
    series: Series,
    others: tuple[Series, ...],
    missing: tuple[str, ...],
    goals: tuple[Goal, Goal],
) -> Row:
    return Row(
        slug="start-up",
        work=work,
        measure="ms, beside the others' --version",
        ours=series,
        others=others,
        missing=missing,
        wanted=goals[:1],
        aim=goals[1:],
    )


def ms(place: Place, folder: Path, *argv: str) -> float:
    """A program's start to its end."""
    began = time.monotonic()
    place.run(argv, folder)
    return (time.monotonic() - began) * 1000
