"""The only loop: decide, act, hear what happened, journal it, judge what ended."""

from __future__ import annotations

from collections.abc import Callable

from tmuxplan import events as ev
from tmuxplan.errors import JournalError
from tmuxplan.journal.journal import Broken, Journal
from tmuxplan.judge.run import counted, run_verdict
from tmuxplan.plan.model import Frozen
from tmuxplan.run import clock, control
from tmuxplan.run.ahead import Ahead, Prepare
from tmuxplan.run.backend import Backend, Look, Probes
from tmuxplan.run.escalations import Escalate, Escalations
from tmuxplan.run.judging import judged
from tmuxplan.run.looks import look_of, quiet_of, text_of
from tmuxplan.run.neighbours import Neighbours
from tmuxplan.run.ports import Ports
from tmuxplan.run.requests import events_for
from tmuxplan.run.servers import Servers
from tmuxplan.schedule import decide as do
from tmuxplan.schedule.policy import FAILED, Policy
from tmuxplan.schedule.replay import board_of
from tmuxplan.schedule.shells import others_of
from tmuxplan.schedule.state import RunState, TaskRecord

IDLE_S = 3600.0
LOOK_S = 10.0
"""How often is looked, while nothing happens, whether the journal is still there."""
LATER_S = 0.25
"""When what was started first has begun, and what nothing waits for may be done."""
RETRY_JOURNAL_S = 1.0
GIVE_UP_JOURNAL_S = 30.0


class Loop:
    """One supervisor's work on one run."""

    def __init__(  # noqa: PLR0913 (what a supervisor works with, once)
        self,
        frozen: Frozen,
        policy: Policy,
        backend: Backend,
        journal: Journal,
        state: RunState,
        prepare: Prepare,
        probes: Probes,
        *,
        escalate: Escalate | None = None,
        ports: Ports | None = None,
    ) -> None:
        self._plan = frozen.plan
        self._tasks = {task.id: task for task in frozen.plan.tasks}
        self._shells = others_of(frozen.plan.tasks)
        self._steps = frozen.steps
        self._policy = policy
        self._backend = backend
        self._journal = journal
        self._state = state
        selected = state.started.selected if state.started else ()
        self._selected = frozenset(selected)
        self._decided_at = clock.monotonic()
        self._board = board_of(
            self._plan, self._selected, state, self._decided_at, policy, clock.now()
        )
        self._ahead = Ahead(backend, self._board, prepare)
        self._neighbours = Neighbours(ports, self._board, state)
        self._servers = Servers(probes, self._tasks, self._board, state)
        self._control: control.Control | None = None
        self._wake: list[int] = []
        self._escalations = Escalations(escalate)
        self._wake += [self._escalations.fileno(), self._servers.fileno()]
        self._counting = counted(self._plan, self._selected)
        self._grace_s = policy.grace_s
        self._stop_asked = ""
        self._stuck_since: float | None = None
        self._broken: Broken | None = None
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

    def run(self, announce: Callable[[], None], later: Callable[[], None] | None = None) -> None:
        """Until nothing is left that can happen without a person.

        `announce` is called once the first decision is carried out and what starts is told:
        what could end at once has ended by then. `later`: a moment after, when what was started
        no longer needs every processor to begin.
        """
        for notice in self._neighbours.come_back():
            self.record(notice)
        self._escalate_what_is_left()
        self._act()
        if not self._ended:
            self._turn(0.0)
        announce()
        later_at = clock.monotonic() + LATER_S
        while not self._ended:
            self._turn(self._patience())
            if later is not None and clock.monotonic() > later_at:
                later()
                later = None

    def _turn(self, patience_s: float) -> None:
        self._hear(self._backend.poll(patience_s, self._wake))
        self._hear_of_servers()
        self._obey()
        self._hear_escalations()
        self._mind_the_journal()
        self._act()
        self._ahead.look(self._attempts_of)

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
            self._mind_what_is_broken()
            self._decided_at = clock.monotonic()
            self._neighbours.look(self._decided_at)
            decided = do.decide(self._board, self._decided_at)
            actions = tuple(action for action in decided if not self._asks_first(action))
            if not any(isinstance(action, (do.Block, do.Halt)) for action in actions):
                self._escalations.ask(self._state)
            if not actions or (actions == (do.End(),) and self._escalations.left_s() > 0):
                self._tell_who_waits()
                return
            for action in actions:
                self._do(action)

    def _asks_first(self, action: do.Action) -> bool:
        """Whether a start waits until it is known who answers in the server's place."""
        return isinstance(action, do.Start) and not self._servers.admits(action.task)

    def _do(self, action: do.Action) -> None:
        at = clock.now()
        if isinstance(action, do.Start):
            self._start(action.task)
        elif isinstance(action, do.Stop):
            self.record(ev.StopAsked(at=at, task=action.task, n=action.n, why=action.why))
            self._backend.stop(action.task, action.n, self._grace_s)
        elif isinstance(action, do.Warn):
            evidence = ev.Evidence("warning", do.slow_words(action.estimate_s))
            self.record(ev.EvidenceFound(at=at, task=action.task, n=action.n, evidence=evidence))
        elif isinstance(action, do.HaltRun):
            self.record(
                ev.RunStopping(at=at, by="tmuxplan", why=action.why, now=action.now, halt=True)
            )
        elif isinstance(action, do.End):
            self._end()
        else:
            self._settle(action, at)

    def _settle(self, action: do.Retry | do.Block | do.Halt | do.AskPerson, at: float) -> None:
        """What becomes of a task that does not start now."""
        task = action.task
        if isinstance(action, do.Retry):
            due = at + action.delay_s
            self._say(ev.RetryPlanned(at=at, task=task, n=action.n, due=due, left=action.left))
        elif isinstance(action, do.Block):
            self._say(ev.Blocked(at=at, task=task, by=action.by, root=action.root))
        elif isinstance(action, do.Halt):
            self._say(ev.Halted(at=at, task=task, why=action.why))
            self._escalate(task)
        else:
            self._say(ev.PersonAsked(at=at, task=task))

    def _say(self, event: ev.TaskEvent) -> None:
        """Record what changes a task, and show it."""
        self.record(event)
        if event.task not in self._board.open:
            self._ahead.forget(event.task)
        record = self._state.task(event.task)
        self._show(event.task, look_of(record), text_of(record))

    def _tell_who_waits(self) -> None:
        """For locks of other runs."""
        for event in self._neighbours.news(self._decided_at):
            if event.locks:
                self._say(event)
            else:
                self.record(event)
        trouble = self._neighbours.trouble()
        if trouble:
            self.record(ev.Notice(at=clock.now(), text=trouble))

    def _start(self, task: str) -> None:
        if not self._neighbours.admits(task):
            return
        n = self._attempts_of(task) + 1
        attempt = self._ahead.attempt(task, n)
        mute = attempt.stdin_empty or attempt.unattended
        starting = ev.AttemptStarting(
            at=clock.now(), task=task, n=n, nonce=attempt.nonce, stdin_empty=mute
        )
        self.record(starting)
        for known in self._servers.began(task, n):
            self.record(known)
        if self._journal.stuck:  # not known to be on disk: it must not run
            self._hear((_never_started(task, n, self._journal.stuck),))
            return
        self._backend.start(attempt)
        self._show(task, "running", "")

    def _attempts_of(self, task: str) -> int:
        return len(self._state.task(task).attempts)

    def _hear(self, facts: tuple[ev.Event, ...]) -> None:
        for fact in facts:
            self.record(fact)
            if isinstance(fact, ev.AttemptEnded):
                self._judge(fact)
            elif isinstance(fact, ev.CriterionSeen):
                self._seen(fact)
            elif isinstance(fact, (ev.InputAwaited, ev.Stalled, ev.Moving, ev.Answered)):
                record = self._state.task(fact.task)
                self._show(fact.task, look_of(record), quiet_of(record))
                if isinstance(fact, (ev.InputAwaited, ev.Stalled)):
                    self._escalations.note(self._tasks[fact.task])

    def _seen(self, fact: ev.CriterionSeen) -> None:
        """The readiness line is looked for behind a task's own criteria."""
        task = self._tasks[fact.task]
        if task.ready is not None and fact.criterion == len(task.criteria):
            how = f"printed {task.ready.value}"
            self.record(ev.ServerReady(at=clock.now(), task=fact.task, n=fact.n, how=how))

    def _hear_of_servers(self) -> None:
        for event in self._servers.news():
            self.record(event)
        self._servers.ask()

    def _judge(self, fact: ev.AttemptEnded) -> None:
        task = self._tasks[fact.task]
        steps = self._steps.get(fact.task, ())
        shells = self._shells.get(task.id, ())
        found = judged(task, steps, fact.n, self._state, clock.now(), shells)
        self.record(found)
        self._journal.sync_soon()
        self._show(fact.task, look_of(self._state.task(fact.task)), "")
        self._escalate(fact.task)

    def _escalate(self, task: str) -> None:
        """Tell of a failure that blocks, once it is one for good."""
        if task in self._board.failed and task in self._counting:
            self._escalations.note(self._tasks[task])

    def _escalate_what_is_left(self) -> None:
        """Failures that an earlier supervisor had not told of when it died, or not seen."""
        for task in (each for each in self._tasks if each in self._counting):
            record = self._state.task(task)
            n = record.last.n if record.last is not None else 0
            if record.verdict in FAILED and all(told.n != n for told in record.escalated):
                self._escalations.note(self._tasks[task])

    def _hear_escalations(self) -> None:
        for event in self._escalations.results():
            self.record(event)

    def _obey(self) -> None:
        if self._stop_asked and self._state.stopping is None:
            self.record(ev.RunStopping(at=clock.now(), by="signal", why=self._stop_asked))
        if self._control is None:
            return
        for request, peer in self._control.requests():
            control.answer(peer, self._answer(request))

    def _answer(self, request: control.Request) -> control.Reply:
        if isinstance(request, control.StopRun) and request.grace_s is not None:
            self._grace_s = request.grace_s
        found = events_for(request, self._state, self._board.graph, clock.now())
        if isinstance(found, control.Reply):
            return found
        for event in found:
            if isinstance(event, (ev.Signed, ev.Skipped, ev.Reopened, ev.RetryPlanned)):
                self._say(event)
            else:
                self.record(event)
        self._stop_harder(request)
        return control.Reply()

    def person(self, request: control.OfTask) -> control.Reply:
        """A person acts on a task; refused where that makes no sense."""
        return self._answer(request)

    def _stop_harder(self, request: control.Request) -> None:
        """What is being stopped already has no more grace than this."""
        if isinstance(request, control.StopRun) and request.grace_s is not None:
            for task in self._board.stopping & self._board.running.keys():
                self._backend.stop(task, self._board.running[task], self._grace_s)

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
                "make room, and go on: `tmuxplan resume`",
            )

    def _mind_what_is_broken(self) -> None:
        """Nothing starts that nobody might know of; what nobody can read or stop is ended."""
        broken = self._journal.broken()
        if broken is None or self._broken is not None:
            return
        self._broken, at = broken, clock.now()
        self.record(ev.Notice(at=at, text=f"{broken.why}; nothing new starts"))
        stopping = self._state.stopping
        goes_on = stopping is None or (broken.gone and not stopping.now)
        if goes_on and self._state.ended is None:
            event = ev.RunStopping(at=at, by="tmuxplan", why=broken.why, now=broken.gone)
            self.record(event)

    def _end(self) -> None:
        self._journal.sync()  # a verdict rests on what the disk has
        broken = self._journal.broken()
        if broken is not None:
            raise JournalError(broken.why, broken.remedy)
        tasks = {task: self._state.task(task) for task in self._selected}
        outcome = run_verdict(
            self._plan,
            {task: record.verdict for task, record in tasks.items()},
            self._selected,
            self._partial,
            {task: _skipped_by(r) for task, r in tasks.items() if r.skipped is not None},
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
        if self._control is not None:
            self._control.tell_end()
        self._mind_what_is_broken()
        self._ended = True
        self._escalations.close()

    @property
    def _partial(self) -> bool:
        return self._state.started is not None and self._state.started.partial

    def _patience(self) -> float:
        if self._journal.stuck:
            return RETRY_JOURNAL_S
        deadline = do.next_deadline(self._board, self._decided_at)
        patience = LOOK_S if deadline is None else max(0.0, deadline - clock.monotonic())
        patience = min(patience, self._escalations.left_s() or patience)
        look_in = self._neighbours.patience(clock.monotonic())
        patience = patience if look_in is None else min(patience, look_in)
        probe_in = self._servers.patience(clock.monotonic())
        return patience if probe_in is None else min(patience, probe_in)

    def _show(self, task: str, look: Look, text: str) -> None:
        self._backend.show(task, look, text)


def _skipped_by(record: TaskRecord) -> str:
    by = record.skipped.by if record.skipped else ""
    return f"{by}, after it {record.last.verdict}" if record.last else by


def _never_started(task: str, n: int, reason: str) -> ev.AttemptEnded:
    return ev.AttemptEnded(
        at=clock.now(),
        task=task,
        n=n,
        status=None,
        lost=f"not started, because its start could not be journalled: {reason}",
    )
