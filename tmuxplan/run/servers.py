"""Servers: whether each is up, asked in threads, so that no slow answer holds the loop up.

Whatever answered before a task began says nothing of that task (decision 0010).
"""

from __future__ import annotations

import contextlib
import os
import queue
import threading
from collections.abc import Collection, Mapping

import msgspec

from tmuxplan import events as ev
from tmuxplan.plan.model import Ready, Task
from tmuxplan.run import clock
from tmuxplan.run.backend import Listener, Probes
from tmuxplan.schedule.board import Board
from tmuxplan.schedule.graph import Graph
from tmuxplan.schedule.state import AttemptRecord, RunState, TaskRecord

PROBE_S = 0.2
"""How often a server that somebody waits for is asked whether it is up."""
BEFORE_S = 2.0
"""How long a start waits for the answer who was there before, and how long that is news."""


class _Question(msgspec.Struct, frozen=True):
    """Whether attempt `n` of a task is up; 0: whether somebody answers before its first one.
    `runs`: it had not ended when that was asked. An answer tells nothing of what came since."""

    task: str
    n: int = 0
    runs: bool = False


class _Answer(msgspec.Struct, frozen=True):
    """What a thread found out."""

    to: _Question
    up: bool
    listeners: tuple[Listener, ...] = ()


class Servers:
    """What is known from outside of the servers among a run's tasks."""

    def __init__(
        self, probes: Probes, tasks: Mapping[str, Task], board: Board, state: RunState
    ) -> None:
        self._probes = probes
        self._tasks = tasks
        self._board = board
        self._state = state
        self._told: queue.SimpleQueue[_Answer] = queue.SimpleQueue()
        self._reader, self._writer = os.pipe()
        for end in (self._reader, self._writer):
            os.set_blocking(end, False)
        self._asked: dict[_Question, float] = {}
        self._before: dict[str, tuple[float, _Answer]] = {}
        self._probe_at = 0.0

    def fileno(self) -> int:
        """Readable when something was answered."""
        return self._reader

    def admits(self, task: str) -> bool:
        """Whether it is known who answers in the task's place; else that is being asked."""
        ready = self._seen_from_outside(task)
        record = self._state.task(task)
        if ready is None or len(record.attempts) > record.spent:
            return True
        now, question = clock.monotonic(), _Question(task)
        if task in self._before and now - self._before[task][0] <= BEFORE_S:
            return True
        asked = self._asked.get(question, now)
        if now - asked >= BEFORE_S:  # no answer is one, too: nobody answers
            del self._asked[question]
            self._before[task] = (now, _Answer(question, up=False))
            return True
        self._ask(question, ready)
        return False

    def began(self, task: str, n: int) -> list[ev.Event]:
        """What is to be known of attempt `n`, which has been journalled and starts now."""
        ready, record = self._seen_from_outside(task), self._state.task(task)
        if ready is None:
            return []
        if n - 1 > record.spent:  # what came up since the first attempt is its own
            held = record.attempts[n - 2].held
            return [] if held is None else [msgspec.structs.replace(held, at=clock.now(), n=n)]
        _, found = self._before.pop(task)
        if not found.up or self._is_known(record, ready, found.listeners):
            return []
        return _held(task, n, ready, found.listeners)

    def news(self) -> list[ev.Event]:
        """What was answered since the last call, of servers that are still awaited."""
        with contextlib.suppress(BlockingIOError):
            os.read(self._reader, 4096)
        found: list[ev.Event] = []
        while self._told.qsize():
            answer = self._told.get()
            self._asked.pop(answer.to, None)
            if not answer.to.n:
                self._before[answer.to.task] = (clock.monotonic(), answer)
            elif answer.to in self._questions():
                found += self._what_it_says(answer)
        return found

    def ask(self) -> None:
        """Ask for those that are awaited; one that has not answered yet is not asked again."""
        now = clock.monotonic()
        if now < self._probe_at:
            return
        self._probe_at = now + PROBE_S
        for question, ready in self._questions().items():
            self._ask(question, ready)

    def patience(self, now: float) -> float | None:
        """Seconds until something is to be asked, or is answered by silence; None: nothing."""
        silent = [at + BEFORE_S for question, at in self._asked.items() if not question.n]
        due = [at for at in silent if at > now]
        if self._questions():
            due.append(self._probe_at)
        return max(0.0, min(due) - now) if due else None

    def _questions(self) -> dict[_Question, Ready]:
        """What is asked now, of whom."""
        found = {}
        for task in self._board.awaited():
            ready, last = self._seen_from_outside(task), self._state.task(task).last
            if ready is not None and last is not None:
                found[_Question(task, last.n, task in self._board.running)] = ready
        return found

    def _what_it_says(self, answer: _Answer) -> list[ev.Event]:
        task, ready = answer.to.task, self._tasks[answer.to.task].ready
        attempt = self._state.task(task).last
        assert ready is not None
        assert attempt is not None
        at, held = clock.now(), attempt.held
        if ready.asked and not answer.to.runs:  # it has asked there itself, and passed
            held = None
        if held is not None and (not answer.up or self._probes.gone(held.pids)):
            # This answer may still be theirs: the next one is not.
            return [ev.AnsweredBefore(at=at, task=task, n=attempt.n)]
        if held is not None or not answer.up:
            return []
        how = f"{ready.kind} {ready.value} answers"
        return [ev.ServerReady(at=at, task=task, n=attempt.n, how=how)]

    def _seen_from_outside(self, task: str) -> Ready | None:
        ready = self._tasks[task].ready
        return ready if ready is not None and ready.kind != "line" else None

    def _is_known(self, record: TaskRecord, ready: Ready, listeners: Collection[Listener]) -> bool:
        """It answers by what this task needs: a server that an earlier one keeps up."""
        needed = _upstream(self._board.graph, record.id)
        if any(self._came_up_as(other, ready) for other in needed):
            return True
        run = self._state.started.run if self._state.started else ""
        ours = {f"{run}/{task}" for task in needed}
        return bool(listeners) and all(
            "/".join(one.attempt.split("/")[:2]) in ours for one in listeners
        )

    def _came_up_as(self, task: str, ready: Ready) -> bool:
        own, last = self._tasks[task].ready, self._state.task(task).last
        same = own is not None and (own.kind, own.value) == (ready.kind, ready.value)
        return same and last is not None and last.ready is not None

    def _ask(self, question: _Question, ready: Ready) -> None:
        if question not in self._asked:
            work = threading.Thread(target=self._find_out, args=(question, ready), daemon=True)
            with contextlib.suppress(RuntimeError):  # no thread can be had: at the next look
                work.start()
                self._asked[question] = clock.monotonic()

    def _find_out(self, question: _Question, ready: Ready) -> None:
        before = not question.n
        ask = self._probes.taken if before else self._probes.answers
        up = ask(ready.kind, ready.value)
        listeners = self._probes.listeners(ready.kind, ready.value) if before and up else ()
        self._told.put(_Answer(question, up, listeners))
        with contextlib.suppress(OSError):  # full: the loop wakes anyway; closed: nobody listens
            os.write(self._writer, b"!")


def held_words(attempt: AttemptRecord) -> str:
    """Why nothing shows that an attempt's server is up; empty: it is, or nothing was in its way."""
    held = attempt.held
    if held is None or attempt.ready is not None:
        return ""
    return (
        f"{held.what} was answered before {held.task} began, by {held.held_by}: nothing shows that "
        f"{held.task} itself came up; end that first"
    )


def _held(task: str, n: int, ready: Ready, listeners: tuple[Listener, ...]) -> list[ev.Event]:
    what = f"port {ready.value}" if ready.kind == "port" else ready.value
    by = ", ".join(map(_named, listeners)) or "a process that we may not see"
    pids = tuple(one.pid for one in listeners)
    text = f"{task}: {what} is answered already, by {by}; {task} counts as up once that is gone"
    return [
        ev.AnsweredBefore(at=clock.now(), task=task, n=n, what=what, held_by=by, pids=pids),
        ev.Notice(at=clock.now(), text=text),
    ]


def _named(one: Listener) -> str:
    run, _, rest = one.attempt.partition("/")
    where = f", of {rest.partition('/')[0]} in run {run}" if rest else ""
    return f"{one.name} (process {one.pid}{where})"


def _upstream(graph: Graph, task: str) -> set[str]:
    found: set[str] = set()
    todo = [task]
    while todo:
        new = {need.on for need in graph.needs[todo.pop()]} - found
        found |= new
        todo += new
    return found
