"""A run without processes: time is a number, and tasks do what a script says.

Everything that the scheduler decides is checked as it is decided.
"""

from __future__ import annotations

import heapq
import itertools
from typing import Literal, NamedTuple

from tmuxplan import events as ev
from tmuxplan.plan.model import Plan, Task
from tmuxplan.schedule import decide as do
from tmuxplan.schedule.board import Board
from tmuxplan.schedule.graph import graph_of
from tmuxplan.schedule.persons import to_open_without, to_reopen, why_not_retry, why_not_skip
from tmuxplan.schedule.policy import FAILED, Policy
from tmuxplan.schedule.replay import board_of
from tmuxplan.schedule.state import RunState

GOOD = ("passed", "skipped")


class Try(NamedTuple):
    """What one attempt does: ends with this verdict after so long. `up_after`: it is up then;
    a server that is up goes on until it is stopped, or dies by itself after `lasts`. `leaves`:
    what it started lives on, and may come up after its end."""

    verdict: ev.Verdict
    lasts: float
    up_after: float | None = None
    leaves: bool = False


class Act(NamedTuple):
    """What a person does at a time; "crash": another supervisor takes the run up."""

    at: float
    kind: Literal["pause", "unpause", "retry", "skip", "sign", "stop", "drain", "crash"]
    task: str = ""


class World:
    """`tries` by task: its attempts in turn, the last one again and again."""

    def __init__(
        self, plan: Plan, policy: Policy, tries: dict[str, list[Try]], acts: list[Act]
    ) -> None:
        self.plan, self.policy, self.tries = plan, policy, tries
        self.tasks = {task.id: task for task in plan.tasks}
        self.needs = graph_of(plan).needs
        self.board = Board(plan, frozenset(self.tasks), policy)
        self.state = RunState()
        self.now = 0.0
        self.finished = 0.0
        self.acts, self.left = acts, sorted(acts)
        self.log: list[str] = []
        self.attempts: dict[str, int] = {}
        self.holders: dict[str, set[str]] = {}
        self.up: set[str] = set()
        self.ended_runs = 0
        self._queue: list[tuple[float, int, str, int, str]] = []
        self._count = itertools.count()

    def __repr__(self) -> str:
        tasks = "".join(
            f"\n  {t.id} locks={[lock.text for lock in t.locks]} retries={t.retries} "
            f"{'gate ' if t.gate else ''}{'' if t.blocks else 'person '}{t.ready or ''} "
            f"timeout={t.timeout_s} {[tuple(one) for one in self.tries[t.id]]} "
            f"needs={[(need.on, need.kind) for need in self.needs[t.id]]}"
            for t in self.plan.tasks
        )
        return f"{self.policy}{tasks}\n  {self.acts}\n  {self.log}"

    def run(self, limit: int = 5000) -> None:
        """To the end; AssertionError where that does not come, or something is wrong."""
        for _ in range(limit):
            actions = do.decide(self.board, self.now)
            if actions == (do.End(),):
                self._check_end()
                if not self._person_goes_on():
                    return
                continue
            for action in actions:
                self._carry_out(action)
            if not actions:
                self._let_time_pass()
        raise AssertionError("the run did not end")

    def record(self, event: ev.Event) -> None:
        more = getattr(event, "verdict", "")
        self.log.append(f"{self.now:g} {type(event).__name__} {getattr(event, 'task', '')} {more}")
        self.state.apply(event)
        self.board.apply(event, self.now)

    def verdict(self, task: str) -> str | None:
        return self.state.task(task).verdict

    def _carry_out(self, action: do.Action) -> None:
        at = self.now
        if isinstance(action, do.Start):
            self._start(self.tasks[action.task])
        elif isinstance(action, do.Retry):
            self._check_retry(action)
            at += len(self.log) / 1e6  # no two at once: who was later is known after a crash
            due = at + action.delay_s
            self.record(
                ev.RetryPlanned(at=at, task=action.task, n=action.n, due=due, left=action.left)
            )
        elif isinstance(action, do.Block):
            self._check_block(action)
            self.record(ev.Blocked(at=at, task=action.task, by=action.by, root=action.root))
        elif isinstance(action, do.HaltRun):
            self._check_halt()
            self.record(ev.RunStopping(at=at, by="", why=action.why, now=action.now, halt=True))
        elif isinstance(action, do.Halt):
            assert self.state.stopping is not None
            self.record(ev.Halted(at=at, task=action.task, why=action.why))
            self._release(action.task)
        elif isinstance(action, do.Stop):
            self._stop(action)
        elif isinstance(action, do.AskPerson):
            self.record(ev.PersonAsked(at=at, task=action.task))
        elif isinstance(action, do.Warn):
            evidence = ev.Evidence("warning", "slow")
            self.record(ev.EvidenceFound(at=at, task=action.task, n=action.n, evidence=evidence))

    def _start(self, task: Task) -> None:
        self._check_start(task)
        n = len(self.state.task(task.id).attempts) + 1
        self.record(ev.AttemptStarting(at=self.now, task=task.id, n=n, nonce="ab"))
        self.record(ev.AttemptStarted(at=self.now, task=task.id, n=n, host="h", pid=1))
        for lock in task.locks:
            self.holders.setdefault(lock.text, set()).add(task.id)
        self.attempts[task.id] = n
        this = self._this(task.id, n)
        if this.up_after is not None:
            self._later(this.up_after, task.id, n, "up")
        self._later(this.lasts, task.id, n, this.verdict)

    def _this(self, task: str, n: int) -> Try:
        doing = self.tries[task]
        return doing[min(n, len(doing)) - 1]

    def _stop(self, action: do.Stop) -> None:
        assert action.task in self.board.running
        assert action.task not in self.board.stopping, "stopped twice"
        if action.why == "done":
            assert action.task in self.up
            standstill = self.board.running.keys() <= self.up
            users = self.board.users(action.task)
            ended = [self.state.task(user).phase == "ended" for user in users]
            assert (users and all(ended)) or standstill
        self.record(ev.StopAsked(at=self.now, task=action.task, n=action.n, why=action.why))
        verdict: dict[str, ev.Verdict] = {
            "done": "passed", "timeout": "timed out", "not up": "failed",
        }  # fmt: skip
        self._later(0.5, action.task, action.n, verdict.get(action.why, "halted"))

    def _later(self, seconds: float, task: str, n: int, what: str) -> None:
        entry = (self.now + seconds, next(self._count), task, n, what)
        heapq.heappush(self._queue, entry)

    def _let_time_pass(self) -> None:
        """To the next thing that happens: a task's, a person's, or a deadline."""
        times = [self._queue[0][0]] if self._queue else []
        times += [self.left[0].at] if self.left else []
        deadline = do.next_deadline(self.board, self.now)
        times += [deadline] if deadline is not None else []
        assert times, "nothing will ever happen again, and the run has not ended"
        self.now = max(self.now, min(times))
        while self.left and self.left[0].at <= self.now:
            self._act(self.left.pop(0))
        if self._queue and self._queue[0][0] <= self.now:
            _, _, task, n, what = heapq.heappop(self._queue)
            if self.board.running.get(task) == n or what == "up":
                self._happen(task, n, what)

    def _happen(self, task: str, n: int, what: str) -> None:
        if what == "up":
            if task not in self.board.awaited() or self.attempts[task] != n:
                return
            self.record(ev.ServerReady(at=self.now, task=task, n=n, how=""))
            self.up.add(task)
            return
        if self._this(task, n).leaves:
            left = ev.Leftover(pid=1, command="daemon")
            self.record(ev.LeftoverFound(at=self.now, task=task, n=n, alive=(left,)))
        self.up.discard(task)
        self.finished = self.now
        self.record(ev.Judged(at=self.now, task=task, n=n, verdict=what))  # type: ignore[arg-type]
        if not self._has_retry(task) or self._stood_beside(task):
            self._release(task)

    def _has_retry(self, task: str) -> bool:
        return any(task == other for other, _, _ in self.board.to_retry())

    def _stood_beside(self, task: str) -> bool:
        """It held a lock together with somebody who has nothing to do with it."""
        mine = [holders for holders in self.holders.values() if task in holders]
        others = set().union(*mine) - {task}
        return any(
            other not in self._servers(task) and task not in self._servers(other)
            for other in others
        )

    def _release(self, task: str) -> None:
        for holders in self.holders.values():
            holders.discard(task)

    def _act(self, act: Act) -> None:
        """A person's act, where it makes sense."""
        at, task = self.now, act.task
        record = self.state.task(task)
        if act.kind == "pause" and self.state.paused is None:
            self.record(ev.Paused(at=at, by="ann"))
            if not any(later.kind == "unpause" for later in self.left):
                self.left.append(Act(at + 5, "unpause"))
        elif act.kind == "unpause" and self.state.paused is not None:
            self.record(ev.Unpaused(at=at, by="ann"))
        elif act.kind == "skip" and not why_not_skip(record, self.state):
            kept = to_open_without(self.board.graph, self.state, task)
            self.record(ev.Skipped(at=at, task=task, by="ann", reason=""))
            for other in kept if record.phase == "ended" else ():
                self.record(ev.Reopened(at=at, task=other, by="ann", why="skipped"))
            self._release(task)
        elif act.kind == "sign" and record.phase == "person":
            self.record(ev.Signed(at=at, task=task, by="ann"))
        elif act.kind == "retry" and not why_not_retry(record, self.state):
            self._retry(task)
        elif act.kind == "crash":
            self._crash()
        elif act.kind in ("stop", "drain"):
            self.record(ev.RunStopping(at=at, by="ann", why="enough", now=act.kind == "stop"))

    def _crash(self) -> None:
        """Only the state is left of all that was known, and the clock goes slow meanwhile."""
        self.record(ev.SupervisorStarted(at=self.now, pid=1))
        self.board = board_of(
            self.plan, frozenset(self.tasks), self.state, self.now, self.policy, self.now - 2
        )

    def _retry(self, task: str) -> None:
        planned = self.state.task(task).retry
        if planned is not None:
            due = ev.RetryPlanned(at=self.now, task=task, n=planned.n, due=self.now)
            self.record(due)
            return
        for other in to_reopen(self.board.graph, self.state, task):
            self.record(ev.Reopened(at=self.now, task=other, by="ann", why="retried"))

    def _person_goes_on(self) -> bool:
        """Where only people are left, they act; each act that is left is done."""
        if not self.left or self.state.stopping is not None:
            return False
        self.now = max(self.now, self.left[0].at)
        self._act(self.left.pop(0))
        return True

    def _check_start(self, task: Task) -> None:
        record = self.state.task(task.id)
        assert task.id not in self.board.running, "twice at a time"
        assert record.phase == "waiting", record.phase
        assert self.state.paused is None
        assert self.state.stopping is None
        assert record.retry is None or record.retry.due <= self.now + 0.01
        assert len(record.attempts) - record.spent <= (task.retries or 0)
        busy = self.board.running.keys() - self.up
        assert len(busy) < self.policy.jobs
        began = len(record.attempts) > record.spent
        for need in self.needs[task.id]:
            self._check_need(need.on, need.kind, began)
        self._check_locks(task)

    def _check_need(self, on: str, kind: str, began: bool) -> None:
        other = self.state.task(on)
        if kind == "soft":
            assert began or other.phase == "ended"  # it may have been opened again since
        elif kind == "hard":
            assert other.verdict in GOOD
        elif began:  # its server may have died meanwhile, but not be about to come up again
            assert on in self.up or other.phase in ("ended", "person")
        else:
            # What ended well while it was up is a daemon; its gate is for others.
            daemon = other.verdict in ("passed", "waiting") and on in self.board.up
            well = other.verdict == "skipped" or daemon
            assert on in self.up or well

    def _check_locks(self, task: Task) -> None:
        """One holder, who shares with those who wait for it; or nothing else would go on."""
        only_servers = self.board.running.keys() <= self.up
        for lock in task.locks:
            for other in self.holders.get(lock.text, set()) - {task.id}:
                shared = other in self._servers(task.id) or task.id in self._servers(other)
                assert shared or (only_servers and other in self.up), other

    def _servers(self, task: str) -> set[str]:
        return {need.on for need in self.needs[task] if need.kind == "ready"}

    def _check_retry(self, action: do.Retry) -> None:
        record = self.state.task(action.task)
        assert record.verdict in FAILED
        allowed = self.tasks[action.task].retries or 0
        used = len(record.attempts) - record.spent - 1
        assert used + 1 + action.left == allowed
        assert action.delay_s <= max(60.0, self.policy.retry_delay_s)

    def _check_block(self, action: do.Block) -> None:
        assert action.by, action
        kinds = {need.on: need.kind for need in self.needs[action.task]}
        for by in action.by:
            assert kinds[by] != "soft"
            assert kinds[by] == "ready" or self.verdict(by) not in GOOD
            # What it left behind is not up in time, whatever a person says of its gate.
            assert self.state.task(by).phase in ("ended", "person")
        for root in action.root:
            assert self.verdict(root) != "blocked", "the root is where it began"

    def _check_halt(self) -> None:
        assert self.policy.max_failures is not None
        failed = [task for task in self.tasks if self.verdict(task) in FAILED]
        assert len(failed) >= self.policy.max_failures
        assert not any(self.state.task(task).retry for task in failed)

    def _check_end(self) -> None:
        """Everything has ended, or waits for a person, or for somebody who does."""
        assert not self.board.running
        held = {task for task in self.tasks if self.state.task(task).phase == "person"}
        for each in self.plan.tasks:  # their needs come earlier
            if any(need.on in held for need in self.needs[each.id]):
                held.add(each.id)
        for task in self.tasks:
            record = self.state.task(task)
            assert record.phase == "ended" or task in held, (task, record)
        for holders in self.holders.values():
            assert not holders, "a lock is still held"
