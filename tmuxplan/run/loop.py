"""The only loop: decide, act, hear what happened, journal it, judge what ended."""

from __future__ import annotations

import secrets
from collections.abc import Callable

from tmuxplan import events as ev
from tmuxplan.errors import JournalError
from tmuxplan.journal.journal import Journal
from tmuxplan.judge.run import run_verdict
from tmuxplan.judge.verdict import judge
from tmuxplan.plan.model import Frozen
from tmuxplan.run import clock, control
from tmuxplan.run.backend import Attempt, Backend, Look
from tmuxplan.run.looks import look_of
from tmuxplan.schedule import decide as do
from tmuxplan.schedule.board import board_of
from tmuxplan.schedule.persons import why_not_sign, why_not_skip
from tmuxplan.schedule.policy import Policy
from tmuxplan.schedule.state import RunState

Prepare = Callable[[str, int, str], Attempt]
"""(task, attempt number, nonce) -> what the backend needs to run it."""

Answers = Callable[[str, str], bool]
"""(kind, value) -> whether this port or URL answers now; asked often, so it must not wait."""

IDLE_S = 3600.0
PROBE_S = 0.2
"""How often a server that somebody waits for is asked whether it is up."""
RETRY_JOURNAL_S = 1.0
GIVE_UP_JOURNAL_S = 30.0


class Loop:
    """One supervisor's work on one run."""

    def __init__(
        self,
        frozen: Frozen,
        policy: Policy,
        backend: Backend,
        journal: Journal,
        state: RunState,
        prepare: Prepare,
        answers: Answers,
    ) -> None:
        self._plan = frozen.plan
        self._tasks = {task.id: task for task in frozen.plan.tasks}
        self._steps = frozen.steps
        self._policy = policy
        self._backend = backend
        self._journal = journal
        self._state = state
        self._prepare = prepare
        self._answers = answers
        selected = state.started.selected if state.started else ()
        self._selected = frozenset(selected)
        self._board = board_of(self._plan, self._selected, state, clock.monotonic())
        self._control: control.Control | None = None
        self._wake: list[int] = []
        self._stop_asked = ""
        self._stuck_since: float | None = None
        self._ended = False

    def listen(self, listener: control.Control) -> None:
        """Obey what is asked through this socket."""
        self._control = listener
        self._wake.append(listener.fileno())

    def wake_on(self, fd: int) -> None:
        """Wake when this descriptor can be read (signals)."""
        self._wake.append(fd)

    def ask_stop(self, why: str) -> None:
        """A signal asks for the end; safe to call from a signal handler."""
        self._stop_asked = why

    def run(self, announce: Callable[[], None]) -> None:
        """Until nothing is left that can happen without a person.

        `announce` is called once the first decision is carried out: what could end at once
        has ended by then.
        """
        self._act()
        announce()
        while not self._ended:
            self._hear(self._backend.poll(self._patience(), self._wake))
            self._probe()
            self._obey()
            self._mind_the_journal()
            self._act()

    def adopt(self, prepare: Prepare) -> None:
        """Take on the attempts that an earlier supervisor started. Those that are over have been
        judged when this returns; the others go on. `prepare`: as they were started."""
        over = set()
        for task, n in tuple(self._board.running.items()):
            attempt = self._state.task(task).attempts[n - 1]
            again = prepare(task, n, attempt.nonce)
            lives = self._backend.adopt(again, attempt.pid, attempt.window)
            if attempt.stop_why:
                self._backend.stop(task, n, self._policy.grace_s)
            if attempt.stop_why or not lives:
                over.add(task)
        while over & self._board.running.keys():
            self._hear(self._backend.poll(IDLE_S, ()))

    def lose(self, why: str) -> None:
        """Nobody watched the attempts that were running: they are lost."""
        for task, n in tuple(self._board.running.items()):
            ended = ev.AttemptEnded(at=clock.now(), task=task, n=n, status=None, lost=why)
            self._hear((ended,))

    def record(self, event: ev.Event) -> None:
        """Journal first, then believe."""
        self._journal.append(event)
        self._state.apply(event)
        self._board.apply(event, clock.monotonic())

    def _act(self) -> None:
        while not self._ended and not self._journal.stuck:  # unjournalled must not be started
            actions = do.decide(self._board, self._policy, clock.monotonic())
            for action in actions:
                self._do(action)
            if not actions:
                return

    def _do(self, action: do.Action) -> None:
        at = clock.now()
        if isinstance(action, do.Start):
            self._start(action.task)
        elif isinstance(action, do.Stop):
            self.record(ev.StopAsked(at=at, task=action.task, n=action.n, why=action.why))
            self._backend.stop(action.task, action.n, self._policy.grace_s)
        elif isinstance(action, do.Block):
            self.record(ev.Blocked(at=at, task=action.task, by=action.by, root=action.root))
            self._show(action.task, "blocked", f"blocked: {', '.join(action.by)} did not pass")
        elif isinstance(action, do.Halt):
            self.record(ev.Halted(at=at, task=action.task, why=action.why))
            self._show(action.task, "halted", f"not started: {action.why}")
        elif isinstance(action, do.AskPerson):
            self.record(ev.PersonAsked(at=at, task=action.task))
            self._show(action.task, "person", f"waits for a person: tmuxplan sign {action.task}")
        else:
            self._end()

    def _start(self, task: str) -> None:
        n = len(self._state.task(task).attempts) + 1
        attempt = self._prepare(task, n, secrets.token_hex(8))
        self.record(ev.AttemptStarting(at=clock.now(), task=task, n=n, nonce=attempt.nonce))
        if self._journal.stuck:  # not known to be on disk: it must not run
            self._hear((_never_started(task, n, self._journal.stuck),))
            return
        self._backend.start(attempt)
        self._show(task, "running", "")

    def _hear(self, facts: tuple[ev.Event, ...]) -> None:
        for fact in facts:
            self.record(fact)
            if isinstance(fact, ev.AttemptEnded):
                self._judge(fact)
            elif isinstance(fact, ev.CriterionSeen):
                self._seen(fact)

    def _seen(self, fact: ev.CriterionSeen) -> None:
        """The readiness line is looked for behind a task's own criteria."""
        task = self._tasks[fact.task]
        if task.ready is not None and fact.criterion == len(task.criteria):
            how = f"printed {task.ready.value}"
            self.record(ev.ServerReady(at=clock.now(), task=fact.task, n=fact.n, how=how))

    def _probe(self) -> None:
        """Ask the ports and URLs of servers that somebody waits for."""
        for task in self._board.awaited():
            ready = self._tasks[task].ready
            if ready is not None and self._answers(ready.kind, ready.value):
                how = f"{ready.kind} {ready.value} answers"
                n = self._board.running[task]
                self.record(ev.ServerReady(at=clock.now(), task=task, n=n, how=how))

    def _judge(self, fact: ev.AttemptEnded) -> None:
        record = self._state.task(fact.task)
        attempt = record.attempts[fact.n - 1]
        if attempt.stop_why == "done":
            attempt = attempt.before_stop()
        result = judge(self._tasks[fact.task], self._steps.get(fact.task, ()), attempt)
        self.record(
            ev.Judged(
                at=clock.now(),
                task=fact.task,
                n=fact.n,
                verdict=result.verdict,
                evidence=result.evidence,
            )
        )
        self._journal.sync()
        self._show(fact.task, look_of(self._state.task(fact.task)), "")

    def _obey(self) -> None:
        if self._stop_asked and self._state.stopping is None:
            self.record(ev.RunStopping(at=clock.now(), by="signal", why=self._stop_asked))
        if self._control is None:
            return
        for request, peer in self._control.requests():
            control.answer(peer, self._answer(request))

    def _answer(self, request: control.Request) -> control.Reply:
        if isinstance(request, control.StopRun):
            self.record(
                ev.RunStopping(at=clock.now(), by=request.by, why=request.why, now=request.now)
            )
            return control.Reply()
        return self.person(request)

    def person(self, request: control.Sign | control.Skip) -> control.Reply:
        """A person signs or skips; refused where there is nothing to sign or to skip."""
        record = self._state.task(request.task)
        refused = (
            why_not_sign(record) if isinstance(request, control.Sign) else why_not_skip(record)
        )
        if refused or request.task not in self._board.tasks:
            return control.Reply(refused or f"{request.task} is no task of this run")
        at = clock.now()
        if isinstance(request, control.Sign):
            self.record(ev.Signed(at=at, task=request.task, by=request.by, note=request.note))
            self._show(request.task, "passed", f"signed by {request.by}")
        else:
            self.record(ev.Skipped(at=at, task=request.task, by=request.by, reason=request.reason))
            self._show(request.task, "skipped", f"skipped by {request.by}: {request.reason}")
        return control.Reply()

    def _mind_the_journal(self) -> None:
        self._journal.flush_pending()
        if not self._journal.stuck:
            self._stuck_since = None
            return
        self._stuck_since = self._stuck_since or clock.monotonic()
        stuck_for = clock.monotonic() - self._stuck_since
        if not self._board.running and stuck_for > GIVE_UP_JOURNAL_S:
            raise JournalError(
                f"the journal can't be written: {self._journal.stuck}",
                "make room, and launch the plan again: what has ended is kept",
            )

    def _end(self) -> None:
        tasks = {task: self._state.task(task) for task in self._selected}
        outcome = run_verdict(
            self._plan,
            {task: record.verdict for task, record in tasks.items()},
            self._selected,
            self._partial,
            {task: r.skipped.by for task, r in tasks.items() if r.skipped is not None},
        )
        self.record(
            ev.RunEnded(
                at=clock.now(),
                verdict=outcome.verdict or "NO GO",
                rule=outcome.rule,
                deciding=outcome.deciding,
            )
        )
        self._journal.sync()
        self._ended = True

    @property
    def _partial(self) -> bool:
        return self._state.started is not None and self._state.started.partial

    def _patience(self) -> float:
        if self._journal.stuck:
            return RETRY_JOURNAL_S
        deadline = do.next_deadline(self._board)
        patience = IDLE_S if deadline is None else max(0.0, deadline - clock.monotonic())
        return min(patience, PROBE_S) if self._board.awaited() else patience

    def _show(self, task: str, look: Look, text: str) -> None:
        self._backend.show(task, look, text)


def _never_started(task: str, n: int, reason: str) -> ev.AttemptEnded:
    return ev.AttemptEnded(
        at=clock.now(),
        task=task,
        n=n,
        status=None,
        lost=f"not started, because its start could not be journalled: {reason}",
    )
