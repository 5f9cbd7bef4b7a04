"""One attempt as facts: its times, its steps, what it said. Pure."""

from __future__ import annotations

import msgspec

from tmuxplan.events import InputAwaited, Stalled
from tmuxplan.plan.model import Step
from tmuxplan.report.facts import Answered, AttemptFacts, Quiet, StepFacts, StepResult
from tmuxplan.report.words import one_line
from tmuxplan.schedule.state import AttemptRecord, StepRecord


def attempted(
    attempt: AttemptRecord, steps: tuple[Step, ...], until: float | None, typable: bool
) -> AttemptFacts:
    """An attempt of a task with these steps. `until`: when the run was last heard of, for one
    that has not ended; `typable`: somebody could type into it."""
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
        stdin_empty=attempt.stdin_empty,
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
    # A pipeline's last member may be well, and a check that was to fail may not.
    wrong = {e.step for e in attempt.evidence if e.kind in ("step", "criterion")}
    found = []
    for step in steps:
        record = records.get(step.n)
        result: StepResult
        if record is not None:
            meant = record.status == 0 or step.expects == "failure"
            result = "ok" if meant and step.n not in wrong else "failed"
        elif step.n > reached or stopped or attempt.started is None:
            result = "not reached"
        else:
            result = "open" if over or step.n < reached else "running"
        found.append(_step(step, result, record))
    return tuple(found)


def _step(step: Step, result: StepResult, record: StepRecord | None) -> StepFacts:
    known = StepFacts(
        n=step.n,
        line=step.line,
        command=step.text,
        result=result,
        is_check=step.criterion is not None,
    )
    if record is None:
        return known
    return msgspec.structs.replace(
        known,
        status=record.status,
        seconds=record.seconds,
        log_line=record.log_line,
        put_back=one_line(record.put_back),
        stopped=record.stopped,
    )
