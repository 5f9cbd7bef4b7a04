"""One attempt's log, read once from its first byte: facts out, as events.

The same bytes give the same events however the reads cut them (only seconds and `at` may
differ), so that a supervisor that takes a run over begins at byte 0 and rebuilds everything.
"""

from __future__ import annotations

import re

import msgspec

from tmuxplan.events import (
    CriterionSeen,
    Event,
    Evidence,
    EvidenceFound,
    Hit,
    Scan,
    SecretSeen,
    StepEnded,
)
from tmuxplan.watch import records
from tmuxplan.watch.lines import LONGEST, Lines, Piece

MOST_EVIDENCE = 100
"""Markers, and warnings, that one attempt journals one by one; the rest is counted."""

_EVIDENCE = frozenset(("marker", "warning"))

# What the prelude prints after a command's text. Another's output may stand before it, where
# the text was too long for one write, and after it: those lines are judged.
_ECHO_END = re.compile(rb"\x1b\[0m\r?\n\Z")

MOST_SECRETS = 10_000
"""Secrets' positions that one attempt journals; from there on everything counts as one."""


class Watcher:
    """Reads one attempt's log. `step_lines[k-1]` is the plan's line of step k.

    `offset` counts the bytes it was given; `finished` is the status in the outer shell's last
    record, None until it came; `log_lines` the log's lines so far, a last one without a
    newline included, records not. `serves`: what comes after the last record is judged as well,
    as its last step's, until `close`.
    """

    def __init__(
        self,
        task: str,
        n: int,
        nonce: str,
        scan: Scan,
        step_lines: tuple[int, ...] = (),
        *,
        serves: bool = False,
    ) -> None:
        self.finished: int | None = None
        self.offset = 0
        self._task, self._n, self._nonce = task, n, nonce
        self._scan, self._step_lines = scan, step_lines
        self._rest = b""
        self._lines = Lines()
        self._step, self._judged = 0, False
        self._prompted = False
        self._broken = b""
        self._began: tuple[float | None, float] | None = None
        self._found = {"marker": 0, "warning": 0}
        self._criteria: set[int] = set()
        self._secrets = 0
        self._closed = self._reported = False
        self._serves = serves

    @property
    def log_lines(self) -> int:
        """Lines in the log so far."""
        return self._lines.count + (1 if self._rest and self._lines.at_start else 0)

    def feed(self, data: bytes, now: float) -> tuple[Event, ...]:
        """What the log's next bytes say. `now` is the time in seconds since the epoch."""
        self.offset += len(data)
        buffer, events, at = self._rest + data, [], 0
        self._rest = b""
        while (start := buffer.find(records.INTRODUCER, at)) >= 0:
            whole = records.WHOLE.match(buffer, start)
            if whole is None and records.OPEN.match(buffer, start):
                break
            record = records.parse(whole[1], self._nonce) if whole else None
            # A sequence that is no record of ours is output; what follows it may be one.
            end = start if whole and record else start + 1
            events += self._output(buffer[at:end], now)
            at = whole.end() if whole and record else end
            if whole and record:
                events += self._flush(now)
                self._lines.skip(whole.end() - start)
                events += self._record(record, now)
        keep = len(buffer) - start if start >= 0 else _started(buffer, at)
        events += self._output(buffer[at : len(buffer) - keep], now)
        self._rest = buffer[len(buffer) - keep :]
        return tuple(events)

    def close(self, now: float) -> tuple[Event, ...]:
        """No more bytes will come: judge what waited for more. The last record does this too,
        so that only a log without one needs it; a second call says nothing."""
        if self._closed:
            return ()
        events = self._output(self._rest, now) + self._flush(now)
        self._rest, self._closed, self._judged = b"", True, False
        for kind in ("marker", "warning"):
            more = self._found[kind] - MOST_EVIDENCE
            if more > 0:
                text = f"and {more} more lines like these"
                evidence = Evidence("marker" if kind == "marker" else "warning", text)
                events.append(EvidenceFound(at=now, task=self._task, n=self._n, evidence=evidence))
        if self.finished == 0 and self._step_lines and not self._step and not self._reported:
            # `Shell: bash -c true`, a BASH_ENV that exits: the shell never read the script.
            never = Evidence("lost", "no step of the script reported that it began")
            events.append(EvidenceFound(at=now, task=self._task, n=self._n, evidence=never))
        return tuple(events)

    def _record(self, record: records.Record, now: float) -> list[Event]:
        if isinstance(record, records.Prompt):
            self._prompted = True
            return []
        if isinstance(record, records.Began):
            self._step, self._judged, self._began = record.step, True, (record.t, now)
            self._prompted = False
            return []
        if isinstance(record, records.Finished):
            self.finished = record.status
            return [] if self._serves else list(self.close(now))
        self._reported = True
        ended = StepEnded(
            at=now,
            task=self._task,
            n=self._n,
            step=record.step,
            status=record.status,
            seconds=self._seconds(record, now),
            pipe=record.pipe,
            put_back=record.back,
            stopped=record.stop,
            log_line=max(1, self._lines.count),
        )
        self._began = None
        return [ended]

    def _seconds(self, ended: records.Ended, now: float) -> float | None:
        if self._began is None or self._step != ended.step:
            return None
        t, seen = self._began
        took = ended.t - t if ended.t is not None and t is not None else now - seen
        return max(0.0, round(took, 6))

    def _output(self, data: bytes, now: float) -> list[Event]:
        events: list[Event] = []
        while self._prompted and (end := data.find(b"\n") + 1):
            events += self._fed(data[:end], now)
            data = data[end:]
        return events + self._fed(data, now)

    def _fed(self, data: bytes, now: float) -> list[Event]:
        return [e for piece in self._lines.feed(data) for e in self._judge(piece, now)]

    def _flush(self, now: float) -> list[Event]:
        """A record breaks the line that was being printed. What follows may be its rest: a
        background command's message in several writes, and a step that ended between them."""
        events: list[Event] = []
        for piece in self._lines.flush():
            events += self._judge(piece, now)
            known = any(isinstance(event, EvidenceFound) for event in events)
            self._broken = b"" if known else (self._broken + piece.data)[-LONGEST:]
        return events

    def _judge(self, piece: Piece, now: float) -> list[Event]:
        """The echo of a command is not judged, but a secret must be masked there as well."""
        hits = self._scan(piece.data)
        echo = self._prompted and _ECHO_END.search(piece.data) is not None
        if echo:
            self._prompted = False
        events = self._rejoined(piece, hits, now) if self._broken and not echo else []
        judged = self._judged and not echo
        for hit in hits:
            if piece.seen and hit.offset + hit.length <= piece.seen:
                continue
            if hit.kind == "secret":
                events += self._secret(piece, hit, now)
            elif judged and hit.kind == "criterion":
                events += self._criterion(piece, hit, now)
            elif judged:
                events += self._evidence(piece, hit, now)
        return events

    def _rejoined(self, piece: Piece, hits: tuple[Hit, ...], now: float) -> list[Event]:
        """Failures that a broken line says only when its rest is put back to it."""
        end = piece.data.find(b"\n") + 1 or len(piece.data)
        broken, first = self._broken, piece.data[:end]
        if first.endswith(b"\n"):
            self._broken = b""
        if not self._judged or any(h.kind in _EVIDENCE and h.offset < end for h in hits):
            return []
        whole = msgspec.structs.replace(piece, data=broken + first, continued=False, seen=0)
        found = [
            h
            for h in self._scan(whole.data)
            if h.kind in _EVIDENCE and h.offset + h.length > len(broken)
        ]
        return [e for h in found for e in self._evidence(whole, h, now)]

    def _secret(self, piece: Piece, hit: Hit, now: float) -> list[Event]:
        self._secrets += 1
        if self._secrets > MOST_SECRETS + 1:
            return []
        length = hit.length if self._secrets <= MOST_SECRETS else -1
        offset = piece.offset + hit.offset
        return [SecretSeen(at=now, task=self._task, n=self._n, offset=offset, length=length)]

    def _criterion(self, piece: Piece, hit: Hit, now: float) -> list[Event]:
        if hit.criterion in self._criteria:
            return []
        self._criteria.add(hit.criterion)
        line = piece.line_of(hit.offset)
        return [
            CriterionSeen(
                at=now, task=self._task, n=self._n, criterion=hit.criterion, log_line=line
            )
        ]

    def _evidence(self, piece: Piece, hit: Hit, now: float) -> list[Event]:
        """The middle of a line too long to hold is no line: what begins there begins nothing."""
        if piece.continued and hit.offset <= piece.seen:
            return []
        self._found[hit.kind] += 1
        if self._found[hit.kind] > MOST_EVIDENCE:
            return []
        step = self._step_at(hit.line)
        line = hit.line or (self._step_lines[step - 1] if 0 < step <= len(self._step_lines) else 0)
        evidence = Evidence(
            "marker" if hit.kind == "marker" else "warning",
            hit.text,
            step=step,
            line=line,
            log_line=piece.line_of(hit.offset),
        )
        return [EvidenceFound(at=now, task=self._task, n=self._n, evidence=evidence)]

    def _step_at(self, line: int) -> int:
        """The step that prints now, or the one at a plan's line that the output itself names:
        a background command's message comes while a later step runs."""
        if not line or self._step_lines[self._step - 1 : self._step] == (line,):
            return self._step
        before = [k for k, first in enumerate(self._step_lines, 1) if first <= line]
        return max(before, default=self._step)


def _started(buffer: bytes, at: int) -> int:
    """How many of the last bytes may be the beginning of a record."""
    for length in range(len(records.INTRODUCER) - 1, 0, -1):
        if len(buffer) - length >= at and buffer.endswith(records.INTRODUCER[:length]):
            return length
    return 0
