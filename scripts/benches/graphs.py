"""The works that are graphs of commands: what everybody is given, and the least that it takes."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import NamedTuple

RAN = "ran"
"""The file, in the working directory, to which each job with seconds adds its name at its end."""


class Job(NamedTuple):
    """One command. With seconds it sleeps and then writes down that it ran; without, it is
    `true`, and that it ran is known from what whoever runs it prints. `body`: another command,
    which writes down for itself what it did."""

    name: str
    seconds: float = 0.0
    after: tuple[str, ...] = ()
    body: str = ""

    @property
    def command(self) -> str:
        timed = f"sleep {self.seconds:g}; echo {self.name} >>{RAN}"
        return self.body or (timed if self.seconds else "true")


class Graph(NamedTuple):
    jobs: tuple[Job, ...]

    @property
    def timed(self) -> bool:
        """Whether its jobs write down that they ran."""
        return any(job.seconds for job in self.jobs)

    def critical_s(self) -> float:
        """The longest chain. Jobs come after those that they need."""
        ends: dict[str, float] = {}
        for job in self.jobs:
            ends[job.name] = job.seconds + max((ends[name] for name in job.after), default=0.0)
        return max(ends.values(), default=0.0)

    def bound_s(self, at_once: int | None) -> float:
        """No scheduler is done earlier: the longest chain, or all work shared out evenly."""
        work = sum(job.seconds for job in self.jobs)
        return max(self.critical_s(), work / at_once if at_once else 0.0)

    def wrong(self, ran: Sequence[str]) -> str:
        """What is wrong with the order in which its jobs ended; empty where nothing is."""
        if sorted(ran) != sorted(job.name for job in self.jobs):
            return f"{len(set(ran))} of {len(self.jobs)} jobs ran, {len(ran)} times in all"
        at = {name: i for i, name in enumerate(ran)}
        early = [job.name for job in self.jobs for name in job.after if at[name] > at[job.name]]
        return f"{', '.join(early[:5])} ran before what they need" if early else ""


def trues(count: int) -> Graph:
    """So many tasks that do nothing, each on its own."""
    return Graph(tuple(Job(f"j{n:05}") for n in range(1, count + 1)))


def ten_tasks(minute_s: float) -> Graph:
    """The shape of a ten-task release plan: 70 minutes along its longest chain."""
    return Graph(
        tuple(
            Job(name, minutes * minute_s, tuple(after.split()))
            for name, minutes, after in (
                ("j00008", 10, ""),
                ("j00004", 10, "j00008"),
                ("j00001", 15, "j00004 j00008"),
                ("j00002", 10, ""),
                ("j00003", 20, "j00001"),
                ("j00005", 15, ""),
                ("j00006", 20, ""),
                ("j00007", 10, ""),
                ("j00009", 15, ""),
                (
                    "j00010",
                    15,
                    "j00001 j00002 j00003 j00004 j00005 j00006 j00007 j00008 j00009",
                ),
            )
        )
    )


def chain(count: int, body: str) -> Graph:
    """One after the other."""
    names = [f"j{n:05}" for n in range(1, count + 1)]
    return Graph(
        tuple(Job(name, 0, tuple(names[max(0, i - 1) : i]), body) for i, name in enumerate(names))
    )


def layered(layers: int = 10, wide: int = 20, seed: int = 6) -> Graph:
    """Layers of tasks of 10 to 200 ms; each needs one to three of the layer before."""
    chance = random.Random(seed)
    jobs: list[Job] = []
    before: list[str] = []
    for layer in range(layers):
        names = [f"j{layer * wide + n:05}" for n in range(1, wide + 1)]
        for name in names:
            after = chance.sample(before, chance.randint(1, 3)) if before else []
            jobs.append(Job(name, chance.randint(10, 200) / 1000, tuple(sorted(after))))
        before = names
    return Graph(tuple(jobs))
