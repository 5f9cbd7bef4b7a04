"""What every renderer needs to know of a run, as one frozen value. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Literal

import msgspec

from tmuxplan.events import Evidence, Leftover, RunVerdict, Verdict
from tmuxplan.plan.model import Estimate, Learned, Step, Template, Text
from tmuxplan.report.criteria import CriterionFacts
from tmuxplan.schedule.state import Phase

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


class ItemFacts(msgspec.Struct, frozen=True):
    """An item of what a person looks at before signing. `by` empty: nobody signed it."""

    n: int
    text: str
    by: str = ""
    note: str = ""


class Answered(msgspec.Struct, frozen=True):
    """A prompt that a rule answered. The answer is not known here."""

    at: float
    prompt: str
    rule: str


class AttemptFacts(msgspec.Struct, frozen=True, kw_only=True):
    """One attempt; times are seconds since the epoch. `stdin_empty`: nobody could type."""

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
    stdin_empty: bool = False

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
    more after it; `outcome` is "running" meanwhile. `checklist`: what a person looks at, of a
    task that waits for one or did. `awaits`: the lock that it lacks, and which other run has it.
    `overridden`: settings that stand in place of what the plan's text says of it. `reopened_by`:
    who had it run again, after an end that does not count any more. `learned`, `expected_s`:
    as in Task.

    Up to `expected_s` it is what was known before; what follows is what happened."""

    id: str
    title: str
    line: int
    number: int
    terminal: str
    aliases: tuple[str, ...]
    impact: str
    blocks_the_run: bool
    asked: bool
    preconditions: tuple[str, ...]
    estimate: Estimate | None
    steps: tuple[Step, ...]
    recovery: tuple[Text, ...]
    has_gate: bool
    has_commands: bool
    file: str = ""
    needs: tuple[str, ...] = ()
    overridden: tuple[str, ...] = ()
    learned: Learned | None = None
    expected_s: float | None = None

    phase: Phase = "waiting"
    verdict: Verdict | None = None
    outcome: Outcome = "not started"
    blocked_by: tuple[str, ...] = ()
    root: tuple[str, ...] = ()
    halted: str = ""
    waits_for: tuple[str, ...] = ()
    attempts: tuple[AttemptFacts, ...] = ()
    criteria: tuple[CriterionFacts, ...] = ()
    signed_by: str = ""
    signed_note: str = ""
    skipped_by: str = ""
    skip_reason: str = ""
    retry_at: float | None = None
    retries_left: int = 0
    checklist: tuple[ItemFacts, ...] = ()
    awaits: str = ""
    reopened_by: str = ""
    reopened_why: str = ""

    @property
    def last(self) -> AttemptFacts | None:
        return self.attempts[-1] if self.attempts else None

    @property
    def ticked(self) -> Mapping[str, ItemFacts]:
        """By its text: what a person ticked."""
        return {item.text: item for item in self.checklist if item.by}

    @property
    def unticked(self) -> tuple[ItemFacts, ...]:
        """What a person was to look at, and nobody ticked."""
        return tuple(item for item in self.checklist if not item.by)

    @property
    def log_lines(self) -> int:
        """How many lines the newest attempt's log has; 0 while it is not known."""
        return self.last.log_lines if self.last else 0

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        """What the newest attempt's verdict rests on."""
        return self.last.evidence if self.last else ()


# `dict`: a cached property needs one.
class RunFacts(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """One run. `verdict` is None until its supervisor ended it; `seconds` lasts until then.

    `paused`: who paused it; empty where it is not. `halting`: it stops because so many tasks
    failed."""

    id: str
    plan_title: str
    plan_path: str
    sha256: str
    template: Template | None
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

    state: RunPhase = "running"
    verdict: RunVerdict | None = None
    rule: str = ""
    deciding: tuple[str, ...] = ()
    ended: float | None = None
    seconds: float | None = None
    stopping: str = ""
    tasks: tuple[TaskFacts, ...] = ()
    notices: tuple[str, ...] = ()
    paused: str = ""
    halting: bool = False

    def task(self, task_id: str) -> TaskFacts | None:
        return self._by_id.get(task_id)

    @cached_property
    def _by_id(self) -> Mapping[str, TaskFacts]:
        return {task.id: task for task in self.tasks}

    def count(self, *outcomes: Outcome) -> int:
        """How many tasks have one of these outcomes."""
        return sum(task.outcome in outcomes for task in self.tasks)
