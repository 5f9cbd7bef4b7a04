"""The verdict of an attempt that ended: facts in, verdict and evidence out.

Failed if any step, marker, check or the status says so; passed only if the status is known
and nothing says otherwise. Every verdict but "passed" has evidence that is no warning.
"""

from __future__ import annotations

import msgspec

from tmuxplan.events import Evidence, EvidenceKind, Verdict
from tmuxplan.judge import ledger
from tmuxplan.judge.checks import unmet
from tmuxplan.judge.clean import one_line
from tmuxplan.judge.facts import Facts
from tmuxplan.plan.model import Step, Task


class Outcome(msgspec.Struct, frozen=True):
    """What `events.Judged` says of an attempt."""

    verdict: Verdict
    evidence: tuple[Evidence, ...]


def judge(
    task: Task, steps: tuple[Step, ...], attempt: Facts, reason: str = "", held: str = ""
) -> Outcome:
    """The verdict of an attempt of `task`, whose `steps` the shell room found.

    `reason` says in words why we stopped it, where we did and there is more to say; `held` why
    nothing shows that its server came up, where another was there before.
    """
    reading = ledger.read(steps, attempt, task.on_error)
    if attempt.started is None and not attempt.steps:  # it never began: it stood at no step
        reading = msgspec.structs.replace(reading, at=None)
    if attempt.stop_why == "done":
        return _let_go(task, steps, attempt, reading)
    if attempt.stop_why:
        return _stopped(attempt, reading, reason)
    checks = {step.criterion: step.n for step in steps if step.criterion is not None}
    missing = unmet(task.criteria, reading, attempt.criteria_seen, checks)
    not_up = (_not_up(task, held),) if held else ()
    evidence = _ordered((*attempt.found, *reading.evidence, *missing, *not_up))
    if attempt.status is None:
        reason = one_line(attempt.lost, 300) or "its exit status was never written"
        return Outcome("lost", (_at(reading, "lost", reason), *evidence))
    deciding = [e for e in evidence if e.kind != "warning"]
    if any(e.kind != "lost" for e in deciding):
        return Outcome("failed", evidence)
    return Outcome("lost" if deciding else "passed", evidence)


def _not_up(task: Task, held: str) -> Evidence:
    """That it is up is a criterion of a server, written or not."""
    return Evidence("criterion", one_line(held, 300), line=task.ready.line if task.ready else 0)


def _let_go(
    task: Task, steps: tuple[Step, ...], attempt: Facts, reading: ledger.Reading
) -> Outcome:
    """A server that was up, and that we stopped when nobody needed it: passed, if nothing that
    was known before says otherwise. The status is ours."""
    checks = {step.criterion: step.n for step in steps if step.criterion is not None}
    missing = unmet(task.criteria, reading, attempt.criteria_seen, checks)
    ended = tuple(e for e in reading.evidence if e.step and e.step != reading.open_step)
    evidence = _ordered((*attempt.found, *ended, *missing))
    failed = any(e.kind != "warning" for e in evidence)
    return Outcome("failed" if failed else "passed", evidence)


def _stopped(attempt: Facts, reading: ledger.Reading, reason: str) -> Outcome:
    """We ended it. What was not reached says nothing of the task, and the status is ours."""
    ended = tuple(e for e in reading.evidence if e.step and e.step != reading.open_step)
    evidence = _ordered((*attempt.found, *ended))
    if attempt.stop_why == "timeout":
        return Outcome("timed out", (_at(reading, "timeout", "ran into its timeout"), *evidence))
    if attempt.stop_why == "not up":
        return Outcome("failed", (_at(reading, "timeout", reason or "not up in time"), *evidence))
    why = "the run was stopped" if attempt.stop_why == "stop" else "stopped: the run halts"
    because = f" ({one_line(reason, 200)})" if reason else ""
    return Outcome("halted", (_at(reading, "signal", why + because), *evidence))


def _at(reading: ledger.Reading, kind: EvidenceKind, text: str) -> Evidence:
    """Evidence that names the step at which the task stood."""
    step = reading.at
    where = f" at step {step.n} of {reading.total}: {ledger.short(step)}" if step else ""
    return Evidence(kind, text + where, step.n if step else 0, step.line if step else 0)


def _ordered(evidence: tuple[Evidence, ...]) -> tuple[Evidence, ...]:
    """What decides before what warns, each in the order of the steps, then of the log."""
    last = max((e.step for e in evidence), default=0) + 1
    return tuple(sorted(evidence, key=lambda e: (e.kind == "warning", e.step or last, e.log_line)))
