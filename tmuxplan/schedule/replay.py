"""The board of a run that already has a past, from its state."""

from __future__ import annotations

import msgspec

from tmuxplan import events as ev
from tmuxplan.plan.model import Plan
from tmuxplan.schedule.board import Board
from tmuxplan.schedule.policy import DEFAULT, Policy
from tmuxplan.schedule.state import AttemptRecord, RunState, TaskRecord

_with = msgspec.structs.replace


def board_of(
    plan: Plan,
    selected: frozenset[str],
    state: RunState,
    now: float,
    policy: Policy = DEFAULT,
    wall: float | None = None,
) -> Board:
    """The board as its tasks' past left it. Old failures do not count towards a halt: whoever
    goes on with a run that halted wants it to go on.

    `wall` is the time of the journal's clock at `now`; None: no time has passed since anything.
    """
    board = Board(plan, selected, policy)
    records = [state.task(task) for task in board.graph.order]
    for record in records:
        board.past(record.id, len(record.attempts) - record.spent - (record.phase == "running"))
    for record in sorted(records, key=_by_locks):
        for event, since in _past(record, wall):
            board.apply(event, now - since)
    board.failed.clear()
    if state.paused is not None:
        board.apply(state.paused, now)
    return board


def _by_locks(record: TaskRecord) -> float:
    """What runs comes first: it holds its locks, whatever waits for its next attempt. Of two that
    wait for that, the one that ended last kept them: the other had stood beside it."""
    if record.phase == "running":
        return float("-inf")
    return -record.retry.at if record.retry is not None else 0.0


def _past(record: TaskRecord, wall: float | None) -> list[tuple[ev.Event, float]]:
    """What happened to a task that still matters, each with how many seconds ago it was."""
    task, last = record.id, record.last
    past: list[tuple[ev.Event, float]] = []
    if last is not None and last.leftovers_alive and record.phase != "waiting":
        left = ev.LeftoverFound(at=0, task=task, n=last.n, alive=last.leftovers_alive)
        past.append((left, 0.0))
    if last is not None and last.ready is not None and record.phase != "waiting":
        past.append((last.ready, 0.0))
    if record.phase == "running" and last is not None:
        began = ev.AttemptStarting(at=0, task=task, n=last.n, nonce=last.nonce)
        past = [(began, 0.0), *_running(record.id, last, wall), *past]
    elif record.retry is not None:
        past.append((_retry(record.retry, last, wall), 0.0))
    elif record.verdict == "waiting":
        past.append((ev.PersonAsked(at=0, task=task), 0.0))
    elif record.skipped is not None:
        past.append((record.skipped, 0.0))
    elif record.signed is not None:
        past.append((record.signed, 0.0))
    elif record.verdict == "blocked":
        past.append((ev.Blocked(at=0, task=task, by=record.blocked_by, root=record.root), 0.0))
    elif record.phase == "ended" and record.verdict is not None:
        past.append((_end(record), 0.0))
    return past


def _end(record: TaskRecord) -> ev.Event:
    """It has ended, whatever retries are left: nobody asked for another attempt."""
    if record.verdict == "passed" and record.last is not None:
        return ev.Judged(at=0, task=record.id, n=record.last.n, verdict="passed")
    return ev.Halted(at=0, task=record.id, why=record.halted)


def _running(
    task: str, attempt: AttemptRecord, wall: float | None
) -> list[tuple[ev.AttemptStarted, float]]:
    """Its deadlines go on counting; a clock that was set back makes none of them longer."""
    if attempt.started is None:
        return []
    since = max(0.0, (wall or attempt.started) - attempt.started)
    started = ev.AttemptStarted(
        at=attempt.started, task=task, n=attempt.n, host=attempt.host, pid=attempt.pid
    )
    return [(started, since)]


def _retry(
    planned: ev.RetryPlanned, last: AttemptRecord | None, wall: float | None
) -> ev.RetryPlanned:
    """As if it were planned now: due in what is left of its delay, never in more than that."""
    before = last.ended if last is not None and last.ended is not None else planned.at
    return _with(planned, at=max(before, wall if wall is not None else before))
