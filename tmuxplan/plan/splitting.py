"""A task that wants several shells, made into tasks: the first one's name, and `T004.2`.

The second shell starts when the first is up, which the plan has to say (`**Ready:**`). Where it
does not, nothing tells when: the commands stay in one shell, and `second-shell` warns of it.
"""

from __future__ import annotations

import msgspec

from tmuxplan.errors import Problem
from tmuxplan.plan.model import Block, Criterion, Edge, Plan, Source, Task

_changed = msgspec.structs.replace


def split(plan: Plan) -> Plan:
    """The plan with a task for each further shell of a task that says when it is up.

    What needed the task needs its further shells too.
    """
    if not any(_wants_more(task) for task in plan.tasks):
        return plan
    tasks: list[Task] = []
    edges: list[Edge] = list(plan.edges)
    for task in plan.tasks:
        shells = _shells(task) if _wants_more(task) else [task]
        tasks += shells
        for shell in shells[1:]:
            edges += _edges(plan, task, shell)
    kept = tuple(problem for problem in plan.problems if not _is_told(problem, plan))
    return _changed(plan, tasks=tuple(tasks), edges=tuple(edges), problems=kept)


def _is_told(problem: Problem, plan: Plan) -> bool:
    """The warning that several shells would be one."""
    if problem.code != "second-shell":
        return False
    lines = {b.line for task in plan.tasks if _wants_more(task) for b in task.blocks if b.window}
    return problem.line in lines


def _wants_more(task: Task) -> bool:
    return task.ready is not None and any(block.window for block in task.blocks)


def _shells(task: Task) -> list[Task]:
    """The first keeps what is said of the task; checks that are commands go to the last, since
    a server's own shell never gets to them."""
    windows = sorted({block.window for block in task.blocks})
    first, *others = (tuple(b for b in task.blocks if b.window == w) for w in windows)
    last = len(others) - 1
    checks = tuple(c for c in task.criteria if c.kind == "command")
    rest = tuple(c for c in task.criteria if c.kind != "command")
    found = [_changed(task, blocks=first, criteria=rest)]
    for n, blocks in enumerate(others):
        found.append(_shell(task, n + 2, blocks, checks if n == last else ()))
    return found


def _shell(
    task: Task, number: int, blocks: tuple[Block, ...], checks: tuple[Criterion, ...]
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
        timeout_s=task.timeout_s,
        shell=task.shell,
        host=task.host,
    )


def _edges(plan: Plan, task: Task, shell: Task) -> list[Edge]:
    here = Source("prose", shell.line, "ready")
    found = [Edge(shell.id, task.id, "ready", (here,))]
    for edge in plan.edges:
        if edge.on == task.id:
            kind = "hard" if edge.kind == "ready" else edge.kind
            found.append(_changed(edge, on=shell.id, kind=kind))
    return found
