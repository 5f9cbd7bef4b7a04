"""A plan of what a failure leaves to do, recovery first. Pure; what it says can be launched.

The tasks are written from the plan as it was read, not copied as text: only what was understood
is there, and reading it again must give the same (`library.escalating` sees to it).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping

import msgspec

from tmuxplan.plan.model import Block, Criterion, Edge, Plan, Task, Text
from tmuxplan.report.facts import RunFacts
from tmuxplan.report.words import clock, code, one_line, prose

_PLAIN_ID = re.compile(r"T(\d{1,6})(?:\.\d{1,6})?")
_SAYS = {"hard": "", "soft": " (optional)", "ready": " (running)"}
_DONE = frozenset({"passed", "skipped"})


class Left(msgspec.Struct, frozen=True):
    """What is left to do. `tasks` in the plan's order, with ids that the fallback plan can have;
    `was` are their old ids by the new; `recover` maps the id of a recovery task to the task (new
    id) that waits for it."""

    tasks: tuple[Task, ...]
    edges: tuple[Edge, ...]
    was: dict[str, str]
    recover: dict[str, str]


def left(plan: Plan, run: RunFacts, failed: str) -> Left:
    """What `failed` leaves to do: itself, all that needs it, and what these need besides that has
    not passed. A server that they need up is started again."""
    outcome = {task.id: task.outcome for task in run.tasks}
    wanted = _with_needs(plan, _with_dependents(plan, failed, outcome), outcome)
    chosen = [task for task in plan.tasks if task.id in wanted]
    new = _ids([task.id for task in chosen])
    tasks = tuple(msgspec.structs.replace(task, id=new[task.id]) for task in chosen)
    edges = tuple(
        msgspec.structs.replace(edge, task=new[edge.task], on=new[edge.on])
        for edge in plan.edges
        if edge.task in new and edge.on in new
    )
    broken = [task for task in chosen if task.recovery and outcome.get(task.id) not in _DONE]
    numbers = [_PLAIN_ID.fullmatch(id_) for id_ in (*new.values(), *outcome)]
    first = 1 + max((int(found[1]) for found in numbers if found), default=0)
    recover = {
        f"T{first + n:03d}": new[task.id]
        for n, task in enumerate(t for t in broken if _has_run(run, t.id) or t.id == failed)
    }
    return Left(tasks, edges, {id_: old for old, id_ in new.items()}, recover)


def fallback(plan: Plan, run: RunFacts, left: Left, front_matter: str) -> str:
    """Markdown. `front_matter` is YAML, with the settings of the launch."""
    lines = [
        "---",
        front_matter.strip("\n"),
        "---",
        "",
        f"# Fallback: {prose(plan.title or run.plan_title)}",
        "",
        f"Written by tmuxplan at {clock(run.now)}, from {code(run.plan_path)}",
        f"and run {code(run.id)}. It holds what that run left to do. Read it before you launch it.",
    ]
    for id_, waits in left.recover.items():
        lines += ["", *_recovery(id_, next(task for task in left.tasks if task.id == waits))]
    for task in left.tasks:
        lines += ["", *_task(task, left)]
    return "\n".join(lines) + "\n"


def _has_run(run: RunFacts, task: str) -> bool:
    return any(each.attempts for each in run.tasks if each.id == task)


def _with_dependents(plan: Plan, failed: str, outcome: Mapping[str, str]) -> set[str]:
    found, todo = {failed}, [failed]
    while todo:
        on = todo.pop()
        for edge in plan.edges:
            more = edge.task not in found and outcome.get(edge.task) not in _DONE
            if edge.on == on and edge.kind != "soft" and more:
                found.add(edge.task)
                todo.append(edge.task)
    return found


def _with_needs(plan: Plan, wanted: set[str], outcome: Mapping[str, str]) -> set[str]:
    found, todo = set(wanted), list(wanted)
    while todo:
        task = todo.pop()
        for edge in plan.edges:
            if edge.task != task or edge.kind == "soft" or edge.on in found:
                continue
            if edge.kind == "ready" or outcome.get(edge.on) not in _DONE:
                found.add(edge.on)
                todo.append(edge.on)
    return found


def _ids(old: Collection[str]) -> dict[str, str]:
    """The same where all can stand in a heading and be read back; else new ones, in order."""
    if all(_PLAIN_ID.fullmatch(id_) for id_ in old):
        return {id_: id_ for id_ in old}
    return {id_: f"T{n:03d}" for n, id_ in enumerate(old, 1)}


def _recovery(id_: str, task: Task) -> Iterator[str]:
    yield f"## {id_}: Recover {task.id}"
    yield ""
    yield "**Dependencies:** None"
    yield "**Gate:** manual"
    yield ""
    yield f"Do what the plan says for the failure of {prose(task.title)}, then sign this task:"
    yield ""
    yield from (f"- {prose(said.text, 2000)}" for said in task.recovery)


def _task(task: Task, left: Left) -> Iterator[str]:
    was = left.was[task.id]
    yield f"## {task.id}: {one_line(task.title)}" + (f" (was {was})" if was != task.id else "")
    yield ""
    yield from _metadata(task, left)
    blocks = [block for block in task.blocks if block.role == "run"]
    for block in blocks:
        yield ""
        yield from _fence(block)
    checks = [block for block in task.blocks if block.role == "verify"]
    criteria = asked_there(task)
    if criteria or checks:
        yield ""
        yield "### Success Criteria"
        yield ""
        yield from (f"- {one_line(criterion.text, 10_000)}" for criterion in criteria)
        for block in checks:
            yield ""
            yield from _fence(block)
    if task.recovery:
        yield ""
        yield "### Failure Recovery"
        yield ""
        yield from (f"- {prose(said.text, 2000)}" for said in task.recovery)


def asked_there(task: Task) -> tuple[Criterion, ...]:
    """Its criteria in a fallback plan, where the shells of a task are tasks of their own: what
    has to be in their output is asked of the first."""
    if not task.shell_of:
        return task.criteria
    return tuple(c for c in task.criteria if c.kind != "regex" or c.negated)


def _metadata(task: Task, left: Left) -> Iterator[str]:
    needs = [id_ for id_, waits in left.recover.items() if waits == task.id]
    needs += [f"{edge.on}{_SAYS[edge.kind]}" for edge in left.edges if edge.task == task.id]
    yield f"**Dependencies:** {', '.join(needs) or 'None'}"
    if task.estimate:
        yield f"**Time:** {one_line(task.estimate.text)}"
    if task.impact:
        yield f"**Failure Impact:** {one_line(task.impact.text)}"
    if task.gate:
        yield f"**Gate:** {one_line(task.gate.text)}"
    if task.locks:
        yield f"**Locks:** {', '.join(one_line(lock.text) for lock in task.locks)}"
    if task.ready and not task.ready.asked:  # what is inferred is inferred again
        yield f"**Ready:** {_up(task)}"
    if task.keep:
        yield "**Keep:** yes"
    if task.timeout_s is not None:
        yield f"**Timeout:** {task.timeout_s:g}s"
    if task.shell:
        yield f"**Shell:** {_text(task.shell)}"
    if task.host:
        yield f"**Host:** {_text(task.host)}"


def _up(task: Task) -> str:
    assert task.ready is not None
    kind, value = task.ready.kind, task.ready.value
    return {"port": f"port:{value}", "url": value, "line": f"~ {value}"}[kind]


def _text(said: Text) -> str:
    return one_line(said.text)


def _fence(block: Block) -> Iterator[str]:
    longest = max((len(ticks) for ticks in re.findall("`+", block.text)), default=0)
    fence = "`" * max(3, longest + 1)
    if block.expects:
        yield "This must fail:" if block.expects == "must fail" else "This is expected to fail:"
        yield ""
    yield f"{fence}{block.language or 'bash'}"
    yield from block.text.rstrip("\n").split("\n")
    yield fence
