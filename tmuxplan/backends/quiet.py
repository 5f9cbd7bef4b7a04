"""Silence of one attempt: it waits for input, it has stalled, or it only takes its time.

Nothing is asked while output comes, and ever more seldom while nothing does: a machine with a
hundred silent tasks must be at rest.
"""

from __future__ import annotations

from typing import Literal

from tmuxplan.backends.reading import Reading, reading
from tmuxplan.events import Answered, Asked, Event, InputAwaited, Moving, Stalled
from tmuxplan.run import clock
from tmuxplan.run.backend import Attempt

QUIET_S = 0.6
"""From the last output to the first look: within a second a prompt is to be seen everywhere."""
_SELDOM_S = 15.0
"""The longest pause between two looks; each is twice as long as the one before."""
_WAITING_S = 2.0
"""The same while it waits for input: what is typed may show nothing."""
_TAIL = 8192
"""Bytes of output that a prompt is looked for in."""
MOST_ANSWERS = 100
"""So often one rule answers in one attempt: a program that does not like an answer may ask
for ever."""


_STOPPED = Asked(
    "(stopped: most likely it reads from the terminal in the background, as what `timeout` runs "
    "without --foreground)"
)
"""In place of a prompt."""
_ENTER = "\r"
_END_OF_INPUT = "\x04"


class Quiet:
    """Feed it what is printed; when `due`, have it `look`; then `keys` are what to type, if
    somebody wrote that down, and once they are, it is `typed`."""

    def __init__(self, attempt: Attempt) -> None:
        self.keys = ""
        self._attempt = attempt
        self._is: Literal["moving", "waiting", "stalled"] = "moving"
        self._tail, self._offset, self._line = b"", 0, 0
        self._printed_at = clock.monotonic()
        self._pause = QUIET_S
        self.due = self._printed_at + QUIET_S
        self._asked_at, self._asked = (-1, -1), Asked("")
        self._answered = -1
        self._answers: dict[str, int] = {}

    def feed(self, data: bytes) -> tuple[Event, ...]:
        """It printed this. Without a new line that may be the echo of what is being typed."""
        newline = data.rfind(b"\n")
        if newline >= 0:
            self._line = self._offset + newline + 1
        self._offset += len(data)
        self._tail = data[-_TAIL:] if len(data) >= _TAIL else (self._tail + data)[-_TAIL:]
        self._printed_at, self._pause = clock.monotonic(), QUIET_S
        self.due = self._printed_at + QUIET_S
        if self._is == "stalled" or (self._is == "waiting" and newline >= 0):
            return self._moves()
        return ()

    def look(self, shell: int, now: float) -> tuple[Event, ...]:
        """What its silence means. `shell` leads the session of its terminal."""
        self.keys = ""
        found = reading(shell)
        stopped = found.reads == "stopped"
        asked = _STOPPED if stopped else self._attempt.ask(self._said())
        if _waits(found, asked):
            events = self._waits(asked, found)
        elif self._is == "waiting":
            events = self._moves()
        else:
            events = self._stalls(now)
        self._look_again(now)
        return events

    def typed(self) -> tuple[Event, ...]:
        """The keys have been pressed."""
        if self.keys == _END_OF_INPUT:
            return ()
        self._is, self._answered = "moving", self._offset
        rule = self._asked.rule
        self._answers[rule] = self._answers.get(rule, 0) + 1
        task, n = self._attempt.task, self._attempt.n
        return (Answered(at=clock.now(), task=task, n=n, prompt=self._asked.text, rule=rule),)

    def _look_again(self, now: float) -> None:
        self._pause = min(2 * self._pause, _WAITING_S if self._is == "waiting" else _SELDOM_S)
        self.due = now + self._pause
        stalls = self._stalls_at()
        if stalls is not None and self._is == "moving":
            self.due = min(self.due, max(stalls, now))

    def _waits(self, asked: Asked, found: Reading) -> tuple[Event, ...]:
        place = (self._line, self._offset if found.lines and not found.echo else 0)
        if self._is == "waiting" and place == self._asked_at:
            return ()
        self._is, self._asked_at, self._asked = "waiting", place, asked
        if asked.answer is not None and self._answers.get(asked.rule, 0) < MOST_ANSWERS:
            self.keys = asked.answer + _ENTER
        elif self._attempt.unattended and found.reads != "stopped":
            self.keys = _END_OF_INPUT
        task, n = self._attempt.task, self._attempt.n
        return (InputAwaited(at=clock.now(), task=task, n=n, prompt=asked.text),)

    def _moves(self) -> tuple[Event, ...]:
        self._is = "moving"
        return (Moving(at=clock.now(), task=self._attempt.task, n=self._attempt.n),)

    def _stalls_at(self) -> float | None:
        limit = self._attempt.stalled_s
        return None if limit is None else self._printed_at + limit

    def _stalls(self, now: float) -> tuple[Event, ...]:
        at = self._stalls_at()
        if at is None or now < at or self._is == "stalled":
            return ()
        self._is = "stalled"
        silent_s = round(now - self._printed_at, 3)
        task, n = self._attempt.task, self._attempt.n
        return (Stalled(at=clock.now(), task=task, n=n, silent_s=silent_s),)

    def _said(self) -> bytes:
        """Its output since the last record of its step, and since the last answer with its echo."""
        start = self._offset - len(self._tail)
        said = self._tail
        if self._answered >= start:
            _, newline, after = said[self._answered - start :].partition(b"\n")
            said = after if newline else said[self._answered - start :]
        record = said.rfind(b"aid=" + self._attempt.nonce.encode())
        return said[said.find(b"\a", record) + 1 :] if record >= 0 else said


def _waits(found: Reading, asked: Asked) -> bool:
    """A read that blocks is certain. Who only waits for something does so for the terminal where
    the last line asks, or where it takes single keys and the cursor stands behind words."""
    if found.reads == "stopped":
        return True
    if found.reads == "surely":
        return asked.partial or not found.aside
    return found.reads == "maybe" and (asked.shaped or (asked.partial and not found.lines))
