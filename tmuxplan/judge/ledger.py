"""The step records of an attempt, read against the plan's steps and the outer shell's status."""

from __future__ import annotations

import signal
from collections.abc import Sequence

import msgspec

from tmuxplan.events import Evidence, EvidenceKind
from tmuxplan.judge.clean import one_line
from tmuxplan.judge.facts import Facts, StepFacts
from tmuxplan.plan.model import Step

CLOSED_PIPE = 141
"""128 + SIGPIPE: the reader of a pipe had enough. Neither failure nor warning."""

_LAST_OF_ITS_OWN = 125
"""126, 127 and signals are no answer of a command: it could not be run, or was killed."""

LONGEST = 160
"""Characters of a step's text in evidence."""


class Reading(msgspec.Struct, frozen=True):
    """What the records say. `statuses` are the steps' own, by number, a pipeline's member
    counted where what follows it only passes output on; `open_step` the number of the step
    that was at work when the body ended (0: none); `at` where the task stood last."""

    total: int
    statuses: dict[int, int]
    open_step: int
    at: Step | None
    evidence: tuple[Evidence, ...]


def read(steps: tuple[Step, ...], attempt: Facts, on_error: str = "continue") -> Reading:
    """What each record, each missing one and the outer status say. Checks are judged in
    `checks`, which needs `statuses` for it. `on_error` is the task's."""
    setup = next((record for record in attempt.steps if not record.n and record.stopped), None)
    if setup is not None:
        return Reading(len(steps), {}, 0, None, (_of_setup(setup),))
    by_number = {step.n: step for step in steps}
    records = [record for record in attempt.steps if record.n in by_number]
    last = records[-1] if records else None
    reached = max((record.n for record in records), default=0)
    open_step = 0 if (last and last.stopped) or reached >= len(steps) else reached + 1
    evidence = [e for record in records for e in _of_record(record, by_number[record.n], on_error)]
    evidence += _without_record(steps, {record.n for record in records}, reached)
    evidence += _of_the_end(attempt, steps, last, by_number.get(open_step))
    return Reading(
        total=len(steps),
        statuses=_statuses(records, by_number),
        open_step=open_step,
        at=by_number.get(open_step or reached),
        evidence=tuple(evidence),
    )


def short(step: Step) -> str:
    """A step's first line, for a sentence."""
    first, _, more = step.text.strip().partition("\n")
    return one_line(first + (" …" if more else ""), LONGEST)


def named(status: int) -> str:
    """A status in words: `exit status 127 (command not found)`."""
    if status > 128:
        meaning = _signal(status)
    else:
        meaning = {126: "can't be executed", 127: "command not found"}.get(status, "")
    return f"exit status {status}" + (f" ({meaning})" if meaning else "")


def _statuses(records: Sequence[StepFacts], by_number: dict[int, Step]) -> dict[int, int]:
    """A step that ran twice keeps its failure."""
    statuses: dict[int, int] = {}
    for record in records:
        status = _status(record, by_number[record.n])
        statuses[record.n] = statuses.get(record.n, 0) or status
    return statuses


def _status(record: StepFacts, step: Step) -> int:
    if record.status:
        return 0 if _only_closed_pipes(record) else record.status
    for index, status in _masked(record):
        if _passed_on(index, record, step):
            return status
    return 0


def _of_setup(record: StepFacts) -> Evidence:
    """What runs before the first step failed, or ended the shell: record 0."""
    text = f"shell_init ended with {named(record.status)}, and no step of the task was run"
    return Evidence("step", text, log_line=record.log_line)


def _of_record(record: StepFacts, step: Step, on_error: str) -> list[Evidence]:
    if step.criterion is not None:
        return []
    evidence: list[Evidence] = []
    status = _status(record, step)
    if step.expects and not record.stopped and status <= _LAST_OF_ITS_OWN:
        evidence += _expected(record, step, status)
    elif status:
        evidence.append(_failed(record, step, status, on_error))
    for index, masked in _masked(record):
        if not _passed_on(index, record, step):
            text = (
                f"member {index + 1} of a pipeline ended with {named(masked)}, and the pipeline "
                f"did not: {short(step)}"
            )
            evidence.append(_evidence("warning", text, step, record.log_line))
    return evidence


def _expected(record: StepFacts, step: Step, status: int) -> list[Evidence]:
    """A failure that the plan announces is not judged; a success is one only where it may be."""
    if status:
        text = f"{named(status)}, and the plan expects a failure: {short(step)}"
        return [_evidence("warning", text, step, record.log_line)]
    if step.expects == "must fail":
        text = f"succeeded, and the plan says that it must fail: {short(step)}"
        return [_evidence("step", text, step, record.log_line)]
    text = f"succeeded, and the plan expects a failure: {short(step)}"
    return [_evidence("warning", text, step, record.log_line)]


def _failed(record: StepFacts, step: Step, status: int, on_error: str) -> Evidence:
    text = f"{named(status)}: {short(step)}"
    if not record.status:
        text += " (a pipeline's member; what follows it only passes output on)"
    if record.put_back:
        back = one_line(record.put_back, LONGEST)
        text += f"; it left the shell in another directory, which was put back into {back}"
    if record.stopped and on_error == "stop":
        text += "; the task stopped here, because on_error is stop"
    elif record.stopped:
        text += "; the task stopped here: what follows would have acted in the wrong place"
    return _evidence("step", text, step, record.log_line)


def _masked(record: StepFacts) -> list[tuple[int, int]]:
    """Members of a pipeline that failed while the pipeline did not: index and status."""
    if record.status:
        return []
    members = enumerate(record.pipe[:-1])
    return [(index, status) for index, status in members if status not in (0, CLOSED_PIPE)]


def _passed_on(index: int, record: StepFacts, step: Step) -> bool:
    """All members after this one only hand its output on."""
    return len(record.pipe) == step.members and step.members - 1 - index <= step.passes_on


def _only_closed_pipes(record: StepFacts) -> bool:
    """`set -o pipefail; yes | head -1`: the pipeline's 141 says no more than its member's."""
    failed = [status for status in record.pipe if status]
    return (
        record.status == CLOSED_PIPE
        and record.pipe[-1:] == (0,)
        and all(status == CLOSED_PIPE for status in failed)
    )


def _without_record(steps: tuple[Step, ...], seen: set[int], reached: int) -> list[Evidence]:
    return [
        _evidence("lost", f"no record of how it ended: {short(step)}", step)
        for step in steps
        if step.n < reached and step.n not in seen
    ]


def _of_the_end(
    attempt: Facts, steps: tuple[Step, ...], last: StepFacts | None, open_step: Step | None
) -> list[Evidence]:
    """What the outer shell's status says beyond the records."""
    status = attempt.status
    if status is None:
        return []
    if open_step is not None:
        return _of_open(status, open_step, len(steps))
    if status == 0 or (last is not None and status == last.status):
        return []
    before = f" although its last step ended with {last.status}" if last else ""
    text = f"the script ended with {named(status)}{before}"
    return [Evidence("signal" if _signal(status) else "status", text, log_line=attempt.log_lines)]


def _of_open(status: int, step: Step, total: int) -> list[Evidence]:
    """The step that was at work owns the status: `exit`, `exec`, `set -e` or a kill."""
    if status == 0 and not step.ends:
        text = (
            f"the script ended with 0 at step {step.n} of {total}, which says nothing of an end, "
            f"so that nobody knows what failed: {short(step)}"
        )
        return [_evidence("lost", text, step)]
    if status == 0:
        text = f"ended at step {step.n} of {total}: {short(step)}"
        return [_evidence("warning", text, step)] if step.n < total else []
    left = f"; the script ended here, at step {step.n} of {total}" if step.n < total else ""
    kind: EvidenceKind = "signal" if _signal(status) else "step"
    return [_evidence(kind, f"{named(status)}: {short(step)}{left}", step)]


def _evidence(kind: EvidenceKind, text: str, step: Step, log_line: int = 0) -> Evidence:
    return Evidence(kind, text, step=step.n, line=step.line, log_line=log_line)


def _signal(status: int) -> str:
    """The signal's name in a status above 128; empty for none."""
    try:
        return signal.Signals(status - 128).name if status > 128 else ""
    except ValueError:
        return ""
