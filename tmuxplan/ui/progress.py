"""Plain lines, one a change of state, for `launch --wait` in CI and pipes."""

from __future__ import annotations

from collections.abc import Mapping

from tmuxplan import events as ev
from tmuxplan.plan.locks import waits_words
from tmuxplan.plan.model import Frozen, Task
from tmuxplan.report.decision import headline, tally
from tmuxplan.report.evidence import asks
from tmuxplan.report.gathering import facts
from tmuxplan.report.words import STOPPED_WHY, counted, listed, one_line, span
from tmuxplan.schedule.state import RunState


class Words:
    """The lines of one run."""

    def __init__(self, frozen: Frozen) -> None:
        self._frozen = frozen
        self._tasks = {task.id: task for task in frozen.plan.tasks}

    def told(self, event: ev.Event, state: RunState) -> str | None:
        """The line for this event, or None where it changes nothing that a person waits for.

        `state` has the event in it already. Times are since the run's start.
        """
        said = _said(event, state, self._frozen, self._tasks)
        if said is None:
            return None
        begin = state.started.at if state.started else event.at
        return f"{_clock(event.at - begin)} {said}"


def _said(
    event: ev.Event, state: RunState, frozen: Frozen, tasks: Mapping[str, Task]
) -> str | None:
    if isinstance(event, ev.AttemptStarted):
        again = f" (attempt {event.n})" if event.n > 1 else ""
        return f"{event.task} running{again}: {_title(tasks, event.task)}"
    if isinstance(event, ev.Judged):
        return _judged(event, state, frozen, tasks)
    if isinstance(event, ev.StopAsked):
        return f"{event.task} is being stopped: {STOPPED_WHY[event.why]}"
    if isinstance(event, ev.Blocked):
        began = "" if event.root == event.by else f"; it began with {listed(event.root)}"
        return f"{event.task} blocked by {listed(event.by)}{began}"
    if isinstance(event, ev.Halted):
        return _halted(event, state)
    if isinstance(event, ev.PersonAsked):
        return (
            f"{event.task} waits for a person: {_title(tasks, event.task)}; "
            f"tmuxplan sign {event.task} --by NAME"
        )
    if isinstance(event, ev.Signed):
        return f"{event.task} signed by {one_line(event.by)}"
    if isinstance(event, ev.ItemSigned):
        return f"{event.task} item {event.item} signed by {one_line(event.by)}"
    if isinstance(event, ev.Skipped):
        return f"{event.task} skipped by {one_line(event.by)}: {one_line(event.reason)}"
    return (
        _said_of_input(event, state) or _said_of_again(event) or _said_of_run(event, state, frozen)
    )


def _said_of_input(event: ev.Event, state: RunState) -> str | None:
    if isinstance(event, ev.InputAwaited):
        typable = state.started is None or state.started.backend != "pty"
        asked = asks(one_line(event.prompt), event.task, typable)
        return f"{event.task} waits for input: {asked}"
    if isinstance(event, ev.Stalled):
        return f"{event.task} has stalled: no output for {span(event.silent_s)}"
    if isinstance(event, ev.Moving):
        return f"{event.task} goes on"
    if isinstance(event, ev.Answered):
        rule = one_line(event.rule)
        return f'{event.task} asked "{one_line(event.prompt)}": answered by the rule {rule}'
    return None


def _said_of_again(event: ev.Event) -> str | None:
    if isinstance(event, ev.RetryPlanned):
        wait = max(0.0, event.due - event.at)
        return f"{event.task} to be retried in {span(wait)}, {_left(event.left)}"
    if isinstance(event, ev.LockAwaited):
        words = waits_words(event.locks, one_line(event.held_by))
        return f"{event.task} {words}" if event.locks else None
    if isinstance(event, ev.Reopened):
        return f"{event.task} opened again by {one_line(event.by)}: {one_line(event.why)}"
    if isinstance(event, ev.Escalated):
        return _escalated(event)
    if isinstance(event, ev.Paused):
        return f"paused by {one_line(event.by)}: nothing new starts; tmuxplan unpause"
    if isinstance(event, ev.Unpaused):
        return f"goes on: unpaused by {one_line(event.by)}"
    return None


def _escalated(event: ev.Escalated) -> str:
    done = {"issue": "issue written", "fallback": "fallback plan written", "notification": "told"}
    if not event.failed:
        return f"{event.task} {done[event.what]}: {one_line(event.detail)}"
    failed = {"issue": "no issue file", "fallback": "no fallback plan", "notification": "not told"}
    said = event.failed.removeprefix("no fallback plan: ")
    return f"{event.task} {failed[event.what]}: {one_line(event.detail)}: {one_line(said)}"


def _said_of_run(event: ev.Event, state: RunState, frozen: Frozen) -> str | None:
    if isinstance(event, ev.RunStarted):
        part = " (a part of the plan)" if event.partial else ""
        tasks = counted(len(event.selected), "task")
        return f"run {event.run}: {tasks} of {one_line(event.plan)}{part}"
    if isinstance(event, ev.RunStopping):
        return f"{'halting' if event.halt else 'stopping'}: {one_line(event.why)}"
    if isinstance(event, ev.RunEnded):
        run = facts(frozen, state, event.at, alive=False)
        return f"{headline(run)}; {tally(run)}"
    if isinstance(event, ev.PlanChanged):
        counts = {
            "moved": event.moved,
            "changed": event.changed,
            "added": event.added,
            "removed": event.removed,
        }
        said = ", ".join(f"{len(some)} {what}" for what, some in counts.items() if some)
        return f"the plan was read again: {said}" if said else None
    if isinstance(event, ev.SupervisorStarted):
        return "a supervisor took the run up again" if state.tasks else None
    if isinstance(event, ev.Notice):
        return f"notice: {one_line(event.text)}"
    return None


def _halted(event: ev.Halted, state: RunState) -> str:
    """One that waited for its next attempt stays what the last one was."""
    verdict = state.task(event.task).verdict
    if verdict != "halted":
        return f"{event.task} not tried again, it stays {verdict}: {one_line(event.why)}"
    return f"{event.task} halted: {one_line(event.why)}"


def _left(retries: int) -> str:
    return "no other retry is left" if not retries else f"{retries} more left after that"


def _judged(event: ev.Judged, state: RunState, frozen: Frozen, tasks: Mapping[str, Task]) -> str:
    last = state.task(event.task).last
    took = ""
    if last is not None and last.ended is not None:
        took = f" in {span(last.ended - (last.started or last.starting))}"
    deciding = [e for e in event.evidence if e.kind != "warning"]
    if event.verdict == "passed" or not deciding:
        warned = len(event.evidence) - len(deciding)
        also = f", {counted(warned, 'warning')}" if warned else ""
        return f"{event.task} {event.verdict}{took}{also}"
    first = next((e for e in deciding if e.kind != "status"), deciding[0])
    task = tasks.get(event.task)
    file = (task.file if task else "") or frozen.plan.path
    where = f" ({file}:{first.line})" if first.line else ""
    more = f" and {len(deciding) - 1} more" if len(deciding) > 1 else ""
    return f"{event.task} {event.verdict.upper()}{took}: {one_line(first.text)}{where}{more}"


def _title(tasks: Mapping[str, Task], task_id: str) -> str:
    task = tasks.get(task_id)
    return one_line(task.title) if task else task_id


def _clock(seconds: float) -> str:
    whole = max(0, int(seconds))
    return f"{whole // 3600}:{whole % 3600 // 60:02d}:{whole % 60:02d}"
