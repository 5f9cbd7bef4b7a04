"""What every renderer needs to know of a run, as one frozen value. Pure."""

from __future__ import annotations

from typing import Literal

import msgspec

from tmuxplan.events import Evidence, InputAwaited, Leftover, RunVerdict, Stalled, Verdict
from tmuxplan.plan.model import Edge, Estimate, Frozen, Step, Task, Template, Text
from tmuxplan.report.criteria import CriterionFacts, criteria_of
from tmuxplan.report.words import lines, one_line
from tmuxplan.schedule.state import AttemptRecord, Phase, RunState, StepRecord, TaskRecord

RunPhase = Literal["running", "ended", "dead"]
StepResult = Literal["ok", "failed", "running", "open", "not reached"]
Outcome = Literal[
    "passed",
    "failed",
    "timed out",
    "blocked",
    "halted",
    "skipped",
    "lost",
    "waiting",
    "running",
    "not started",
    "not asked for",
]

FAILURES: frozenset[Outcome] = frozenset({"failed", "timed out", "lost"})


class Excerpt(msgspec.Struct, frozen=True):
    """Some lines of an attempt's log; `first` is the log's line number of the first."""

    first: int
    lines: tuple[str, ...]


class StepFacts(msgspec.Struct, frozen=True, kw_only=True):
    """One step of an attempt. `status` is None where no record of its end was seen.

    "open": the attempt ended and this step's end was not reported (`exit`, `exec`, a kill).
    """

    n: int
    line: int
    command: str
    result: StepResult
    status: int | None = None
    seconds: float | None = None
    log_line: int = 0
    put_back: str = ""
    stopped: bool = False
    is_check: bool = False


class Quiet(msgspec.Struct, frozen=True):
    """A running attempt prints nothing since `since` (epoch seconds).

    `prompt`: it waits for input, and this is what it asks; None: it has stalled, and had been
    silent for `silent_s` then. `typable`: a person can type an answer into its window.
    """

    since: float
    prompt: str | None = None
    silent_s: float = 0.0
    typable: bool = True


class Answered(msgspec.Struct, frozen=True):
    """A prompt that a rule answered. The answer is not known here."""

    at: float
    prompt: str
    rule: str


class AttemptFacts(msgspec.Struct, frozen=True, kw_only=True):
    """One attempt; times are seconds since the epoch."""

    n: int
    host: str
    started: float | None
    ended: float | None
    status: int | None
    verdict: Verdict | None
    lost: str
    stop_why: str
    quiet: Quiet | None
    answered: tuple[Answered, ...]
    seconds: float | None
    log_lines: int
    steps: tuple[StepFacts, ...]
    evidence: tuple[Evidence, ...]
    leftovers_ended: tuple[Leftover, ...] = ()
    leftovers_alive: tuple[Leftover, ...] = ()

    @property
    def failures(self) -> tuple[Evidence, ...]:
        """The evidence that decided; warnings never do."""
        return tuple(e for e in self.evidence if e.kind != "warning")

    @property
    def warnings(self) -> tuple[Evidence, ...]:
        return tuple(e for e in self.evidence if e.kind == "warning")

    @property
    def current(self) -> StepFacts | None:
        """The step that runs now, or whose end was never seen."""
        return next((s for s in self.steps if s.result in ("running", "open")), None)


class TaskFacts(msgspec.Struct, frozen=True, kw_only=True):
    """One task. `outcome` is the one word for it; `waits_for` the ids that it still needs.

    `retry_at`: another attempt is planned, not before then (epoch seconds), and `retries_left`
    more after it; `outcome` is "running" meanwhile."""

    id: str
    title: str
    line: int
    number: int
    terminal: str
    aliases: tuple[str, ...]
    impact: str
    blocks_the_run: bool
    phase: Phase
    verdict: Verdict | None
    outcome: Outcome
    asked: bool
    blocked_by: tuple[str, ...]
    root: tuple[str, ...]
    halted: str
    waits_for: tuple[str, ...]
    preconditions: tuple[str, ...]
    estimate: Estimate | None
    steps: tuple[Step, ...]
    attempts: tuple[AttemptFacts, ...]
    criteria: tuple[CriterionFacts, ...]
    recovery: tuple[Text, ...]
    has_gate: bool
    has_commands: bool
    file: str = ""
    signed_by: str = ""
    signed_note: str = ""
    skipped_by: str = ""
    skip_reason: str = ""
    retry_at: float | None = None
    retries_left: int = 0

    @property
    def last(self) -> AttemptFacts | None:
        return self.attempts[-1] if self.attempts else None

    @property
    def log_lines(self) -> int:
        """How many lines the newest attempt's log has; 0 while it is not known."""
        return self.last.log_lines if self.last else 0

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        """What the newest attempt's verdict rests on."""
        return self.last.evidence if self.last else ()


class RunFacts(msgspec.Struct, frozen=True, kw_only=True):
    """One run. `verdict` is None until its supervisor ended it; `seconds` lasts until then.

    `paused`: who paused it; empty where it is not. `halting`: it stops because so many tasks
    failed."""

    id: str
    plan_title: str
    plan_path: str
    sha256: str
    template: Template | None
    state: RunPhase
    verdict: RunVerdict | None
    rule: str
    deciding: tuple[str, ...]
    partial: bool
    backend: str
    host: str
    user: str
    version: str
    cwd: str
    again: str
    session: str
    now: float
    started: float | None
    ended: float | None
    seconds: float | None
    stopping: str
    tasks: tuple[TaskFacts, ...]
    notices: tuple[str, ...] = ()
    paused: str = ""
    halting: bool = False

    def task(self, task_id: str) -> TaskFacts | None:
        return next((task for task in self.tasks if task.id == task_id), None)

    def count(self, *outcomes: Outcome) -> int:
        """How many tasks have one of these outcomes."""
        return sum(task.outcome in outcomes for task in self.tasks)


def facts(frozen: Frozen, state: RunState, now: float, alive: bool) -> RunFacts:
    """Everything that is known of a run. `alive`: its supervisor lives; `now`: epoch seconds."""
    plan, started, ended = frozen.plan, state.started, state.ended
    asked = frozenset(started.selected) if started else frozenset(t.id for t in plan.tasks)
    needs = _by_task(plan.edges)
    phase: RunPhase = "ended" if ended else "running" if alive else "dead"
    until = now if phase == "running" else state.last_at or None
    return RunFacts(
        id=started.run if started else "",
        plan_title=one_line(plan.title),
        plan_path=one_line(started.plan if started else plan.path),
        sha256=plan.sha256,
        template=plan.template,
        state=phase,
        verdict=ended.verdict if ended else None,
        rule=one_line(ended.rule) if ended else "",
        deciding=ended.deciding if ended else (),
        partial=bool(started and started.partial),
        backend=started.backend if started else "",
        host=one_line(started.host) if started else "",
        user=one_line(started.user) if started else "",
        version=started.version if started else "",
        cwd=one_line(started.cwd) if started else "",
        again=one_line(started.again, 10_000) if started else "",
        session=state.session,
        now=now,
        started=started.at if started else None,
        ended=ended.at if ended else None,
        seconds=max(0.0, until - started.at) if started and until else None,
        stopping=one_line(state.stopping.why) if state.stopping else "",
        tasks=tuple(
            _task(
                task,
                number,
                frozen.steps.get(task.id, ()),
                state,
                needs.get(task.id, ()),
                asked,
                until,
            )
            for number, task in enumerate(plan.tasks, 1)
        ),
        notices=tuple(one_line(notice.text) for notice in state.notices),
        paused=one_line(state.paused.by) if state.paused and not ended else "",
        halting=bool(state.stopping and state.stopping.halt),
    )


def _by_task(edges: tuple[Edge, ...]) -> dict[str, tuple[Edge, ...]]:
    found: dict[str, list[Edge]] = {}
    for edge in edges:
        found.setdefault(edge.task, []).append(edge)
    return {task: tuple(own) for task, own in found.items()}


def _task(
    task: Task,
    number: int,
    steps: tuple[Step, ...],
    state: RunState,
    needs: tuple[Edge, ...],
    asked: frozenset[str],
    until: float | None,
) -> TaskFacts:
    record = state.task(task.id)
    typable = state.started is None or state.started.backend != "pty"
    cleaned = tuple(msgspec.structs.replace(s, text="\n".join(lines(s.text))) for s in steps)
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
        phase=record.phase,
        verdict=record.verdict,
        outcome=_outcome(record, task.id in asked),
        asked=task.id in asked,
        blocked_by=record.blocked_by,
        root=record.root,
        halted=one_line(record.halted),
        waits_for=_waits_for(record, needs, asked, state),
        preconditions=tuple(one_line(text.text) for text in task.preconditions),
        estimate=task.estimate,
        steps=cleaned,
        attempts=tuple(_attempt(a, cleaned, until, typable) for a in record.attempts),
        criteria=criteria_of(task.criteria, steps, record.last),
        recovery=tuple(Text(one_line(text.text), text.line) for text in task.recovery),
        has_gate=task.gate is not None,
        has_commands=bool(task.blocks),
        signed_by=one_line(record.signed.by) if record.signed else "",
        signed_note=one_line(record.signed.note) if record.signed else "",
        skipped_by=one_line(record.skipped.by) if record.skipped else "",
        skip_reason=one_line(record.skipped.reason) if record.skipped else "",
        retry_at=record.retry.due if record.retry else None,
        retries_left=record.retry.left if record.retry else 0,
    )


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


def _attempt(
    attempt: AttemptRecord, steps: tuple[Step, ...], until: float | None, typable: bool
) -> AttemptFacts:
    began = attempt.started if attempt.started is not None else attempt.starting
    end = attempt.ended if attempt.ended is not None else until
    judged = attempt.verdict is not None
    return AttemptFacts(
        n=attempt.n,
        host=one_line(attempt.host),
        started=attempt.started,
        ended=attempt.ended,
        status=attempt.status,
        verdict=attempt.verdict,
        lost=one_line(attempt.lost),
        stop_why=attempt.stop_why,
        quiet=_quiet(attempt.quiet, typable),
        answered=tuple(
            Answered(e.at, one_line(e.prompt), one_line(e.rule)) for e in attempt.answered
        ),
        seconds=max(0.0, end - began) if end is not None else None,
        log_lines=attempt.log_lines,
        steps=_steps(attempt, steps),
        evidence=tuple(
            msgspec.structs.replace(e, text=one_line(e.text, 1000))
            for e in (attempt.evidence if judged else attempt.found)
        ),
        leftovers_ended=attempt.leftovers_ended,
        leftovers_alive=attempt.leftovers_alive,
    )


def _quiet(said: InputAwaited | Stalled | None, typable: bool) -> Quiet | None:
    if isinstance(said, InputAwaited):
        return Quiet(said.at, one_line(said.prompt), typable=typable)
    return Quiet(said.at - said.silent_s, None, said.silent_s) if said is not None else None


def _steps(attempt: AttemptRecord, steps: tuple[Step, ...]) -> tuple[StepFacts, ...]:
    records = {record.n: record for record in attempt.steps}
    # Steps run in order: the first without a record, after the last with one, is where it is.
    reached = max(records, default=0) + 1
    stopped = any(record.stopped for record in attempt.steps)
    over = attempt.ended is not None
    found = []
    for step in steps:
        record = records.get(step.n)
        result: StepResult
        if record is not None:
            result = "ok" if record.status == 0 else "failed"
        elif step.n > reached or stopped or attempt.started is None:
            result = "not reached"
        else:
            result = "open" if over or step.n < reached else "running"
        found.append(_step(step, result, record))
    return tuple(found)


def _step(step: Step, result: StepResult, record: StepRecord | None) -> StepFacts:
    if record is None:
        return StepFacts(
            n=step.n,
            line=step.line,
            command=step.text,
            result=result,
            is_check=step.criterion is not None,
        )
    return StepFacts(
        n=step.n,
        line=step.line,
        command=step.text,
        result=result,
        status=record.status,
        seconds=record.seconds,
        log_line=record.log_line,
        put_back=one_line(record.put_back),
        stopped=record.stopped,
        is_check=step.criterion is not None,
    )
