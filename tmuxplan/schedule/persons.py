"""What a person may do with a task, and when."""

from __future__ import annotations

from tmuxplan.schedule.graph import Graph, Need, sorted_by_need
from tmuxplan.schedule.needs import PASSES
from tmuxplan.schedule.state import RunState, TaskRecord


def why_not_sign(record: TaskRecord) -> str:
    """Why this task can't be signed now; empty where it can."""
    if record.phase == "person":
        return ""
    if record.signed is not None:
        return f"{record.id} is signed already, by {record.signed.by}"
    if record.phase == "ended":
        return f"{record.id} {record.verdict}: a signature can't change that"
    return f"{record.id} does not wait for a signature yet; it is {record.phase}"


def why_not_sign_item(record: TaskRecord, item: int) -> str:
    """Why this item of its checklist can't be signed now; empty where it can, or is none (0)."""
    signed = next((one for one in record.items if one.item == item), None)
    if signed is None or not item:
        return ""
    return f"item {item} of {record.id} is signed already, by {signed.by}"


def why_not_skip(record: TaskRecord, state: RunState) -> str:
    """Why this task can't be skipped now; empty where it can."""
    if record.phase == "running":
        return f"{record.id} is running; stop the run, or let it end"
    if record.verdict in PASSES:
        return f"{record.id} {_ended_well(record)}: there is nothing to skip"
    if record.phase == "ended":
        return _why_nothing_opens(state, f"skip {record.id}")
    return ""


def why_not_retry(record: TaskRecord, state: RunState) -> str:
    """Why this task can't be tried again now; empty where it can."""
    task = record.id
    stopping = _why_nothing_opens(state, f"retry {task}")
    if stopping or record.retry is not None:
        return stopping
    if record.phase == "running":
        return f"{task} is running"
    if record.phase == "person":
        return f"{task} waits for a person: sign it, or skip it"
    if record.phase == "waiting":
        return f"{task} has not run yet; it starts as soon as it may"
    if record.verdict == "blocked":
        root = ", ".join(record.root or record.blocked_by)
        return f"{task} is blocked, and it began with {root}: retry that, and {task} follows"
    if record.verdict == "passed":
        return f"{task} {_ended_well(record)}: there is nothing to try again"
    return ""


def _why_nothing_opens(state: RunState, asked: str) -> str:
    if state.stopping is None or state.ended is not None:
        return ""
    return f"the run is stopping ({state.stopping.why}); {asked} when it has ended"


def _ended_well(record: TaskRecord) -> str:
    if record.skipped is not None:
        return f"was skipped by {record.skipped.by}"
    return "is signed" if record.signed is not None else "passed"


def to_reopen(graph: Graph, state: RunState, task: str) -> tuple[str, ...]:
    """This task, the servers that it needs up and that were let go, and what its end kept from
    running; what is needed comes first."""
    return _opened(graph, state, {task, *_servers_of(graph, state, task)})


def to_open_without(graph: Graph, state: RunState, task: str) -> tuple[str, ...]:
    """What may run after all, now that this task is skipped: what its end kept from running."""
    return tuple(other for other in _opened(graph, state, {task}) if other != task)


def _opened(graph: Graph, state: RunState, chosen: set[str]) -> tuple[str, ...]:
    order = sorted_by_need(graph)
    for other in order:
        if other not in chosen and _was_kept_from(graph, state, other, chosen):
            chosen |= {other, *_servers_of(graph, state, other)}
    return tuple(other for other in order if other in chosen)


def _servers_of(graph: Graph, state: RunState, task: str) -> set[str]:
    """Servers that are down because nobody needed them any more, and those that they need."""
    found: set[str] = set()
    todo = [task]
    while todo:
        needs = [need.on for need in graph.needs[todo.pop()] if need.kind == "ready"]
        down = [on for on in needs if on not in found and _was_let_go(state.task(on))]
        found.update(down)
        todo += down
    return found


def _was_let_go(record: TaskRecord) -> bool:
    last = record.last
    return record.phase == "ended" and last is not None and last.stop_why == "done"


def _was_kept_from(graph: Graph, state: RunState, task: str, chosen: set[str]) -> bool:
    """It never ran, because of one of these; and nothing else keeps it from running."""
    record = state.task(task)
    never = record.verdict == "blocked" or (record.verdict == "halted" and not record.attempts)
    needs = graph.needs[task]
    if not never or not any(need.on in chosen for need in needs):
        return False
    return all(need.on in chosen or _may_pass(need, state) for need in needs)


def _may_pass(need: Need, state: RunState) -> bool:
    record = state.task(need.on)
    return need.kind == "soft" or record.phase != "ended" or record.verdict in PASSES
