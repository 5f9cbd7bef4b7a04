"""What a person asks of a run -> the events that it comes to, or why it is refused. Pure."""

from __future__ import annotations

from tmuxplan import events as ev
from tmuxplan.run import control
from tmuxplan.schedule.graph import Graph
from tmuxplan.schedule.persons import (
    to_open_without,
    to_reopen,
    why_not_retry,
    why_not_sign,
    why_not_sign_item,
    why_not_skip,
)
from tmuxplan.schedule.state import RunState, TaskRecord


def events_for(
    request: control.Request, state: RunState, graph: Graph, at: float
) -> tuple[ev.Event, ...] | control.Reply:
    """The events to record at `at` (epoch seconds). `graph` is that of the run's tasks."""
    if isinstance(request, control.StopRun):
        return (ev.RunStopping(at=at, by=request.by, why=request.why, now=request.now),)
    if isinstance(request, (control.Pause, control.Unpause)):
        return _pause(request, state, at)
    if request.task not in graph.needs:
        return control.Reply(f"{request.task} is no task of this run", "see `tmuxplan status`")
    record = state.task(request.task)
    refused = why_not(request, record, state)
    if refused:
        return control.Reply(refused, "see `tmuxplan status`")
    if isinstance(request, control.Sign) and request.item:
        by, note = request.by, request.note
        return (ev.ItemSigned(at=at, task=record.id, item=request.item, by=by, note=note),)
    if isinstance(request, control.Sign):
        return (ev.Signed(at=at, task=record.id, by=request.by, note=request.note),)
    if isinstance(request, control.Skip):
        return _skip(request, record, state, graph, at)
    return _retry(request, record, state, graph, at)


def why_not(request: control.OfTask, record: TaskRecord, state: RunState) -> str:
    """Why this can't be done with the task now; empty where it can."""
    if isinstance(request, control.Sign):
        return why_not_sign(record) or why_not_sign_item(record, request.item)
    if isinstance(request, control.Skip):
        return why_not_skip(record, state)
    return why_not_retry(record, state)


def _pause(
    request: control.Pause | control.Unpause, state: RunState, at: float
) -> tuple[ev.Event, ...] | control.Reply:
    if isinstance(request, control.Unpause):
        if state.paused is None:
            return control.Reply("the run is not paused", "see `tmuxplan status`")
        return (ev.Unpaused(at=at, by=request.by),)
    if state.paused is not None:
        by = state.paused.by
        return control.Reply(f"the run is paused already, by {by}", "go on: `tmuxplan unpause`")
    if state.stopping is not None:
        return control.Reply(f"the run is stopping: {state.stopping.why}", "")
    return (ev.Paused(at=at, by=request.by),)


def _retry(
    request: control.Retry, record: TaskRecord, state: RunState, graph: Graph, at: float
) -> tuple[ev.Event, ...]:
    """A retry that is planned already is due at once."""
    planned = record.retry
    if planned is not None:
        return (ev.RetryPlanned(at=at, task=record.id, n=planned.n, due=at, left=planned.left),)
    return tuple(
        ev.Reopened(at=at, task=task, by=request.by, why=_why(task, record.id))
        for task in to_reopen(graph, state, record.id)
    )


def _skip(
    request: control.Skip, record: TaskRecord, state: RunState, graph: Graph, at: float
) -> tuple[ev.Event, ...]:
    """What it kept from running may run after all."""
    kept = to_open_without(graph, state, record.id) if record.phase == "ended" else ()
    why = f"{record.id} is skipped"
    return (
        ev.Skipped(at=at, task=record.id, by=request.by, reason=request.reason),
        *(ev.Reopened(at=at, task=task, by=request.by, why=why) for task in kept),
    )


def _why(task: str, asked: str) -> str:
    return "retried" if task == asked else f"{asked} is retried"
