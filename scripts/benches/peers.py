"""Who else runs commands that depend on each other: each gets the same graph, and how many at once.

A peer writes its own file, and its command line runs it. That everything ran is known from what
the jobs wrote down, or, of jobs without seconds, from what the peer prints of each.
"""

from __future__ import annotations

import json
import re
import shutil
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from benches.graphs import RAN, Graph, Job
from benches.place import Place, WrongRun

HERE = Path(__file__).resolve().parent
MANY = 1000
"""How many at once where there is no limit, for those that want a number."""

Write = Callable[[Path, Graph, int | None], Sequence[str]]


class Ran(NamedTuple):
    """A peer's run: where, in how many seconds, and what it printed."""

    folder: Path
    took_s: float
    said: str


class Peer(NamedTuple):
    """`program` has to be on PATH. `write` makes its file in a folder and says what to run;
    `echo` matches once in its output for each job that ran."""

    name: str
    program: str
    write: Write
    echo: str

    def installed(self) -> bool:
        return shutil.which(self.program) is not None

    def run_in(self, place: Place, graph: Graph, at_once: int | None) -> Ran:
        """To its end, without looking at what the jobs did."""
        folder = place.fresh()
        argv = self.write(folder, graph, at_once)
        began = time.monotonic()
        said = place.run(argv, folder)
        return Ran(folder, time.monotonic() - began, said)

    def run(self, place: Place, graph: Graph, at_once: int | None) -> float:
        """Seconds for the graph, start-up and all. WrongRun unless every job ran once, after
        what it needs."""
        folder, took, said = self.run_in(place, graph, at_once)
        if graph.timed:
            wrong = graph.wrong((folder / RAN).read_text().split())
        else:
            ran = len(re.findall(self.echo, said, re.MULTILINE))
            wrong = "" if ran == len(graph.jobs) else f"{ran} of {len(graph.jobs)} jobs ran"
        if wrong:
            raise WrongRun(f"{self.name}: {wrong}")
        shutil.rmtree(folder)
        return took


def _make(folder: Path, graph: Graph, at_once: int | None) -> Sequence[str]:
    names = " ".join(job.name for job in graph.jobs)
    rules = [f"{j.name}: {' '.join(j.after)}\n\t{j.command}" for j in graph.jobs]
    text = "\n".join([f"all: {names}", f".PHONY: all {names}", *rules, ""])
    (folder / "Makefile").write_text(text)
    return ("make", f"-j{at_once}" if at_once else "-j")


def _ninja(folder: Path, graph: Graph, at_once: int | None) -> Sequence[str]:
    builds = [
        f"build {j.name}: run {' '.join(j.after)}\n command = {j.command.replace('$', '$$')}"
        for j in graph.jobs
    ]
    (folder / "build.ninja").write_text("\n".join(["rule run", " command = $command", *builds, ""]))
    return ("ninja", "-v", f"-j{at_once or MANY}")


def _go_task(folder: Path, graph: Graph, at_once: int | None) -> Sequence[str]:
    tasks = {
        job.name: {"deps": list(job.after), "cmds": [_in_sh(job)], "run": "once"}
        for job in graph.jobs
    }
    everything = {"default": {"deps": [job.name for job in graph.jobs]}}
    (folder / "Taskfile.yml").write_text(json.dumps({"version": "3", "tasks": everything | tasks}))
    return ("task", *(("-C", str(at_once)) if at_once else ()))


def _in_sh(job: Job) -> str:
    """Its own shell loses appended lines when many jobs end at once; `true` needs none."""
    return f"sh -c '{job.command}'" if job.command != "true" else "true"


def _just(folder: Path, graph: Graph, at_once: int | None) -> Sequence[str]:
    names = " ".join(job.name for job in graph.jobs)
    recipes = [f"[parallel]\n{j.name}: {' '.join(j.after)}\n  {j.command}" for j in graph.jobs]
    (folder / "justfile").write_text("\n".join([f"[parallel]\nall: {names}", *recipes, ""]))
    return ("just", "--jobs", str(at_once or MANY), "all")


def _doit(folder: Path, graph: Graph, at_once: int | None) -> Sequence[str]:
    jobs = [(job.name, job.command, job.after) for job in graph.jobs]
    (folder / "dodo.py").write_text(
        "DOIT_CONFIG = {'backend': 'json', 'verbosity': 0}\n"
        f"JOBS = {jobs!r}\n"
        "def task_all():\n"
        "    for name, command, after in JOBS:\n"
        "        yield {'basename': name, 'actions': [command],\n"
        "               'task_dep': list(after)}\n"
    )
    return ("doit", "run", "-n", str(at_once or len(graph.jobs)), "-P", "thread")


def _dask(folder: Path, graph: Graph, at_once: int | None) -> Sequence[str]:
    jobs = [(job.name, job.command, job.after) for job in graph.jobs]
    (folder / "jobs.json").write_text(json.dumps(jobs))
    python = Path(shutil.which("dask") or "").with_name("python")
    return (str(python), str(HERE / "dask_peer.py"), "jobs.json", str(at_once or len(graph.jobs)))


def _snakemake(folder: Path, graph: Graph, at_once: int | None) -> Sequence[str]:
    names = [job.name for job in graph.jobs]
    rules = [
        f"rule {j.name}:\n  input: {[f'{name}.done' for name in j.after]!r}\n"
        f"  output: touch('{j.name}.done')\n  shell: {j.command!r}\n"
        for j in graph.jobs
    ]
    wanted = f"rule all:\n  input: {[f'{name}.done' for name in names]!r}\n"
    (folder / "Snakefile").write_text("\n".join([wanted, *rules]))
    return ("snakemake", "--cores", str(at_once or MANY))


def _xargs(folder: Path, graph: Graph, at_once: int | None) -> Sequence[str]:
    _names(folder, graph)
    return ("sh", "-c", f"xargs -t -n 1 -P {at_once or MANY} true <names")


def _parallel(folder: Path, graph: Graph, at_once: int | None) -> Sequence[str]:
    _names(folder, graph)
    jobs = at_once or MANY
    return ("sh", "-c", f"parallel --will-cite --joblog log -j {jobs} true <names && cat log")


def _names(folder: Path, graph: Graph) -> None:
    (folder / "names").write_text("".join(f"{job.name}\n" for job in graph.jobs))


MAKE = Peer("make", "make", _make, r"^true$")
NINJA = Peer("ninja", "ninja", _ninja, r"^\[\d+/\d+\] true$")
GO_TASK = Peer("go-task", "task", _go_task, r"^task: \[j\d+\] true$")
JUST = Peer("just", "just", _just, r"^true$")
DOIT = Peer("doit", "doit", _doit, r"^\.  j\d+")
DASK = Peer("Dask", "dask", _dask, r"^j\d+ 0$")
SNAKEMAKE = Peer("snakemake", "snakemake", _snakemake, r"^Finished jobid: [1-9]\d* ")
XARGS = Peer("xargs", "xargs", _xargs, r"^true j\d+$")
PARALLEL = Peer("GNU parallel", "parallel", _parallel, r"\t0\t0\ttrue j\d+$")
ALL: tuple[Peer, ...] = (MAKE, NINJA, GO_TASK, JUST, DOIT, DASK, SNAKEMAKE, XARGS, PARALLEL)
