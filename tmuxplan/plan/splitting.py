"""A task that wants several shells, made into tasks: the first one's name, and `T004.2`.

A further shell starts when those before it are up, by what the plan says of them or by the ports
of their commands. Where nothing tells, it starts once the one before has passed, as it would in
the order of the document, and `second-shell` warns of it.
"""

from __future__ import annotations

import msgspec

from tmuxplan.errors import Problem
from tmuxplan.plan import readiness
from tmuxplan.plan.model import Block, Criterion, Edge, Plan, Ready, Source, Task

_changed = msgspec.structs.replace


def split(plan: Plan) -> Plan:
    """The plan with a task for each further shell of a task. What needed the task needs its
    further shells too."""
    if not any(_is_several(task) for task in plan.tasks):
        return plan
    tasks: list[Task] = []
    edges: list[Edge] = list(plan.edges)
    problems: list[Problem] = []
    for task in plan.tasks:
        shells = _shells(task) if _is_several(task) else [task]
        if len(shells) == 1 and _is_several(task):
            problems.append(_together(plan, task))
        tasks += shells
        for number in range(1, len(shells)):
            found = _before(shells, number)
            edges += [*found, *_after(plan, task, shells[number])]
            problems += [_unknown(plan, e, shells[number]) for e in found if e.kind == "hard"]
    places = sorted((*plan.problems, *problems), key=lambda p: (p.file, p.line, p.severity))
    return _changed(plan, tasks=tuple(tasks), edges=tuple(edges), problems=tuple(places))


def _is_several(task: Task) -> bool:
    return any(block.window for block in task.blocks)


def _shells(task: Task) -> list[Task]:
    """The first keeps what is said of the task. What is checked by commands is asked of the last:
    a server's own shell never gets to it. What must not be in the output is asked of each, and what
    has to be of all together (`schedule/shells.py`).

    Where nothing tells when the first is up and its commands go on after another's, all stay in
    one: their order is all that is known.
    """
    windows = sorted({block.window for block in task.blocks})
    order = [block.window for block in task.blocks if block.role == "run"]
    if task.ready is None and order != sorted(order):
        return [task]
    first, *others = (tuple(b for b in task.blocks if b.window == w) for w in windows)
    last = len(others) - 1
    output = tuple(c for c in task.criteria if c.kind == "regex")
    checks = tuple(c for c in task.criteria if c.kind != "person")
    own = tuple(c for c in task.criteria if c.kind != "command")
    found = [_changed(task, blocks=first, criteria=own)]
    for n, blocks in enumerate(others):
        up = readiness.of_shell(blocks) if n < last else None
        found.append(_shell(task, n + 2, blocks, checks if n == last else output, up))
    return found


def _shell(
    task: Task,
    number: int,
    blocks: tuple[Block, ...],
    checks: tuple[Criterion, ...],
    up: Ready | None,
) -> Task:
    return Task(
        id=f"{task.id}.{number}",
        title=f"{task.title} (shell {number})",
        line=blocks[0].line,
        file=task.file,
        blocks=tuple(_changed(block, window=0) for block in blocks),
        impact=task.impact,
        criteria=checks,
        recovery=task.recovery,
        ready=up,
        timeout_s=task.timeout_s,
        shell=task.shell,
        host=task.host,
        shell_of=task.id,
    )


def _before(shells: list[Task], number: int) -> list[Edge]:
    """What a further shell waits for: all before it that say when they are up, or the one before.

    One between that says nothing is not waited for: it may never end.
    """
    shell = shells[number]
    here = Source("prose", shell.line, "ready", shell.file)
    up = [other for other in shells[:number] if other.ready]
    if up:
        return [Edge(shell.id, other.id, "ready", (here,)) for other in up]
    return [Edge(shell.id, shells[number - 1].id, "hard", (here,))]


def _after(plan: Plan, task: Task, shell: Task) -> list[Edge]:
    return [
        _changed(edge, on=shell.id, kind="hard" if edge.kind == "ready" else edge.kind)
        for edge in plan.edges
        if edge.on == task.id
    ]


def _unknown(plan: Plan, edge: Edge, shell: Task) -> Problem:
    return _second_shell(
        plan,
        shell,
        f"{shell.id}: these commands are for another shell than those of {edge.on}, and nothing "
        f"says when those are up: they start once {edge.on} has passed",
        "say when it is up, as in `**Ready:** port:8000`",
    )


def _together(plan: Plan, task: Task) -> Problem:
    other = next(block for block in task.blocks if block.window)
    return _second_shell(
        plan,
        _changed(task, line=other.line),
        f"{task.id}: these commands are for another shell than those at line "
        f"{task.blocks[0].line}; they run in the same, one after the other",
        "say when the first is up (`**Ready:** port:8000`), or make a task of the other",
    )


def _second_shell(plan: Plan, shell: Task, message: str, remedy: str) -> Problem:
    return Problem("second-shell", "warning", plan.file_of(shell), shell.line, message, remedy)
