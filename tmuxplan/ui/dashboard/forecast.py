"""When a run will be over, by the critical path of what is left of it. Pure."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from tmuxplan.plan.model import Plan
from tmuxplan.report.facts import RunFacts, TaskFacts
from tmuxplan.report.words import counted, listed
from tmuxplan.schedule.graph import Need, graph_of, sorted_by_need
from tmuxplan.ui.tables import short

_OPEN = frozenset({"running", "waiting", "not started"})


class Forecast(msgspec.Struct, frozen=True):
    """`seconds` to the end, by what tasks of `path`, the chain that takes longest, took before or
    are estimated to.

    `unknown`: how many tasks that are left have no estimate; `person`: one on the way waits for a
    person, who takes as long as they take. `late_s`: by how much the first of the path is late.
    """

    seconds: float = 0.0
    path: tuple[str, ...] = ()
    unknown: int = 0
    person: bool = False
    late_s: float = 0.0


class Order:
    """A plan's tasks, what is needed first; made once."""

    def __init__(self, plan: Plan) -> None:
        graph = graph_of(plan)
        self.order = sorted_by_need(graph)
        self.needs: Mapping[str, tuple[Need, ...]] = graph.needs


def forecast(run: RunFacts, order: Order) -> Forecast:
    """Of a run that goes on; one that does not has nothing left."""
    if run.state != "running":
        return Forecast()
    left = {task.id: task for task in run.tasks if task.outcome in _OPEN}
    ends: dict[str, float] = {}
    came: dict[str, str] = {}
    for task_id in order.order:
        task = left.get(task_id)
        if task is None:
            continue
        begins = 0.0
        for need in order.needs[task_id]:
            if need.on not in ends:
                continue
            # Who needs a server up does not wait for its end.
            upto = 0.0 if need.kind == "ready" else ends[need.on]
            if need.on in left and (upto > begins or task_id not in came):
                begins, came[task_id] = max(begins, upto), need.on
        ends[task_id] = begins + _left(task, run.now)
    if not ends:
        return Forecast()
    last = max(ends, key=ends.__getitem__)
    path = _chain(last, came)
    return Forecast(
        seconds=ends[last],
        path=path,
        unknown=sum(task.expected_s is None and task.has_commands for task in left.values()),
        person=any(left[each].has_gate or not left[each].has_commands for each in path),
        late_s=_late(left[path[0]]),
    )


def words(told: Forecast) -> str:
    """ "about 14m left", "at least 3m left, 4 tasks have no estimate"; empty where nobody knows."""
    if told.seconds <= 0:
        if told.late_s > 0:
            return f"{short(told.late_s)} later than planned"
        return ""
    sure = "at least" if told.unknown or told.person else "about"
    said = f"{sure} {short(told.seconds)} left"
    if told.unknown:
        return f"{said}, {counted(told.unknown, 'task')} without an estimate"
    return f"{said}, and a person" if told.person else said


def by_way_of(told: Forecast) -> str:
    """ "T004 → T007 → T010": what the time that is left depends on."""
    if told.seconds <= 0 or not told.path:
        return ""
    return listed(told.path, 6).replace(", ", " → ")


def _left(task: TaskFacts, now: float) -> float:
    expected = task.expected_s
    if expected is None or task.outcome == "waiting":
        return 0.0
    if task.retry_at is not None:
        return max(0.0, task.retry_at - now) + expected
    taken = task.last.seconds if task.last and task.outcome == "running" else None
    return max(0.0, expected - (taken or 0.0))


def _late(task: TaskFacts) -> float:
    taken = task.last.seconds if task.last and task.outcome == "running" else None
    if taken is None or task.estimate is None or task.retry_at is not None:
        return 0.0
    return max(0.0, taken - task.estimate.high_s)


def _chain(last: str, came: Mapping[str, str]) -> tuple[str, ...]:
    chain = [last]
    while chain[-1] in came:
        chain.append(came[chain[-1]])
    return tuple(reversed(chain))
