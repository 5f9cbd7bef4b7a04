"""Any run: random plans, tasks that do anything, people who do anything. It ends, and obeys."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from simulation import Act, Try, World

from tmuxplan.events import Verdict
from tmuxplan.plan.model import Block, Edge, Estimate, Plan, Ready, Task, Text
from tmuxplan.schedule.policy import Policy

ENDS: list[Verdict] = ["passed", "passed", "passed", "failed", "lost", "timed out"]


@st.composite
def tries(draw: st.DrawFn, server: bool) -> list[Try]:
    found = []
    for _ in range(draw(st.integers(1, 3))):
        verdict = draw(st.sampled_from(ENDS))
        lasts = float(draw(st.integers(0, 6)))
        if not server:
            found.append(Try(verdict, lasts))
            continue
        # It stays until it is stopped, or dies by itself, before it is up or after.
        up_after = draw(st.one_of(st.none(), st.integers(0, 8)))
        stays = draw(st.booleans())
        leaves = draw(st.booleans())
        found.append(Try(verdict, 10_000.0 if stays else lasts, up_after, leaves))
    return found


@st.composite
def worlds(draw: st.DrawFn) -> World:
    count = draw(st.integers(1, 9))
    names = [f"t{n}" for n in range(count)]
    servers = {name for name in names if draw(st.integers(0, 3)) == 0}
    edges = [
        Edge(names[late], names[early], draw(_kind(names[early] in servers)))
        for late in range(count)
        for early in range(late)
        if draw(st.integers(0, 2)) == 0
    ]
    tasks = tuple(draw(_task(name, name in servers)) for name in names)
    plan = Plan(path="p.md", title="p", sha256="", tasks=tasks, edges=tuple(edges))
    policy = Policy(
        jobs=draw(st.integers(1, 4)),
        retry_delay_s=float(draw(st.sampled_from([0, 0, 1, 3]))),
        max_failures=draw(st.one_of(st.none(), st.integers(1, 3))),
        halt=draw(st.sampled_from(["stop", "drain"])),
    )
    does = {name: draw(tries(name in servers)) for name in names}
    kinds = st.sampled_from(
        ["pause", "unpause", "retry", "retry", "skip", "sign", "stop", "drain", "crash", "crash"]
    )
    act = st.builds(Act, st.integers(0, 25).map(float), kinds, st.sampled_from(names))
    return World(plan, policy, does, draw(st.lists(act, max_size=5)))


def _kind(server: bool) -> st.SearchStrategy[Any]:
    return st.sampled_from(["ready", "ready", "hard", "soft"] if server else ["hard", "soft"])


@st.composite
def _task(draw: st.DrawFn, name: str, server: bool) -> Task:
    locks = draw(st.lists(st.sampled_from(["x", "y"]), max_size=2, unique=True))
    person = not server and draw(st.integers(0, 9)) == 0
    return Task(
        id=name,
        title=name,
        line=1,
        blocks=() if person else (Block(1, "true"),),
        locks=tuple(Text(lock, 1) for lock in locks),
        retries=draw(st.sampled_from([None, 0, 1, 2])),
        gate=Text("manual", 1) if draw(st.integers(0, 9)) == 0 else None,
        # A deadline for being up, or else for the whole: an attempt that hangs is no end.
        timeout_s=50.0 if server else draw(st.sampled_from([None, 4.0])),
        ready=Ready("port", "1", 1, draw(st.sampled_from([3.0, 9.0]))) if server else None,
        estimate=draw(st.sampled_from([None, Estimate(1, 2, "", 1)])),
        keep=False,
    )


@settings(max_examples=150, deadline=None)
@given(worlds())
def test_any_run_ends_and_obeys(world: World) -> None:
    world.run()


@st.composite
def parallel(draw: st.DrawFn) -> tuple[World, float, float]:
    """Tasks that all pass, with their total work and longest chain."""
    count = draw(st.integers(1, 14))
    names = [f"t{n}" for n in range(count)]
    lasts = {name: float(draw(st.integers(0, 9))) for name in names}
    longest = dict(lasts)
    edges = []
    for late in range(count):
        for early in range(late):
            if draw(st.integers(0, 3)) == 0:
                edges.append(
                    Edge(names[late], names[early], draw(st.sampled_from(["hard", "soft"])))
                )
                chain = longest[names[early]] + lasts[names[late]]
                longest[names[late]] = max(longest[names[late]], chain)
    tasks = tuple(Task(id=name, title=name, line=1, blocks=(Block(1, "true"),)) for name in names)
    plan = Plan(path="p.md", title="p", sha256="", tasks=tasks, edges=tuple(edges))
    does = {name: [Try("passed", lasts[name])] for name in names}
    world = World(plan, Policy(jobs=draw(st.integers(1, 6))), does, [])
    return world, sum(lasts.values()), max(longest.values())


@settings(max_examples=100, deadline=None)
@given(parallel())
def test_no_job_is_idle_while_a_task_could_run(case: tuple[World, float, float]) -> None:
    """The bound of list scheduling: total / jobs + (1 - 1 / jobs) * the longest chain."""
    world, total, longest = case
    world.run()
    jobs = world.policy.jobs
    assert world.finished <= total / jobs + (1 - 1 / jobs) * longest + 1e-9
    assert world.finished >= max(longest, total / jobs) - 1e-9
    assert {world.verdict(task.id) for task in world.plan.tasks} == {"passed"}
