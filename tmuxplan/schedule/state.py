"""What is known of a run: a fold over its events. Every reader of a run starts here."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Literal, cast

import msgspec

from tmuxplan import events as ev
from tmuxplan.events import Verdict
from tmuxplan.schedule.attempt import AttemptRecord, StepRecord, after

__all__ = ["AttemptRecord", "Phase", "RunState", "StepRecord", "TaskRecord", "fold"]

Phase = Literal["waiting", "running", "person", "ended"]


class TaskRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One task so far. `verdict` is None while nothing is decided.

    `retry`: another attempt is planned, and none was started yet. `reopened`: its last end
    does not count any more, and neither do the `spent` attempts before that. `halted`: why it
    was not started, or not tried again. `awaits`: it lacks only what another run holds. `items`:
    what was ticked of a gate's checklist."""

    id: str
    phase: Phase = "waiting"
    verdict: Verdict | None = None
    attempts: tuple[AttemptRecord, ...] = ()
    blocked_by: tuple[str, ...] = ()
    root: tuple[str, ...] = ()
    halted: str = ""
    retry: ev.RetryPlanned | None = None
    awaits: ev.LockAwaited | None = None
    reopened: ev.Reopened | None = None
    escalated: tuple[ev.Escalated, ...] = ()
    items: tuple[ev.ItemSigned, ...] = ()
    spent: int = 0
    signed: ev.Signed | None = None
    skipped: ev.Skipped | None = None

    @property
    def last(self) -> AttemptRecord | None:
        """The newest attempt."""
        return self.attempts[-1] if self.attempts else None


class RunState:
    """A run as its events tell it. `apply` is the only way to change it.

    A task without an event yet is `TaskRecord(id=...)`: ask with `task()`.
    """

    def __init__(self) -> None:
        self.started: ev.RunStarted | None = None
        self.supervisor_pid = 0
        self.session = ""
        self.changed: ev.PlanChanged | None = None
        self.tasks: dict[str, TaskRecord] = {}
        self.stopping: ev.RunStopping | None = None
        self.paused: ev.Paused | None = None
        self.ended: ev.RunEnded | None = None
        self.notices: list[ev.Notice] = []
        self.last_at = 0.0

    def task(self, task_id: str) -> TaskRecord:
        """What is known of a task; nothing is not an error."""
        return self.tasks.get(task_id) or TaskRecord(id=task_id)

    def apply(self, event: ev.Event) -> None:
        """Fold one event in."""
        self.last_at = event.at
        if isinstance(event, ev.RunStarted):
            self.started = event
        elif isinstance(event, ev.SupervisorStarted):
            self.supervisor_pid, self.session = event.pid, event.session
            self.ended, self.stopping, self.paused = None, None, None
        elif isinstance(event, ev.PlanChanged):
            self._go_by(event)
        elif isinstance(event, ev.RunStopping):
            self.stopping = event
        elif isinstance(event, ev.Paused):
            self.paused = event
        elif isinstance(event, ev.Unpaused):
            self.paused = None
        elif isinstance(event, ev.RunEnded):
            self.ended = event
        elif isinstance(event, ev.Notice):
            self.notices.append(event)
        else:
            self.tasks[event.task] = _task_after(self.task(event.task), event)

    def _go_by(self, event: ev.PlanChanged) -> None:
        """Tasks keep their past under the ids that they have now."""
        ids = event.moved
        kept = {task: one for task, one in self.tasks.items() if task not in event.removed}
        self.tasks = {ids.get(task, task): _renamed(one, ids) for task, one in kept.items()}
        self.changed = event
        if self.started is not None:
            self.started = _with(
                self.started,
                sha256=event.sha256,
                title=event.title,
                selected=event.selected,
                partial=event.partial,
            )


def fold(events: Iterable[ev.Event]) -> RunState:
    """The state after all these events."""
    state = RunState()
    for event in events:
        state.apply(event)
    return state


_with = msgspec.structs.replace


def _renamed(task: TaskRecord, ids: Mapping[str, str]) -> TaskRecord:
    return _with(
        task,
        id=ids.get(task.id, task.id),
        blocked_by=tuple(ids.get(other, other) for other in task.blocked_by),
        root=tuple(ids.get(other, other) for other in task.root),
    )


def _task_after(task: TaskRecord, event: ev.TaskEvent) -> TaskRecord:
    change = _TASK.get(type(event))
    if change is not None:
        return change(task, event)
    return _attempt_of(task, cast("ev.AttemptEvent", event))


def _attempt_of(task: TaskRecord, event: ev.AttemptEvent) -> TaskRecord:
    changed = tuple(
        after(attempt, event) if attempt.n == event.n else attempt for attempt in task.attempts
    )
    if isinstance(event, ev.Judged):
        return _with(task, phase="ended", verdict=event.verdict, attempts=changed)
    return _with(task, attempts=changed)


def _began(task: TaskRecord, event: ev.AttemptStarting) -> TaskRecord:
    new = AttemptRecord(
        n=event.n, nonce=event.nonce, starting=event.at, stdin_empty=event.stdin_empty
    )
    attempts = (*task.attempts, new)
    return _with(task, phase="running", verdict=None, retry=None, awaits=None, attempts=attempts)


def _blocked(task: TaskRecord, event: ev.Blocked) -> TaskRecord:
    return _with(task, phase="ended", verdict="blocked", blocked_by=event.by, root=event.root)


def _reopened(task: TaskRecord, event: ev.Reopened) -> TaskRecord:
    """Only its attempts are left of its past: signatures were for the end that counts no more."""
    return TaskRecord(
        id=task.id,
        attempts=task.attempts,
        escalated=task.escalated,
        reopened=event,
        spent=len(task.attempts),
    )


def _skipped(task: TaskRecord, event: ev.Skipped) -> TaskRecord:
    """Its attempts tell how it failed, where it has."""
    ended = _with(task, phase="ended", verdict="skipped", skipped=event, retry=None)
    return _with(ended, blocked_by=(), root=(), halted="")


def _halted(task: TaskRecord, event: ev.Halted) -> TaskRecord:
    """One that only waited for its next attempt keeps the verdict of the last one."""
    verdict: Verdict = "halted"
    if task.last is not None and task.last.verdict and (task.retry or task.phase == "ended"):
        verdict = task.last.verdict
    return _with(task, phase="ended", verdict=verdict, retry=None, halted=event.why)


_TASK: Mapping[type, Callable[[TaskRecord, Any], TaskRecord]] = {
    ev.AttemptStarting: _began,
    ev.RetryPlanned: lambda task, e: _with(task, phase="waiting", verdict=None, retry=e),
    ev.LockAwaited: lambda task, e: _with(task, awaits=e if e.locks else None),
    ev.Reopened: _reopened,
    ev.Escalated: lambda task, e: _with(task, escalated=(*task.escalated, e)),
    ev.Blocked: _blocked,
    ev.Halted: _halted,
    ev.PersonAsked: lambda task, _: _with(task, phase="person", verdict="waiting"),
    ev.Signed: lambda task, e: _with(task, phase="ended", verdict="passed", signed=e),
    ev.ItemSigned: lambda task, e: _with(task, items=(*task.items, e)),
    ev.Skipped: _skipped,
}
