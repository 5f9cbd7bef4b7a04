"""Who can start now: the state of a run, indexed so that a decision costs what changed.

The board is derived from the plan and the events alone, like `RunState`; it exists because
asking every task after every event is quadratic at thousands of tasks.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from tmuxplan import events as ev
from tmuxplan.plan.locks import port_of
from tmuxplan.plan.model import Plan, Task
from tmuxplan.schedule.deadlines import Deadlines
from tmuxplan.schedule.graph import graph_of, turns
from tmuxplan.schedule.locks import Locks
from tmuxplan.schedule.needs import Needs
from tmuxplan.schedule.outside import Outside
from tmuxplan.schedule.policy import DEFAULT, FAILED, Policy
from tmuxplan.schedule.queue import Queue


class Board:
    """What waits, what may start, what runs, and what needs a person.

    `apply` is given every event after `RunState.apply`, and `now`, a clock that never goes
    back, in seconds: deadlines are kept in it. `failed` are the tasks that failed for good.
    `outside` knows which locks other runs hold: whoever can ask tells it.
    """

    def __init__(self, plan: Plan, selected: frozenset[str], policy: Policy = DEFAULT) -> None:
        self.tasks: dict[str, Task] = {t.id: t for t in plan.tasks if t.id in selected}
        self.graph = graph_of(plan, selected)
        self.policy = policy
        self.running: dict[str, int] = {}
        self.deadlines = Deadlines()
        self.stopping: set[str] = set()
        self.open: set[str] = set(self.tasks)
        self.persons: set[str] = set()
        self.failed: dict[str, None] = {}
        self.stopped_by: ev.RunStopping | None = None
        self.paused = False
        self.outside = Outside(self.tasks, self.graph)
        self._locks = Locks()
        self._needs = Needs(self.graph, self.deadlines.coming)
        self.up = self._needs.up
        self._tries: dict[str, int] = {}
        self._to_retry: dict[str, ev.Judged] = {}
        self._left_alive: set[str] = set()
        self._order = {task: n for n, task in enumerate(self.graph.order)}
        by_turn = turns(plan)
        self._queue = Queue(by_turn)
        self._coming_up = Queue(by_turn)
        self._to_block: dict[str, None] = {}
        self._to_ask: dict[str, None] = {}
        for task in self.graph.order:
            self._released(task)

    def pick(self, count: int, now: float, *, beside_servers: bool = False) -> list[Task]:
        """Up to `count` tasks that may start now, most urgent first, no lock twice.

        `beside_servers`: locks that servers hold which are up do not count.
        """
        taken: set[str] = set()

        def may(task_id: str) -> bool:
            task = self.tasks[task_id]
            locks = {lock.text for lock in task.locks}
            if locks & taken or not self._is_due(task.id, now):
                return False
            if self.outside.lacks(task.id, self.open) or not self._free(task, beside_servers):
                return False
            taken.update(locks)
            return True

        return [self.tasks[task] for task in self._queue.pick(count, may)]

    def soon(self, count: int) -> list[str]:
        """Up to `count` tasks that may start next, the most urgent first: those that wait for
        their turn alone, then those that wait for nothing but what runs."""
        turn = self._queue.pick(count, self._waits)
        return turn + self._coming_up.pick(count - len(turn), self._waits)

    def startable(self) -> bool:
        """Whether a task waits for nothing but its turn, a lock or the time of its retry."""
        return bool(self._queue)

    def kept_out(self, now: float) -> dict[str, frozenset[str]]:
        """Tasks that could start, but for locks that other runs hold; which."""
        if not self.outside.elsewhere:
            return {}
        found = {task: self.outside.lacks(task, self.open) for task in self._queue}
        return {task: lacks for task, lacks in found.items() if lacks and self._is_due(task, now)}

    def held_outside(self) -> set[str]:
        """Locks that no other run may have now."""
        found = {name for name in self._locks.held() if port_of(name) is not None}
        for task in (*self.running, *self._to_retry, *self.deadlines.retry):
            found |= self.outside.needed(task, self.open)
        return found

    def unneeded(self) -> list[str]:
        """Servers that are up, and whose dependents have all ended."""
        return [task for task in self._servers() if self.users(task) and not self.is_used(task)]

    def idle(self) -> list[str]:
        """Servers that are up and that nobody who could start waits for, best to end first."""
        return sorted(self._servers(), key=lambda task: (self.is_used(task), self._order[task]))

    def awaited(self) -> list[str]:
        """Tasks that are not up yet, and say how one knows that they are: those that run, and
        those that passed and left a server behind that somebody waits for."""
        return self.coming() + [
            task
            for task in self.running
            if self.tasks[task].ready is not None and task not in self.up | self.stopping
        ]

    def coming(self) -> list[str]:
        """Those that passed, and that somebody who has not begun still waits for."""
        coming = self.deadlines.coming
        return [task for task in coming if any(self._waits(user) for user in self.users(task))]

    def never_up(self, now: float) -> list[tuple[str, str]]:
        """Who waits in vain for what a task left behind: (who, for whom)."""
        return [
            (user, server)
            for server, at in self.deadlines.coming.items()
            if at <= now
            for user in self.users(server)
            if self._waits(user)
        ]

    def users(self, server: str) -> list[str]:
        """Who waits for it to be up."""
        return self._needs.users(server)

    def to_block(self) -> list[tuple[str, tuple[str, ...], tuple[str, ...]]]:
        """Tasks that can't run any more: (task, by whom, where it began)."""
        return [
            (task, self._needs.doomed_by(task), self._needs.roots_of(task))
            for task in self._to_block
            if task in self.open
        ]

    def to_ask(self) -> list[str]:
        """Tasks that have come up and wait for a person, and were not said yet."""
        return [task for task in self._to_ask if task in self.open]

    def to_retry(self) -> list[tuple[str, int, int]]:
        """Failed tasks that another attempt is to be planned for: (task, attempt, retry)."""
        return [(task, end.n, self._tries[task]) for task, end in self._to_retry.items()]

    def retries_left(self, task: str) -> int:
        """How many retries it has left; none while the run stops."""
        if self.stopped_by is not None:
            return 0
        return max(0, (self.tasks[task].retries or 0) + 1 - self._tries.get(task, 0))

    def apply(self, event: ev.Event, now: float) -> None:
        """Take an event in; one that changes nothing here is no error."""
        take = _TAKE.get(type(event))
        if take is not None:
            take(self, event, now)

    def past(self, task: str, tries: int) -> None:
        """So many attempts were made already, since it was last opened."""
        self._tries[task] = tries

    def _servers(self) -> list[str]:
        return [
            task
            for task in self.up
            if task in self.running and task not in self.stopping and not self.tasks[task].keep
        ]

    def is_used(self, server: str) -> bool:
        """Whether somebody who waits for it to be up has not ended."""
        return any(other in self.open for other in self.users(server))

    def _is_due(self, task: str, now: float) -> bool:
        """A retry has its time, and waits for a server that went down and comes up again."""
        if task not in self.deadlines.retry:
            return True
        servers = [need.on for need in self.graph.needs[task] if need.kind == "ready"]
        over = self.up | self.persons | self._to_ask.keys()
        down = any(on in self.open and on not in over for on in servers)
        return self.deadlines.retry[task] <= now and not down

    def _free(self, task: Task, beside_servers: bool) -> bool:
        """A server shares its locks with those who wait for it, whoever came first."""
        servers = {need.on for need in self.graph.needs[task.id] if need.kind == "ready"}
        sharers = servers.union(self.users(task.id), self.up if beside_servers else ())
        return self._locks.free(task, sharers)

    def _stopped(self, event: ev.RunStopping, _: float) -> None:
        self.stopped_by = event

    def _stop_asked(self, event: ev.StopAsked, _: float) -> None:
        self.stopping.add(event.task)

    def _began(self, event: ev.AttemptStarting, _: float) -> None:
        self.running[event.task] = event.n
        self._tries[event.task] = self._tries.get(event.task, 0) + 1
        self._queue.discard(event.task)
        self._coming_up.discard(event.task)
        self.deadlines.ended(event.task)
        self._locks.take(self.tasks[event.task])
        for dependent in self.graph.dependents[event.task]:
            may_wait = self._waits(dependent) and self.tasks[dependent].blocks
            if may_wait and self._needs.lack_only(dependent, self.running.keys()):
                self._coming_up.add(dependent)

    def _started(self, event: ev.AttemptStarted, now: float) -> None:
        if event.task in self.running:
            self.deadlines.began(self.tasks[event.task], now)

    def _stepped(self, event: ev.StepEnded, now: float) -> None:
        if event.task in self.deadlines.up:
            self.deadlines.progressed(self.tasks[event.task], now)

    def _found(self, event: ev.EvidenceFound, _: float) -> None:
        if is_slow(event.evidence):
            self.deadlines.slow.pop(event.task, None)

    def _asked(self, event: ev.PersonAsked, _: float) -> None:
        self._to_ask.pop(event.task, None)
        self._queue.discard(event.task)  # a gate whose commands have run, on a new board
        self.persons.add(event.task)

    def _came_up(self, event: ev.ServerReady, _: float) -> None:
        if event.task in self.up:
            return
        self.up.add(event.task)
        self.deadlines.came_up(event.task)
        for user in self.users(event.task):
            self._wait_again(user)

    def _left(self, event: ev.LeftoverFound, _: float) -> None:
        if event.alive:
            self._left_alive.add(event.task)

    def _judged(self, event: ev.Judged, now: float) -> None:
        task = self.tasks[event.task]
        self.running.pop(task.id, None)
        self.stopping.discard(task.id)
        self.deadlines.ended(task.id)
        if event.verdict in FAILED and self.retries_left(task.id):
            self._to_retry[task.id] = event
            self._went_down(task.id)
            if not self._free(task, beside_servers=False):  # it stood beside another holder
                self._locks.release(task)
            return
        self._locks.release(task)
        if event.verdict == "passed" and self._is_to_come_up(task):
            self.deadlines.left_behind(task, now, lives=task.id in self._left_alive)
        if event.verdict == "passed" and task.gate is not None:
            self._to_ask[task.id] = None
        else:
            self._ended(task.id, event.verdict)

    def _is_to_come_up(self, task: Task) -> bool:
        """That it is up is seen from outside, and somebody waits for that."""
        probed = task.ready is not None and task.ready.kind != "line"
        return probed and task.id not in self.up and self.is_used(task.id)

    def _retried(self, event: ev.RetryPlanned, now: float) -> None:
        self._to_retry.pop(event.task, None)
        self.deadlines.retry[event.task] = now + max(0.0, event.due - event.at)
        if self._free(self.tasks[event.task], beside_servers=False):
            self._locks.take(self.tasks[event.task])
        self._queue.add(event.task)

    def _blocked(self, event: ev.Blocked, _: float) -> None:
        self._needs.blocked(event.task, event.root)
        self._ended(event.task, "blocked")

    def _halted(self, event: ev.Halted, _: float) -> None:
        """Where another attempt was planned, the last one's verdict stands."""
        self._locks.release(self.tasks[event.task])
        failed = event.task in self.deadlines.retry or event.task in self._to_retry
        self._ended(event.task, "failed" if failed else "halted")

    def _signed(self, event: ev.Signed, _: float) -> None:
        self._ended(event.task, "passed")

    def _skipped(self, event: ev.Skipped, _: float) -> None:
        task = event.task
        self._locks.release(self.tasks[task])
        if task in self.open:
            self._ended(task, "skipped")
            return
        self.failed.pop(task, None)
        self._needs.skipped_after_all(task)
        for dependent in self.graph.dependents[task]:
            self._wait_again(dependent)

    def _ended(self, task: str, verdict: str) -> None:
        if task not in self.open:
            return
        self._close(task)
        self._needs.ended(task, verdict)
        if verdict in FAILED:
            self.failed[task] = None
        for dependent in self.graph.dependents[task]:
            self._met(dependent, task, verdict)

    def _close(self, task: str) -> None:
        self.open.discard(task)
        self.persons.discard(task)
        self._queue.discard(task)
        self._coming_up.discard(task)
        self.deadlines.ended(task)
        for waiting in (self._to_retry, self._to_block, self._to_ask):
            waiting.pop(task, None)

    def _met(self, dependent: str, on: str, verdict: str) -> None:
        if self._tries.get(dependent):
            return  # it has begun; what it does without its server is its own matter
        change = self._needs.after(dependent, on, verdict)
        if change == "doomed":
            self._to_block[dependent] = None
        elif change == "met":
            self._released(dependent)

    def _went_down(self, server: str) -> None:
        """It was up, and will be again: who has not begun waits for that."""
        if server in self.up:
            self.up.discard(server)
            for user in self.users(server):
                self._wait_again(user)

    def _reopened(self, event: ev.Reopened, _: float) -> None:
        task = event.task
        self._close(task)
        self._locks.release(self.tasks[task])
        self.open.add(task)
        self._needs.forget(task)
        self.failed.pop(task, None)
        self._left_alive.discard(task)
        self._tries.pop(task, None)
        self.deadlines.coming.pop(task, None)
        self._wait_again(task)
        for dependent in self.graph.dependents[task]:
            self._wait_again(dependent)

    def _wait_again(self, task: str) -> None:
        """Count anew what it waits for, where it has not begun."""
        if not self._waits(task):
            return
        doomed = self._needs.count_again(task)
        self._queue.discard(task)
        self._to_ask.pop(task, None)
        self._to_block.pop(task, None)
        if doomed:
            self._to_block[task] = None
        self._released(task)

    def _released(self, task: str) -> None:
        if not self._needs.are_met(task) or not self._waits(task):
            return
        self._coming_up.discard(task)
        if self.tasks[task].blocks:
            self._queue.add(task)
        else:
            self._to_ask[task] = None

    def _waits(self, task: str) -> bool:
        """It has not begun, and nobody has skipped it or was asked."""
        return task in self.open and not self._tries.get(task) and task not in self.persons

    def _paused(self, _: ev.Paused, __: float) -> None:
        self.paused = True

    def _unpaused(self, _: ev.Unpaused, __: float) -> None:
        self.paused = False


def is_slow(evidence: ev.Evidence) -> bool:
    """Whether this is the scheduler's own warning: everything else stands in the log."""
    return evidence.kind == "warning" and not evidence.log_line and not evidence.step


_TAKE: Mapping[type, Callable[[Board, Any, float], None]] = {
    ev.RunStopping: Board._stopped,
    ev.Paused: Board._paused,
    ev.Unpaused: Board._unpaused,
    ev.StopAsked: Board._stop_asked,
    ev.AttemptStarting: Board._began,
    ev.AttemptStarted: Board._started,
    ev.StepEnded: Board._stepped,
    ev.EvidenceFound: Board._found,
    ev.PersonAsked: Board._asked,
    ev.ServerReady: Board._came_up,
    ev.LeftoverFound: Board._left,
    ev.Judged: Board._judged,
    ev.RetryPlanned: Board._retried,
    ev.Blocked: Board._blocked,
    ev.Halted: Board._halted,
    ev.Signed: Board._signed,
    ev.Skipped: Board._skipped,
    ev.Reopened: Board._reopened,
}
