"""What became of a task's success criteria. Pure; what was not seen is never met."""

from __future__ import annotations

from typing import Literal

import msgspec

from tmuxplan.plan.model import Criterion, Step
from tmuxplan.report.words import one_line
from tmuxplan.schedule.state import AttemptRecord

CriterionResult = Literal["met", "not met", "not reached", "not machine-checked", "open"]


class CriterionFacts(msgspec.Struct, frozen=True):
    """One criterion and its result. "open": its attempt has not been judged yet."""

    text: str
    line: int
    kind: Literal["command", "regex", "person"]
    result: CriterionResult


def criteria_of(
    criteria: tuple[Criterion, ...],
    steps: tuple[Step, ...],
    attempt: AttemptRecord | None,
    elsewhere: frozenset[int] = frozenset(),
) -> tuple[CriterionFacts, ...]:
    """The criteria of a task after its newest attempt. `elsewhere`: lines of those that occurred
    in other shells of the task."""
    checks = {step.criterion: step.n for step in steps if step.criterion is not None}
    return tuple(
        CriterionFacts(
            one_line(criterion.text),
            criterion.line,
            criterion.kind,
            _result(index, criterion, checks.get(index), attempt, elsewhere),
        )
        for index, criterion in enumerate(criteria)
    )


def _result(
    index: int,
    criterion: Criterion,
    step: int | None,
    attempt: AttemptRecord | None,
    elsewhere: frozenset[int],
) -> CriterionResult:
    if criterion.kind == "person":
        return "not machine-checked"
    if attempt is None:
        return "not reached"
    if attempt.verdict is None:
        return "open"
    seen = _seen(index, criterion, step, attempt)
    if not criterion.negated and criterion.line in elsewhere:
        seen = True
    if seen is None:
        return "not reached"
    unmet = any(e.kind == "criterion" and e.line == criterion.line for e in attempt.evidence)
    return "met" if seen and not unmet else "not met"


def _seen(
    index: int, criterion: Criterion, step: int | None, attempt: AttemptRecord
) -> bool | None:
    """Whether the machine saw it hold; None where it never came to the check."""
    if criterion.kind == "command":
        return True if any(record.n == step for record in attempt.steps) else None
    occurred = index in attempt.criteria_seen
    if occurred != criterion.negated:
        # An absence proves nothing where the end of the output was not seen.
        return True if occurred or attempt.status is not None else None
    return False
