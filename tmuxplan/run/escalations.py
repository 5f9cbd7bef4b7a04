"""Telling people of failures without holding the loop up: a thread, and a pipe to wake it by."""

from __future__ import annotations

import contextlib
import os
import queue
import threading
from typing import Protocol

from tmuxplan import events as ev
from tmuxplan.plan.model import Task
from tmuxplan.run import clock
from tmuxplan.schedule.state import RunState, TaskRecord

PATIENCE_S = 30.0
"""How long the end of a run waits for what is still being told."""


class Escalate(Protocol):
    """Tells people of a failure that blocks the run, or of a task that waits for somebody, and
    says whom, or why it could not.

    Called once for each such failure, when no retry is left, and for each such wait. Not in the
    loop's thread: it may take its time, and must not touch what the loop uses. It must not raise.
    """

    def __call__(self, record: TaskRecord, task: Task) -> tuple[ev.Escalated, ...]: ...


class Escalations:
    """Failures that are being told of, one after the other."""

    def __init__(self, escalate: Escalate | None) -> None:
        self._escalate = escalate
        self._noted: list[Task] = []
        self._todo: queue.SimpleQueue[tuple[TaskRecord, Task] | None] = queue.SimpleQueue()
        self._told: queue.SimpleQueue[tuple[ev.Event, ...]] = queue.SimpleQueue()
        self._reader, self._writer = os.pipe()
        os.set_blocking(self._reader, False)
        self._open = 0
        self._since = 0.0
        self._thread: threading.Thread | None = None

    def fileno(self) -> int:
        """Readable when something was told."""
        return self._reader

    def note(self, task: Task) -> None:
        """This task has failed, and what that blocks is not in the journal yet; or it waits."""
        if self._escalate is not None:
            self._noted.append(task)

    def ask(self, state: RunState) -> None:
        """Tell of what was noted, now that the journal, which it is told from, is whole."""
        for task in self._noted:
            self._tell(state.task(task.id), task)
        self._noted.clear()

    def _tell(self, record: TaskRecord, task: Task) -> None:
        self._open += 1
        self._since = clock.monotonic()
        try:
            self._begin()
        except RuntimeError as error:  # as many as we may have
            self._hear(_nobody(task, error))
        else:
            self._todo.put((record, task))

    def _begin(self) -> None:
        if self._thread is None:
            thread = threading.Thread(target=self._work, daemon=True)
            thread.start()
            self._thread = thread

    def results(self) -> list[ev.Event]:
        """What was told since the last call."""
        found: list[ev.Event] = []
        with contextlib.suppress(BlockingIOError):
            os.read(self._reader, 4096)
        while self._told.qsize():
            found += self._told.get()
            self._open -= 1
        return found

    def left_s(self) -> float:
        """For how long an end should still wait; 0: nothing is being told, or it takes too long."""
        if not self._open:
            return 0.0
        return max(0.0, self._since + PATIENCE_S - clock.monotonic())

    def close(self) -> None:
        """Nobody listens any more. What is still being told goes on until the process ends."""
        self._todo.put(None)

    def _work(self) -> None:
        assert self._escalate is not None
        while (asked := self._todo.get()) is not None:
            record, task = asked
            told: tuple[ev.Event, ...]
            try:
                told = self._escalate(record, task)
            except Exception as error:  # whatever it is, the run must go on and say so
                told = _nobody(task, error)
            self._hear(told)

    def _hear(self, told: tuple[ev.Event, ...]) -> None:
        self._told.put(told)
        os.write(self._writer, b"!")


def _nobody(task: Task, error: Exception) -> tuple[ev.Notice]:
    text = f"{task.id}: nobody could be told: {type(error).__name__}: {error}"
    return (ev.Notice(at=clock.now(), text=text),)
