"""A run as spans, one for the run and for each task, attempt and step. Pure.

Identifiers follow from the journal: the same run gives the same spans, whenever they are written
or sent. Only the length of a step is known, not its start: steps stand one behind the other from
the attempt's start.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from typing import Literal

import msgspec

from tmuxplan.events import Evidence
from tmuxplan.report.decision import headline
from tmuxplan.report.evidence import why
from tmuxplan.report.facts import FAILURES, AttemptFacts, RunFacts, StepFacts, TaskFacts

Value = str | int | bool
Attributes = Mapping[str, Value]
Code = Literal["unset", "ok", "error"]
"""As OpenTelemetry has it: error is a failure, ok one's word that it is none."""

_LONGEST_NAME = 120
_BAD = FAILURES | {"blocked", "halted"}


class Happening(msgspec.Struct, frozen=True):
    """Something at a moment of a span, in nanoseconds since the epoch."""

    name: str
    at: int
    attributes: Attributes


class Span(msgspec.Struct, frozen=True, kw_only=True):
    """Ids are hex: 32 digits of a trace, 16 of a span; `parent` is empty for the run's own.
    Times are nanoseconds since the epoch."""

    trace: str
    id: str
    parent: str
    name: str
    start: int
    end: int
    code: Code
    said: str
    attributes: Attributes
    happenings: tuple[Happening, ...] = ()


def resource(run: RunFacts) -> Attributes:
    """Who speaks."""
    return {
        "service.name": "tmuxplan",
        "service.version": run.version,
        "host.name": run.host,
    }


def spans(run: RunFacts) -> Iterator[Span]:
    """Every span of the run, parents first."""
    of = _Of(run)
    yield of.run()
    for task in run.tasks:
        yield of.task(task)
        for attempt in task.attempts:
            if attempt.started is not None:
                yield from of.attempt(task, attempt)


class _Of:
    def __init__(self, run: RunFacts) -> None:
        self._run = run
        who = f"{run.id} {run.host} {run.cwd} {run.started}"
        self._trace = _hash(who, 32)
        self._start = run.started or 0.0
        # Of what was cut short no more is known than when it was last heard of.
        length = run.seconds if run.seconds is not None else 0.0
        self._end = self._start + length

    def run(self) -> Span:
        run = self._run
        attributes: dict[str, Value] = {
            "tmuxplan.run.id": run.id,
            "tmuxplan.plan.path": run.plan_path,
            "tmuxplan.plan.sha256": run.sha256,
            "tmuxplan.run.verdict": run.verdict or "none",
            "tmuxplan.run.state": run.state,
            "tmuxplan.run.rule": run.rule,
            "tmuxplan.run.partial": run.partial,
            "tmuxplan.run.backend": run.backend,
            "tmuxplan.run.user": run.user,
            "tmuxplan.run.tasks": len(run.tasks),
        }
        code: Code = "ok" if run.verdict == "GO" else "error" if run.verdict == "NO GO" else "unset"
        return self._span(
            (), run.plan_title, self._start, self._end, code, headline(run), attributes
        )

    def task(self, task: TaskFacts) -> Span:
        starts = [a.started for a in task.attempts if a.started is not None]
        ends = [a.ended for a in task.attempts if a.ended is not None]
        running = task.outcome == "running"
        start = starts[0] if starts else self._end
        end = self._end if running or not ends else ends[-1]
        attributes: dict[str, Value] = {
            "tmuxplan.task.id": task.id,
            "tmuxplan.task.outcome": task.outcome,
            "tmuxplan.task.blocks_the_run": task.blocks_the_run,
            "tmuxplan.task.attempts": len(task.attempts),
            "tmuxplan.task.started": bool(starts),
            **_place(self._run, task, task.line),
        }
        for name, value in (
            ("blocked_by", ", ".join(task.blocked_by)),
            ("signed_by", task.signed_by),
            ("skipped_by", task.skipped_by),
            ("skip_reason", task.skip_reason),
        ):
            if value:
                attributes[f"tmuxplan.task.{name}"] = value
        code: Code = (
            "ok" if task.outcome == "passed" else "error" if task.outcome in _BAD else "unset"
        )
        name = f"{task.id} {task.title}"
        return self._span((task.id,), name, start, end, code, why(task), attributes)

    def attempt(self, task: TaskFacts, attempt: AttemptFacts) -> Iterator[Span]:
        start = attempt.started or self._start
        end = max(start, attempt.ended if attempt.ended is not None else self._end)
        steps = tuple(self._steps(task, attempt, start, end))
        shown = {step.n for step, _ in steps}
        attributes: dict[str, Value] = {
            "tmuxplan.task.id": task.id,
            "tmuxplan.attempt.n": attempt.n,
            "tmuxplan.attempt.verdict": attempt.verdict or "none",
            "tmuxplan.attempt.log_lines": attempt.log_lines,
            "host.name": attempt.host,
            **_place(self._run, task, task.line),
        }
        if attempt.status is not None:
            attributes["process.exit.code"] = attempt.status
        verdict = attempt.verdict
        code: Code = "unset" if verdict is None else "ok" if verdict == "passed" else "error"
        of_no_step = [e for e in attempt.evidence if e.step not in shown]
        said = attempt.lost or (attempt.failures[0].text if attempt.failures else "")
        name = f"{task.id} attempt {attempt.n}"
        key = (task.id, str(attempt.n))
        yield self._span(
            key, name, start, end, code, said, attributes, _happenings(of_no_step, end)
        )
        yield from (span for _, span in steps)

    def _steps(
        self, task: TaskFacts, attempt: AttemptFacts, at: float, last: float
    ) -> Iterator[tuple[StepFacts, Span]]:
        for step in attempt.steps:
            if step.seconds is None:
                continue
            end = min(last, at + step.seconds)
            own = [e for e in attempt.evidence if e.step == step.n]
            attributes: dict[str, Value] = {
                "tmuxplan.task.id": task.id,
                "tmuxplan.step.n": step.n,
                "tmuxplan.step.command": step.command,
                "tmuxplan.step.result": step.result,
                **_place(self._run, task, step.line),
            }
            if step.status is not None:
                attributes["process.exit.code"] = step.status
            code: Code = (
                "ok" if step.result == "ok" else "error" if step.result == "failed" else "unset"
            )
            name = step.command.split("\n")[0][:_LONGEST_NAME] or f"step {step.n}"
            said = own[0].text if own and code == "error" else ""
            key = (task.id, str(attempt.n), str(step.n))
            happenings = _happenings(own, end)
            yield step, self._span(key, name, at, end, code, said, attributes, happenings)
            at = end

    def _span(  # noqa: PLR0913, PLR0917 (one argument a part of a span)
        self,
        key: tuple[str, ...],
        name: str,
        start: float,
        end: float,
        code: Code,
        said: str,
        attributes: Attributes,
        happenings: tuple[Happening, ...] = (),
    ) -> Span:
        return Span(
            trace=self._trace,
            id=self._id(key),
            parent=self._id(key[:-1]) if key else "",
            name=name,
            start=_nano(start),
            end=_nano(max(start, end)),
            code=code,
            # A message belongs to an error alone.
            said=said if code == "error" else "",
            attributes=attributes,
            happenings=happenings,
        )

    def _id(self, key: tuple[str, ...]) -> str:
        return _hash("\0".join((self._trace, *key)), 16)


def _happenings(evidence: list[Evidence], at: float) -> tuple[Happening, ...]:
    """Evidence has no time of its own: it was seen by the end of what it is of."""
    return tuple(
        Happening(
            "evidence",
            _nano(at),
            {
                "tmuxplan.evidence.kind": one.kind,
                "tmuxplan.evidence.text": one.text,
                "tmuxplan.evidence.plan_line": one.line,
                "tmuxplan.evidence.log_line": one.log_line,
            },
        )
        for one in evidence
    )


def _place(run: RunFacts, task: TaskFacts, line: int) -> Attributes:
    return {"code.file.path": task.file or run.plan_path, "code.line.number": line}


def _hash(text: str, digits: int) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()[:digits]


def _nano(seconds: float) -> int:
    # By way of whole microseconds: a float of now has no finer ones.
    return round(seconds * 1_000_000) * 1000
