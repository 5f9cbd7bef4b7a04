"""Wall time of the ten-task plan over its critical path; see scripts/bench_agency."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parents[1]
PLAN = "plans/TERMINAL_EXECUTION_PLAN.md"
TMUXPLAN = (sys.executable, "-m", "tmuxplan")
TIMES = 3
PENDING = 4  # the exit status of a run whose gate is all that is left


class Measured(NamedTuple):
    """One launch: seconds that it took, and those of its longest chain."""

    wall_s: float
    path_s: float
    chain: tuple[str, ...]

    @property
    def ratio(self) -> float:
        return self.wall_s / self.path_s


def main(options: list[str]) -> None:
    shown = asked("show", "--json", PLAN)
    measured = []
    for n in range(1, TIMES + 1):
        one = measure(shown, options)
        print(
            f"{n}: {one.wall_s:.2f} s, critical path {one.path_s:.2f} s "
            f"({' → '.join(one.chain)}), ratio {one.ratio:.3f}",
            flush=True,
        )
        measured.append(one)
    print(
        f"medians of {TIMES}: {statistics.median(one.wall_s for one in measured):.2f} s, "
        f"critical path {statistics.median(one.path_s for one in measured):.2f} s, "
        f"ratio {statistics.median(one.ratio for one in measured):.3f} (aim 1.1)"
    )


def measure(shown: Mapping[str, Any], options: list[str]) -> Measured:
    """One launch of the healthy plan up to its gate."""
    subprocess.run([ROOT / "examples/agency/setup"], cwd=ROOT, check=True)
    began = time.monotonic()
    command = [*TMUXPLAN, "launch", PLAN, "--wait", "--yes", *options]
    done = subprocess.run(command, cwd=ROOT, env=environment(), capture_output=True, check=False)
    wall_s = time.monotonic() - began
    if done.returncode != PENDING:
        sys.exit(f"the plan is not healthy:\n{done.stdout.decode()}{done.stderr.decode()}")
    chain = longest(shown, spans(asked("collect", "-f", "json")))
    return Measured(wall_s, *chain)


def environment() -> dict[str, str]:
    """A tmux server of our own, so that nobody's sessions are beside it, or stay."""
    return {**os.environ, "TMUXPLAN_SOCKET": "bench-agency"}


def asked(*words: str) -> dict[str, Any]:
    """What a command of tmuxplan prints as JSON."""
    done = subprocess.run([*TMUXPLAN, *words], cwd=ROOT, capture_output=True, check=False)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def spans(report: Mapping[str, Any]) -> dict[str, tuple[float, float]]:
    """Start and end of each task, in seconds of the epoch."""
    return {
        task["id"]: (
            moment(task["attempts"][0]["started"]),
            moment(task["attempts"][-1]["ended"]),
        )
        for task in report["tasks"]
    }


def moment(text: str) -> float:
    return datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


def longest(
    shown: Mapping[str, Any], at: Mapping[str, tuple[float, float]]
) -> tuple[float, tuple[str, ...]]:
    """The longest chain: through dependencies, and through locks in the order they were held.

    Of a server that others need only up, what counts for them is the time until they began.
    """
    tasks = {task["id"]: task for task in shown["tasks"]}
    best: dict[str, tuple[float, tuple[str, ...]]] = {}
    for task_id in sorted(at, key=lambda one: at[one]):
        began, ended = at[task_id]
        kinds = {edge["on"]: edge["kind"] for edge in tasks[task_id]["dependencies"]}
        before = [
            best[on] if kind != "ready" else (best[on][0] - (at[on][1] - began), best[on][1])
            for on, kind in (kinds | held_before(tasks, at, task_id)).items()
        ]
        length, chain = max(before, default=(0.0, ()))
        best[task_id] = (length + ended - began, (*chain, task_id))
    return max(best.values())


def held_before(
    tasks: Mapping[str, Any], at: Mapping[str, tuple[float, float]], task_id: str
) -> dict[str, str]:
    """Tasks that held one of its locks before it."""
    locks = set(tasks[task_id]["locks"])
    return {
        other: "lock"
        for other in at
        if locks & set(tasks[other]["locks"]) and at[other] < at[task_id]
    }


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    finally:
        subprocess.run(
            ["tmux", "-L", "bench-agency", "kill-server"], capture_output=True, check=False
        )
