"""tmuxplan itself, as a user runs it: plans, launches, and what their journals say."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, Literal

import psutil

from benches.graphs import RAN, Graph
from benches.place import TAKES_S, Place, WrongRun

BackendName = Literal["pty", "tmux"]
BACKENDS: tuple[BackendName, ...] = ("pty", "tmux")
Event = Mapping[str, Any]

PLAN = "plan.md"
SOCKET = "bench"
UNLIMITED = 1000


def program() -> str:
    """The one that `scripts/bench` installed, or else the one beside this Python."""
    return os.environ.get("TMUXPLAN_MEASURED") or str(Path(sys.executable).with_name("tmuxplan"))


def plan(tasks: Iterable[tuple[str, str, Iterable[str]]], heading: str = "BENCH") -> str:
    """A plan of (name, commands, names that it needs); names are `j00001` or `T00001`."""
    return f"# {heading}\n\n" + "\n".join(_task(*task) for task in tasks)


def graph_plan(graph: Graph) -> str:
    return plan((job.name, job.command, job.after) for job in graph.jobs)


def _task(name: str, commands: str, after: Iterable[str]) -> str:
    needs = ", ".join(f"Task {_number(one)}" for one in after) or "None"
    return (
        f"## TASK {_number(name)}: {name}\n\n**Dependencies:** {needs}\n\n"
        f"### Commands\n```bash\n{commands}\n```\n"
    )


def _number(name: str) -> str:
    return name[1:]


def launch_argv(backend: BackendName, *options: str) -> list[str]:
    return [program(), "launch", PLAN, "--yes", "--backend", backend, *options]


def run_graph(place: Place, graph: Graph, backend: BackendName, at_once: int | None) -> float:
    """Launch it and wait for the verdict, start-up and all; seconds. WrongRun unless it is GO,
    and every job ran once, after what it needs."""
    folder = place.fresh()
    (folder / PLAN).write_text(graph_plan(graph))
    argv = launch_argv(backend, "--wait", "--jobs", str(at_once or UNLIMITED))
    began = time.monotonic()
    place.run(argv, folder)
    took = time.monotonic() - began
    require_passed(folder, len(graph.jobs))
    if graph.timed and (wrong := graph.wrong((folder / RAN).read_text().split())):
        raise WrongRun(f"tmuxplan on {backend}: {wrong}")
    return took


def require_passed(folder: Path, count: int) -> None:
    """GO, and so many tasks passed."""
    events = journal(folder)
    passed = sum(e["event"] == "judged" and e["verdict"] == "passed" for e in events)
    verdict = events[-1].get("verdict")
    if verdict != "GO" or passed != count:
        raise WrongRun(f"{folder}: {verdict}, {passed} of {count} tasks passed")


def run_folder(folder: Path) -> Path:
    """The one run that was launched here."""
    (found,) = (folder / ".tmuxplan" / "runs").glob("2*")
    return found


def journal(folder: Path) -> list[Event]:
    with (run_folder(folder) / "events.jsonl").open() as lines:
        return [json.loads(line) for line in lines if line.endswith("\n")]


class Started:
    """A launch that goes on while it is looked at. Used as a context: stopped at its end."""

    def __init__(self, place: Place, folder: Path, backend: BackendName, *options: str) -> None:
        self.folder, self._place = folder, place
        place.run(launch_argv(backend, *options), folder)

    def __enter__(self) -> Started:
        return self

    def __exit__(self, *_: object) -> None:
        stop(self._place, self.folder)

    def count(self, event: str) -> int:
        """How many of these are in the journal by now."""
        return sum(one["event"] == event for one in journal(self.folder))

    def supervisor(self) -> psutil.Process:
        """It is on when `launch` returns."""
        until(lambda: self.count("supervisor_started") > 0, "a supervisor started")
        started = (e for e in journal(self.folder) if e["event"] == "supervisor_started")
        try:
            return psutil.Process(next(started)["pid"])
        except psutil.NoSuchProcess as error:
            raise WrongRun(f"{self.folder}: the supervisor is gone") from error


def stop(place: Place, folder: Path) -> None:
    """End the run that goes on here, if one does, and wait until its supervisor has gone: it may
    still be at the server that is about to be killed."""
    subprocess.run(
        [program(), "stop", "--now"],
        cwd=folder,
        env=place.environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=TAKES_S,
        check=False,  # it may have ended by itself
    )
    until(lambda: journal(folder)[-1]["event"] == "run_ended", "the run ended")
    pid = next(e["pid"] for e in journal(folder) if e["event"] == "supervisor_started")
    until(lambda: _ended(pid), "the supervisor was gone")


def _ended(pid: int) -> bool:
    """Gone, or all but gone: its parent has not asked yet how it ended."""
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def until(holds: Callable[[], bool], what: str) -> None:
    """Wait for a condition, which has to come."""
    late = time.monotonic() + 30
    while not holds():
        if time.monotonic() > late:
            raise WrongRun(f"it was waited in vain until {what}")
        time.sleep(0.01)


def remove(folder: Path) -> None:
    """Logs of thousands of tasks are let go at once: the next run's files cost less then."""
    shutil.rmtree(folder, ignore_errors=True)
