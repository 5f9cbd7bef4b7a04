"""Who can start now: the state of a run, indexed so that a decision costs what changed.

The board is derived from the plan and the events alone, like `RunState`; it exists because
asking every task after every event is quadratic at thousands of tasks.
"""

from __future__ import annotations

import heapq

from tmuxplan import events as ev
from tmuxplan.plan.model import Plan, Task
from tmuxplan.schedule.graph import graph_of, remaining
from tmuxplan.schedule.state import RunState

PASSES = frozenset({"passed", "skipped"})


class Board:
    """What waits, what may start, what runs, and what needs a person.

    `apply` is given every event after `RunState.apply`, and `now`, a clock that never goes
    back, in seconds: deadlines are kept in it.
    """

    def __init__(self, plan: Plan, selected: frozenset[str]) -> None:
        self.tasks: dict[str, Task] = {t.id: t for t in plan.tasks if t.id in selected}
        self.graph = graph_of(plan, selected)
        self.running: dict[str, int] = {}
        self.deadlines: dict[str, float] = {}
        self.stopping: set[str] = set()
        self.up: set[str] = set()
        self._holders: dict[str, set[str]] = {}
        self.open: set[str] = set(self.tasks)
        self.persons: set[str] = set()
        self.stopped_by: ev.RunStopping | None = None
        self._kinds = {
            (task, need.on): need.kind for task, needs in self.graph.needs.items() for need in needs
        }
        self._unmet = {task: len(needs) for task, needs in self.graph.needs.items()}
        self._doomed: dict[str, list[str]] = {}
        self._roots: dict[str, tuple[str, ...]] = {}
        self._rank = remaining(plan)
        self._order = {task: n for n, task in enumerate(self.graph.order)}
        self._ready: set[str] = set()
        self._startable: list[tuple[float, int, str]] = []
        self._to_block: list[str] = []
        self._to_ask: list[str] = []
        for task in self.graph.order:
            self._released(task)

    def pick(self, count: int, *, beside_servers: bool = False) -> list[Task]:
        """Up to `count` tasks that may start now, most urgent first, no lock twice.

        `beside_servers`: locks that servers hold which are up do not count.
        """
        picked: list[Task] = []
        passed_over: list[tuple[float, int, str]] = []
        taken: set[str] = set()
        while self._startable and len(picked) < count:
            entry = heapq.heappop(self._startable)
            if entry[2] not in self._ready:
                continue
            passed_over.append(entry)
            task = self.tasks[entry[2]]
            locks = {lock.text for lock in task.locks}
            if not locks & taken and not self._held(locks, task, beside_servers):
                taken |= locks
                picked.append(task)
        for entry in passed_over:
            heapq.heappush(self._startable, entry)
        return picked

    def unneeded(self) -> list[str]:
        """Servers that are up, and whose dependents have all ended."""
        return [
            task
            for task in self.up
            if task in self.running
            and task not in self.stopping
            and not self.tasks[task].keep
            and not any(other in self.open for other in self._users(task))
        ]

    def awaited(self) -> list[str]:
        """Running tasks that are not up yet, and whose being up somebody waits for."""
        return [
            task
            for task in self.running
            if self.tasks[task].ready is not None
            and task not in self.up
            and any(other in self.open for other in self._users(task))
        ]

    def _users(self, server: str) -> list[str]:
        dependents = self.graph.dependents[server]
        return [other for other in dependents if self._kinds[other, server] == "ready"]

    def _held(self, locks: set[str], task: Task, beside_servers: bool) -> bool:
        """Somebody else holds one. A server shares its locks with those who wait for it."""
        servers = {need.on for need in self.graph.needs[task.id] if need.kind == "ready"}
        spared = servers | self.up if beside_servers else servers
        return any(self._holders.get(lock, set()) - spared for lock in locks)

    def to_block(self) -> list[tuple[str, tuple[str, ...], tuple[str, ...]]]:
        """Tasks that can't run any more: (task, by whom, where it began)."""
        return [
            (task, tuple(self._doomed[task]), self._root_of(task))
            for task in self._to_block
            if task in self.open
        ]

    def to_ask(self) -> list[str]:
        """Tasks that have come up and wait for a person, and were not said yet."""
        return [task for task in self._to_ask if task in self.open]

    def apply(self, event: ev.Event, now: float) -> None:
        """Take an event in; one that changes nothing here is no error."""
        if isinstance(event, ev.RunStopping):
            self.stopped_by = event
        elif isinstance(event, ev.StopAsked):
            self.stopping.add(event.task)
        elif isinstance(event, ev.AttemptStarting):
            self._began(event)
        elif isinstance(event, ev.AttemptStarted):
            self._set_deadline(event.task, now)
        elif isinstance(event, ev.PersonAsked):
            self._asked(event.task)
        elif isinstance(event, ev.ServerReady):
            self._came_up(event.task)
        else:
            self._take_end(event)

    def _take_end(self, event: ev.Event) -> None:
        if isinstance(event, ev.Judged):
            self._judged(event)
        elif isinstance(event, ev.Blocked):
            self._roots[event.task] = event.root
            self._ended(event.task, "blocked")
        elif isinstance(event, ev.Halted):
            self._ended(event.task, "halted")
        elif isinstance(event, ev.Signed):
            self._ended(event.task, "passed")
        elif isinstance(event, ev.Skipped):
            self._ended(event.task, "skipped")

    def _asked(self, task: str) -> None:
        self._to_ask = [other for other in self._to_ask if other != task]
        self.persons.add(task)

    def _came_up(self, server: str) -> None:
        if server in self.up:
            return
        self.up.add(server)
        for user in self._users(server):
            self._unmet[user] -= 1
            self._released(user)

    def _began(self, event: ev.AttemptStarting) -> None:
        self.running[event.task] = event.n
        self._ready.discard(event.task)
        for lock in self.tasks[event.task].locks:
            self._holders.setdefault(lock.text, set()).add(event.task)

    def _set_deadline(self, task: str, now: float) -> None:
        timeout = self.tasks[task].timeout_s
        if timeout is not None:
            self.deadlines[task] = now + timeout

    def _judged(self, event: ev.Judged) -> None:
        task = self.tasks[event.task]
        self.running.pop(event.task, None)
        self.deadlines.pop(event.task, None)
        self.stopping.discard(event.task)
        for lock in task.locks:
            self._holders[lock.text].discard(event.task)
        if event.verdict == "passed" and task.gate is not None:
            self._to_ask.append(event.task)
        else:
            self._ended(event.task, event.verdict)

    def _ended(self, task: str, verdict: str) -> None:
        if task not in self.open:
            return
        self.open.discard(task)
        self._ready.discard(task)
        self.persons.discard(task)
        for dependent in self.graph.dependents[task]:
            self._met(dependent, task, verdict)

    def _met(self, dependent: str, on: str, verdict: str) -> None:
        kind = self._kinds[dependent, on]
        if kind == "ready" and on in self.up:
            return  # released when it came up
        ended_without_being_up = kind == "ready" and verdict != "skipped"
        if ended_without_being_up or (kind != "soft" and verdict not in PASSES):
            if dependent not in self._doomed:
                self._to_block.append(dependent)
            self._doomed.setdefault(dependent, []).append(on)
            return
        self._unmet[dependent] -= 1
        self._released(dependent)

    def _released(self, task: str) -> None:
        if self._unmet[task] > 0 or task not in self.open:  # a person may have skipped it
            return
        if not self.tasks[task].blocks:
            self._to_ask.append(task)
            return
        self._ready.add(task)
        heapq.heappush(self._startable, (-self._rank.get(task, 0.0), self._order[task], task))

    def _root_of(self, task: str) -> tuple[str, ...]:
        roots: list[str] = []
        for on in self._doomed[task]:
            roots.extend(root for root in self._roots.get(on, (on,)) if root not in roots)
        return tuple(roots)


def board_of(plan: Plan, selected: frozenset[str], state: RunState, now: float) -> Board:
    """The board of a run that already has a past: its tasks' ends, replayed."""
    board = Board(plan, selected)
    for task in board.graph.order:
        for event in _past(state, task):
            board.apply(event, now)
    return board


def _past(state: RunState, task: str) -> list[ev.Event]:
    record = state.task(task)
    past: list[ev.Event] = []
    if record.phase == "running" and record.last is not None:
        past.append(ev.AttemptStarting(at=0, task=task, n=record.last.n, nonce=record.last.nonce))
    elif record.verdict == "waiting":
        past.append(ev.PersonAsked(at=0, task=task))
    elif record.skipped is not None:
        past.append(record.skipped)
    elif record.signed is not None:
        past.append(record.signed)
    elif record.verdict == "blocked":
        past.append(ev.Blocked(at=0, task=task, by=record.blocked_by, root=record.root))
    elif record.verdict == "halted" and not record.attempts:
        past.append(ev.Halted(at=0, task=task, why=record.halted))
    elif record.phase == "ended" and record.verdict is not None and record.last is not None:
        past.append(ev.Judged(at=0, task=task, n=record.last.n, verdict=record.verdict))
    return past
