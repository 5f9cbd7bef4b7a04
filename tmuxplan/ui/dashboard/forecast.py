"""When a run will be over, in words: by the tasks that it waits for to the last. Pure."""

from __future__ import annotations

import msgspec

from tmuxplan.report.at_a_glance import about
from tmuxplan.report.facts import RunFacts, TaskFacts
from tmuxplan.report.words import counted, listed
from tmuxplan.schedule.standing import Forecast
from tmuxplan.schedule.state import RunState
from tmuxplan.ui.tables import short

_OPEN = frozenset({"running", "waiting", "not started"})


class Left(msgspec.Struct, frozen=True):
    """`seconds` to the end, by what the tasks of `path` are expected to take.

    `unknown`: of how many tasks that are left nobody knows; `person`: one on the way waits for a
    person, who takes as long as they take. `late_s`: by how much what runs is late.
    """

    seconds: float = 0.0
    path: tuple[str, ...] = ()
    unknown: int = 0
    person: bool = False
    late_s: float = 0.0


def left_of(run: RunFacts, state: RunState, forecast: Forecast) -> Left:
    """Of a run that goes on; one that does not has nothing left."""
    if run.state != "running":
        return Left()
    rest = forecast.rest(state, run.now)
    tasks = [task for task in run.tasks if task.outcome in _OPEN]
    way = frozenset(rest.path)
    return Left(
        seconds=rest.seconds,
        path=rest.path,
        unknown=sum(task.expected_s is None and task.has_commands for task in tasks),
        person=any(task.has_gate or not task.has_commands for task in tasks if task.id in way),
        late_s=min((_late(task) for task in tasks if task.outcome == "running"), default=0.0),
    )


def words(left: Left) -> str:
    """ "~14m left", "~3m or more left, 4 tasks without an estimate"; empty where nobody knows."""
    if left.seconds <= 0:
        return f"{short(left.late_s)} later than expected" if left.late_s >= 1 else ""
    said = about(left.seconds)
    if not left.unknown and not left.person:
        return f"{said} left"
    said = f"{said} or more left"
    if left.unknown:
        return f"{said}, {counted(left.unknown, 'task')} without an estimate"
    return f"{said}, and a person"


def by_way_of(left: Left) -> str:
    """ "T004 → T007 → T010": what the time that is left depends on."""
    if left.seconds <= 0:
        return ""
    return listed(left.path, 6).replace(", ", " → ")


def _late(task: TaskFacts) -> float:
    """Of what runs: where something is not late, the run is not."""
    taken = task.last.seconds if task.last else None
    if taken is None or task.expected_s is None or task.retry_at is not None:
        return 0.0
    return max(0.0, taken - task.expected_s)
