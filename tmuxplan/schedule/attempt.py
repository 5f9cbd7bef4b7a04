"""What is known of one attempt of a task: a fold over its events."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from tmuxplan import events as ev
from tmuxplan.events import Evidence, Leftover, Verdict


class StepRecord(msgspec.Struct, frozen=True):
    """What the ledger says of one step that ended."""

    n: int
    status: int
    seconds: float | None
    pipe: tuple[int, ...]
    put_back: str
    stopped: bool
    log_line: int


class AttemptRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One attempt so far. `verdict` is None until it was judged; `found` is what was seen
    in its output, `evidence` what its verdict rests on. `stopped_after`: how many steps had
    ended, and how much was found, when we began to stop it. `quiet`: it waits for input or
    has stalled, now; None: it moves. `answered`: prompts that a rule answered.
    `may_have_waited`: for a person, nobody knows how long: at a prompt that no rule answered, or
    while no supervisor looked. `held`: that its port or URL answers says nothing, because it did
    before. `stdin_empty`: as in AttemptStarting."""

    n: int
    nonce: str
    starting: float
    stdin_empty: bool = False
    started: float | None = None
    ended: float | None = None
    host: str = ""
    pid: int = 0
    window: str = ""
    status: int | None = None
    lost: str = ""
    log_lines: int = 0
    steps: tuple[StepRecord, ...] = ()
    found: tuple[Evidence, ...] = ()
    criteria_seen: tuple[int, ...] = ()
    secrets: tuple[tuple[int, int], ...] = ()
    ready: ev.ServerReady | None = None
    held: ev.AnsweredBefore | None = None
    quiet: ev.InputAwaited | ev.Stalled | None = None
    answered: tuple[ev.Answered, ...] = ()
    may_have_waited: bool = False
    stop_why: str = ""
    stopped_after: tuple[int, int] = (0, 0)
    leftovers_ended: tuple[Leftover, ...] = ()
    leftovers_alive: tuple[Leftover, ...] = ()
    verdict: Verdict | None = None
    evidence: tuple[Evidence, ...] = ()

    def before_stop(self) -> AttemptRecord:
        """What was known when we began to stop it: what a server says as it ends is noise."""
        steps, found = self.stopped_after
        return _with(self, steps=self.steps[:steps], found=self.found[:found])


def after(attempt: AttemptRecord, event: ev.AttemptEvent) -> AttemptRecord:
    """The attempt once this has happened to it."""
    return _AFTER[type(event)](attempt, event)


_with = msgspec.structs.replace


def _started(attempt: AttemptRecord, event: ev.AttemptStarted) -> AttemptRecord:
    return _with(attempt, started=event.at, host=event.host, pid=event.pid, window=event.window)


def _step_ended(attempt: AttemptRecord, event: ev.StepEnded) -> AttemptRecord:
    record = StepRecord(
        event.step,
        event.status,
        event.seconds,
        event.pipe,
        event.put_back,
        event.stopped,
        event.log_line,
    )
    return _with(attempt, steps=(*attempt.steps, record))


def _secret(attempt: AttemptRecord, event: ev.SecretSeen) -> AttemptRecord:
    return _with(attempt, secrets=(*attempt.secrets, (event.offset, event.length)))


def _ended(attempt: AttemptRecord, event: ev.AttemptEnded) -> AttemptRecord:
    return _with(
        _now(attempt, None),
        ended=event.at,
        status=event.status,
        lost=event.lost,
        log_lines=event.log_lines,
    )


def _now(attempt: AttemptRecord, quiet: ev.InputAwaited | ev.Stalled | None) -> AttemptRecord:
    """It waits, or moves: whoever leaves a prompt that no rule answered had a person answer it."""
    by_person = isinstance(attempt.quiet, ev.InputAwaited)
    return _with(attempt, quiet=quiet, may_have_waited=attempt.may_have_waited or by_person)


def _adopted(attempt: AttemptRecord, _: ev.Adopted) -> AttemptRecord:
    """Secrets stay: the shell that resumes may not know them all."""
    return _with(attempt, steps=(), found=(), criteria_seen=(), quiet=None, may_have_waited=True)


def _asked_to_stop(attempt: AttemptRecord, event: ev.StopAsked) -> AttemptRecord:
    if attempt.stop_why:
        return attempt
    before = (len(attempt.steps), len(attempt.found))
    return _with(attempt, stop_why=event.why, stopped_after=before)


_AFTER: Mapping[type, Callable[[AttemptRecord, Any], AttemptRecord]] = {
    ev.AttemptStarted: _started,
    ev.StepEnded: _step_ended,
    ev.EvidenceFound: lambda a, e: _with(a, found=(*a.found, e.evidence)),
    ev.CriterionSeen: lambda a, e: _with(a, criteria_seen=(*a.criteria_seen, e.criterion)),
    ev.SecretSeen: _secret,
    ev.AttemptEnded: _ended,
    ev.LeftoverFound: lambda a, e: _with(a, leftovers_ended=e.ended, leftovers_alive=e.alive),
    ev.StopAsked: _asked_to_stop,
    ev.ServerReady: lambda a, e: _with(a, ready=e),
    ev.AnsweredBefore: lambda a, e: _with(a, held=e if e.what else None),
    ev.Adopted: _adopted,
    ev.InputAwaited: _now,
    ev.Stalled: _now,
    ev.Moving: lambda a, _: _now(a, None),
    ev.Answered: lambda a, e: _with(a, quiet=None, answered=(*a.answered, e)),
    ev.Judged: lambda a, e: _with(a, verdict=e.verdict, evidence=e.evidence),
}
