"""Criteria that a machine can check: commands that ran as steps, and regular expressions."""

from __future__ import annotations

from collections.abc import Collection

from tmuxplan.events import Evidence
from tmuxplan.judge import criteria
from tmuxplan.judge.clean import one_line
from tmuxplan.judge.ledger import LONGEST, Reading, named
from tmuxplan.plan.model import Criterion


def unmet(
    asked: tuple[Criterion, ...], reading: Reading, seen: Collection[int], steps: dict[int, int]
) -> tuple[Evidence, ...]:
    """Evidence for each criterion that is not met, or was not reached. `seen` are the regular
    expressions that occurred, `steps` the number of the step that is a criterion's check."""
    found = []
    for index, criterion in enumerate(asked):
        if criterion.kind == "person":
            continue
        step = steps.get(index, 0)
        if criterion.kind == "command":
            why = _command(criterion, reading.statuses.get(step))
        else:
            why = _regex(criterion, index in seen)
        if why:
            sign = "!" if criterion.negated else ""
            text = one_line(f"{why}: {sign}{criterion.code}", LONGEST)
            found.append(Evidence("criterion", text, step=step, line=criterion.line))
    return tuple(found)


def _command(criterion: Criterion, status: int | None) -> str:
    if status is None:
        return "check not reached"
    if criterion.negated:
        return "check succeeded, and should not" if status == 0 else ""
    return f"check not met, {named(status)}" if status else ""


def _regex(criterion: Criterion, seen: bool) -> str:
    if criteria.compiled(criterion.code) is None:
        return "not a regular expression, so never met"
    if criterion.negated:
        return "in the output, and should not be" if seen else ""
    return "" if seen else "not in the output"
