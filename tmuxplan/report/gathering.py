"""From a plan and what happened to the facts that every renderer needs. Pure."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from tmuxplan.events import RunStarted
from tmuxplan.plan.checklist import checklist
from tmuxplan.plan.locks import waits_words
from tmuxplan.plan.model import Edge, Frozen, Plan, Step, Task, Text
from tmuxplan.report.attempted import attempted
from tmuxplan.report.criteria import criteria_of
from tmuxplan.report.facts import ItemFacts, Outcome, RunFacts, RunPhase, TaskFacts
from tmuxplan.report.words import lines, one_line
from tmuxplan.schedule.shells import others_of, seen_by
from tmuxplan.schedule.state import RunState, TaskRecord

# A journal whose first event can't be read.
_NOTHING = RunStarted(
    at=0.0, run="", plan="", sha256="", title="", cwd="", backend="", host="", user="",
    version="", selected=(),
)  # fmt: skip


def facts(frozen: Frozen, state: RunState, now: float, alive: bool) -> RunFacts:
    """Everything that is known of a run. `alive`: its supervisor lives; `now`: epoch seconds."""
    plan, ended = frozen.plan, state.ended
    phase: RunPhase = "ended" if ended else "running" if alive else "dead"
    until = now if phase == "running" else state.last_at or None
    run = _launched(plan, state, now)
    return msgspec.structs.replace(
        run,
        state=phase,
        verdict=ended.verdict if ended else None,
        rule=one_line(ended.rule) if ended else "",
        deciding=ended.deciding if ended else (),
        ended=ended.at if ended else None,
        seconds=max(0.0, until - run.started) if run.started is not None and until else None,
        stopping=one_line(state.stopping.why) if state.stopping else "",
        tasks=tuple(_tasks(frozen, state, until, phase == "running")),
        notices=tuple(one_line(notice.text) for notice in state.notices),
        paused=one_line(state.paused.by) if state.paused and not ended else "",
        halting=bool(state.stopping and state.stopping.halt),
    )


def _launched(plan: Plan, state: RunState, now: float) -> RunFacts:
    """The run as it was when it was launched: nothing has happened yet."""
    launched = state.started or msgspec.structs.replace(_NOTHING, plan=plan.path)
    return RunFacts(
        id=launched.run,
        plan_title=one_line(plan.title),
        plan_path=one_line(launched.plan),
        sha256=plan.sha256,
        template=plan.template,
        partial=launched.partial,
        backend=launched.backend,
        host=one_line(launched.host),
        user=one_line(launched.user),
        version=launched.version,
        cwd=one_line(launched.cwd),
        again=one_line(launched.again, 10_000),
        session=state.session,
        now=now,
        started=state.started.at if state.started else None,
    )


def _tasks(
    frozen: Frozen, state: RunState, until: float | None, alive: bool
) -> Iterator[TaskFacts]:
    plan = frozen.plan
    asked = frozenset(state.started.selected if state.started else (t.id for t in plan.tasks))
    needs, shells = _by_task(plan.edges), others_of(plan.tasks)
    for number, task in enumerate(plan.tasks, 1):
        steps = frozen.steps.get(task.id, ())
        own = needs.get(task.id, ())
        planned = _planned(task, number, steps, own, task.id in asked)
        waits_for = _waits_for(state.task(task.id), own, asked, state)
        happened = _happened(planned, task, state, until, waits_for, alive=alive)
        elsewhere = seen_by(shells.get(task.id, ()), state)
        last = state.task(task.id).last
        criteria = criteria_of(task.criteria, steps, last, elsewhere)
        yield msgspec.structs.replace(happened, criteria=criteria)


def _by_task(edges: tuple[Edge, ...]) -> dict[str, tuple[Edge, ...]]:
    found: dict[str, list[Edge]] = {}
    for edge in edges:
        found.setdefault(edge.task, []).append(edge)
    return {task: tuple(own) for task, own in found.items()}


def _planned(
    task: Task, number: int, steps: tuple[Step, ...], needs: tuple[Edge, ...], asked: bool
) -> TaskFacts:
    """The task as the plan has it."""
    return TaskFacts(
        id=task.id,
        title=one_line(task.title),
        line=task.line,
        file=one_line(task.file),
        number=number,
        terminal=one_line(task.terminal.text) if task.terminal else "",
        aliases=task.aliases,
        impact=one_line(task.impact.level) if task.impact else "",
        blocks_the_run=task.blocks_the_run,
        asked=asked,
        preconditions=tuple(one_line(text.text) for text in task.preconditions),
        estimate=task.estimate,
        learned=task.learned,
        expected_s=task.expected_s,
        steps=tuple(msgspec.structs.replace(s, text="\n".join(lines(s.text))) for s in steps),
        recovery=tuple(Text(one_line(text.text), text.line) for text in task.recovery),
        has_gate=task.gate is not None,
        has_commands=bool(task.blocks),
        needs=tuple(need.on for need in needs),
        overridden=task.overridden,
    )


def _happened(
    planned: TaskFacts,
    task: Task,
    state: RunState,
    until: float | None,
    waits_for: tuple[str, ...],
    *,
    alive: bool,
) -> TaskFacts:
    """The same with what became of it."""
    record = state.task(task.id)
    typable = state.started is None or state.started.backend != "pty"
    signed, skipped, reopened = record.signed, record.skipped, record.reopened
    return msgspec.structs.replace(
        planned,
        phase=record.phase,
        verdict=record.verdict,
        outcome=_outcome(record, planned.asked),
        blocked_by=record.blocked_by,
        root=record.root,
        halted=one_line(record.halted),
        waits_for=waits_for,
        attempts=tuple(attempted(a, planned.steps, until, typable) for a in record.attempts),
        signed_by=one_line(signed.by) if signed else "",
        signed_note=one_line(signed.note) if signed else "",
        skipped_by=one_line(skipped.by) if skipped else "",
        skip_reason=one_line(skipped.reason) if skipped else "",
        retry_at=record.retry.due if record.retry else None,
        retries_left=record.retry.left if record.retry else 0,
        awaits=_awaits(record) if alive else "",  # whom nobody supervises waits for no lock
        checklist=_checklist(task, record),
        reopened_by=one_line(reopened.by) if reopened else "",
        reopened_why=one_line(reopened.why) if reopened else "",
    )


def _checklist(task: Task, record: TaskRecord) -> tuple[ItemFacts, ...]:
    """Of what nobody has to sign there is none."""
    if task.blocks and task.gate is None:
        return ()
    signed = {one.item: one for one in record.items}
    found = []
    for n, item in enumerate(checklist(task), 1):
        by = signed.get(n)
        who, note = (one_line(by.by), one_line(by.note)) if by is not None else ("", "")
        found.append(ItemFacts(n, one_line(item.text), who, note))
    return tuple(found)


def _awaits(record: TaskRecord) -> str:
    if record.awaits is None or record.phase != "waiting":
        return ""
    return one_line(waits_words(record.awaits.locks, record.awaits.held_by), 400)


def _outcome(record: TaskRecord, asked: bool) -> Outcome:
    if record.phase == "running" or record.retry is not None:
        return "running"
    if record.verdict is not None:
        return record.verdict
    return "not started" if asked else "not asked for"


def _waits_for(
    record: TaskRecord, needs: tuple[Edge, ...], asked: frozenset[str], state: RunState
) -> tuple[str, ...]:
    if record.phase != "waiting":
        return ()
    return tuple(need.on for need in needs if need.on in asked and not _met(need, state))


def _met(need: Edge, state: RunState) -> bool:
    other = state.task(need.on)
    if need.kind == "soft":
        return other.phase == "ended"
    return other.verdict in ("passed", "skipped")
