"""`scripts/bench`: measure, show one table, write it down where that is asked for."""

from __future__ import annotations

import argparse
import datetime
import json
import os
import signal
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from benches import ours, pages, show
from benches.machine import Machine, machine
from benches.place import WrongRun, place
from benches.row import Row, every
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

PAGE = Path(__file__).resolve().parents[2] / "docs" / "performance.md"
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
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # what was started must not stay
    began, on = time.monotonic(), machine()
    date = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d %H:%M UTC")
    rows: list[Row] = []
    wrong: list[str] = []
    with place() as made:
        for name in asked.works or WORKS:
            rows += _measured(Bench(made, asked.full), name, wrong)
    print(f"\n{pages.about(on, date)}\n\n{show.table(rows)}\n")
    if asked.json:
        asked.json.write_text(json.dumps(_told(rows, on, date), indent=2) + "\n", "utf-8")
    if asked.full:
        pages.write(PAGE, rows, on, date, whole=not asked.works and not wrong)
    print(f"{time.monotonic() - began:.0f} s", file=sys.stderr)
    for text in wrong:
        print(f"WRONG: {text}", file=sys.stderr)
    return 1 if wrong else 0


def _measured(bench: Bench, name: str, wrong: list[str]) -> list[Row]:
    """A work's rows; those before what was wrong where something is."""
    os.sync()  # what the work before left to be written would be written during this one
    began = time.monotonic()
    rows: list[Row] = []
    try:
        rows.extend(WORKS[name](bench))
    except WrongRun as error:
        wrong.append(f"{name}: {error}")
    finally:  # a server that holds the history of floods forks slower: the next work has its own
        bench.place.end_server(ours.SOCKET)
    print(f"{time.monotonic() - began:6.1f} s  {name}", file=sys.stderr, flush=True)
    return rows


def _told(rows: Sequence[Row], on: Machine, date: str) -> object:
    return {
        "date": date,
        "machine": on._asdict(),
        "rows": [
            {
                "work": row.work,
                "measure": row.measure,
                "figures": {one.name: one.values for one in (row.ours, *row.others)},
                "not_measured": row.missing,
                **{
                    name: {
                        "text": [goal.text for goal in goals],
                        "reached": every(goal.reached(row) for goal in goals) if goals else None,
                    }
                    for name, goals in (("wanted", row.wanted), ("aim", row.aim))
                },
            }
            for row in rows
        ],
    }


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="scripts/bench", description="Measure tmuxplan beside its peers."
    )
    parser.add_argument("works", nargs="*", metavar="WORK", help=f"of {', '.join(WORKS)}")
    size = parser.add_mutually_exclusive_group()
    size.add_argument("--quick", action="store_true", help="small counts, two minutes (default)")
    size.add_argument("--full", action="store_true", help="all, and write docs/performance.md")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there, too")
    asked = parser.parse_args()
    unknown = [name for name in asked.works if name not in WORKS]
    if unknown:
        parser.error(f"there is no work {unknown[0]!r}; there are {', '.join(WORKS)}")
    return asked


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
