"""`scripts/bench`: measure, show one table."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Iterator

from benches import show
from benches.place import WrongRun, place
from benches.row import Row
from benches.works import (
    Bench,
    Work,
    checking,
    floods,
    growth,
    nothing,
    resting,
    shapes,
    starting,
    telling,
    windows,
)

WORKS: dict[str, Work] = {
    "windows": windows.ten,
    "nothing-pty": nothing.on_pty,
    "nothing-tmux": nothing.on_tmux,
    "ten-tasks": shapes.ten,
    "layers": shapes.layers,
    "flood": floods.speed,
    "memory": floods.memory,
    "detection": telling.detection,
    "handover": telling.handover,
    "start-up": starting.start_up,
    "check": checking.check,
    "rest": resting.rest,
    "growth": growth.growth,
}


def main() -> int:
    asked = _asked()
    wrong: list[str] = []
    print(f"load {os.getloadavg()[0]:.2f} of {os.cpu_count()} cores at the beginning", flush=True)
    with place() as made:
        rows = list(_measured(Bench(made, asked.full), asked.works or list(WORKS), wrong))
    print(show.table(rows))
    for text in wrong:
        print(f"WRONG: {text}", file=sys.stderr)
    return 1 if wrong else 0


def _measured(bench: Bench, names: list[str], wrong: list[str]) -> Iterator[Row]:
    for name in names:
        began = time.monotonic()
        try:
            yield from WORKS[name](bench)
        except WrongRun as error:
            wrong.append(f"{name}: {error}")
        print(f"{name}: {time.monotonic() - began:.1f} s", file=sys.stderr, flush=True)


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="scripts/bench", description="Measure tmuxplan beside its peers."
    )
    parser.add_argument("works", nargs="*", metavar="WORK", choices=[*WORKS, []])
    size = parser.add_mutually_exclusive_group()
    size.add_argument("--quick", action="store_true", help="small counts, two minutes (default)")
    size.add_argument("--full", action="store_true", help="all of it")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
