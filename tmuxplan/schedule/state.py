"""What is known of a run: a fold over its events. Every reader of a run starts here."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

import msgspec

from tmuxplan import events as ev
from tmuxplan.events import Evidence, Leftover, Verdict

Phase = Literal["waiting", "running", "person", "ended"]


class StepRecord(msgspec.Struct, frozen=True):
    """What the ledger says of one step that ended."""

    n: int
    status: int
    seconds: float | None
    pipe: tuple[int, ...]
    put_back: str
    stopped: bool
    log_line: int


class AttemptRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One attempt so far. `verdict` is None until it was judged; `found` is what was seen
    in its output, `evidence` what its verdict rests on. `stopped_after`: how many steps had
    ended, and how much was found, when we began to stop it."""

    n: int
    nonce: str
    starting: float
    started: float | None = None
    ended: float | None = None
    host: str = ""
    pid: int = 0
    window: str = ""
    status: int | None = None
    lost: str = ""
    log_lines: int = 0
    steps: tuple[StepRecord, ...] = ()
    found: tuple[Evidence, ...] = ()
    criteria_seen: tuple[int, ...] = ()
    secrets: tuple[tuple[int, int], ...] = ()
    ready: ev.ServerReady | None = None
    stop_why: str = ""
    stopped_after: tuple[int, int] = (0, 0)
    leftovers_ended: tuple[Leftover, ...] = ()
    leftovers_alive: tuple[Leftover, ...] = ()
    verdict: Verdict | None = None
    evidence: tuple[Evidence, ...] = ()

    def before_stop(self) -> AttemptRecord:
        """What was known when we began to stop it: what a server says as it ends is noise."""
        steps, found = self.stopped_after
        return _with(self, steps=self.steps[:steps], found=self.found[:found])


class TaskRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One task so far. `verdict` is None while nothing is decided."""

    id: str
    phase: Phase = "waiting"
    verdict: Verdict | None = None
    attempts: tuple[AttemptRecord, ...] = ()
    blocked_by: tuple[str, ...] = ()
    root: tuple[str, ...] = ()
    halted: str = ""
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
        self.tasks: dict[str, TaskRecord] = {}
        self.stopping: ev.RunStopping | None = None
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
            self.ended, self.stopping = None, None
        elif isinstance(event, ev.RunStopping):
            self.stopping = event
        elif isinstance(event, ev.RunEnded):
            self.ended = event
        elif isinstance(event, ev.Notice):
            self.notices.append(event)
        else:
            self.tasks[event.task] = _task_after(self.task(event.task), event)


def fold(events: Iterable[ev.Event]) -> RunState:
    """The state after all these events."""
    state = RunState()
    for event in events:
        state.apply(event)
    return state


def _task_after(task: TaskRecord, event: ev.TaskEvent) -> TaskRecord:
    if isinstance(event, ev.AttemptStarting):
        new = AttemptRecord(n=event.n, nonce=event.nonce, starting=event.at)
        return _with(task, phase="running", verdict=None, attempts=(*task.attempts, new))
    if isinstance(event, ev.Blocked):
        return _with(task, phase="ended", verdict="blocked", blocked_by=event.by, root=event.root)
    if isinstance(event, ev.Halted):
        return _with(task, phase="ended", verdict="halted", halted=event.why)
    if isinstance(event, ev.PersonAsked):
        return _with(task, phase="person", verdict="waiting")
    if isinstance(event, ev.Signed):
        return _with(task, phase="ended", verdict="passed", signed=event)
    if isinstance(event, ev.Skipped):
        return _with(task, phase="ended", verdict="skipped", skipped=event)
    changed = tuple(
        _attempt_after(attempt, event) if attempt.n == event.n else attempt
        for attempt in task.attempts
    )
    if isinstance(event, ev.Judged):
        return _with(task, phase="ended", verdict=event.verdict, attempts=changed)
    return _with(task, attempts=changed)


def _attempt_after(attempt: AttemptRecord, event: ev.AttemptEvent) -> AttemptRecord:
    if isinstance(event, ev.AttemptStarted):
        return _with(attempt, started=event.at, host=event.host, pid=event.pid, window=event.window)
    if isinstance(event, ev.StepEnded):
        record = StepRecord(
            event.step,
            event.status,
            event.seconds,
            event.pipe,
            event.put_back,
            event.stopped,
            event.log_line,
        )
        return _with(attempt, steps=(*attempt.steps, record))
    if isinstance(event, ev.EvidenceFound):
        return _with(attempt, found=(*attempt.found, event.evidence))
    if isinstance(event, ev.CriterionSeen):
        return _with(attempt, criteria_seen=(*attempt.criteria_seen, event.criterion))
    if isinstance(event, ev.SecretSeen):
        return _with(attempt, secrets=(*attempt.secrets, (event.offset, event.length)))
    if isinstance(event, ev.AttemptEnded):
        return _with(
            attempt,
            ended=event.at,
            status=event.status,
            lost=event.lost,
            log_lines=event.log_lines,
        )
    if isinstance(event, ev.LeftoverFound):
        return _with(attempt, leftovers_ended=event.ended, leftovers_alive=event.alive)
    if isinstance(event, ev.StopAsked):
        return _asked_to_stop(attempt, event)
    if isinstance(event, ev.ServerReady):
        return _with(attempt, ready=event)
    return _with(attempt, verdict=event.verdict, evidence=event.evidence)


def _asked_to_stop(attempt: AttemptRecord, event: ev.StopAsked) -> AttemptRecord:
    if attempt.stop_why:
        return attempt
    before = (len(attempt.steps), len(attempt.found))
    return _with(attempt, stop_why=event.why, stopped_after=before)


_with = msgspec.structs.replace
