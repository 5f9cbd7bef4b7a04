"""Several runs of one user side by side: their clock is one, and so are the ports."""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Collection

from tmuxplan import events as ev
from tmuxplan.plan.model import Plan
from tmuxplan.schedule import decide as do
from tmuxplan.schedule.board import Board
from tmuxplan.schedule.policy import Policy

LOOK_S = 1.0


class Run:
    """`lasts`: seconds by task; a server (with `ready`) is up after that, and stays."""

    def __init__(
        self, plan: Plan, policy: Policy, lasts: dict[str, float], fails: set[str]
    ) -> None:
        self.board = Board(plan, frozenset(task.id for task in plan.tasks), policy)
        self.lasts, self.fails = lasts, fails
        self.held: set[str] = set()
        self.over = False
        self.log: list[str] = []
        self.look_at = 0.0
        self._attempts: dict[str, int] = {}
        self._queue: list[tuple[float, int, str, int, str]] = []
        self._count = itertools.count()

    def __repr__(self) -> str:
        tasks = "".join(
            f"\n  {t.id} {[lock.text for lock in t.locks]} {'server' if t.ready else ''} "
            f"retries={t.retries} {self.board.graph.needs[t.id]} {self.lasts[t.id]}"
            for t in self.board.tasks.values()
        )
        return f"Run(jobs={self.board.policy.jobs} fails={self.fails}{tasks}\n  {self.log})"

    def next_at(self, now: float) -> float:
        times = [self._queue[0][0]] if self._queue else []
        deadline = do.next_deadline(self.board, now)
        times += [deadline] if deadline is not None else []
        times += [self.look_at] if self.board.outside.elsewhere else []
        return min(times, default=float("inf"))

    def happen(self, now: float) -> None:
        while self._queue and self._queue[0][0] <= now:
            _, _, task, n, what = heapq.heappop(self._queue)
            if self.board.running.get(task) != n:
                continue
            if what == "up":
                self._record(ev.ServerReady(at=now, task=task, n=n, how=""), now)
            else:
                self._record(ev.Judged(at=now, task=task, n=n, verdict=what), now)  # type: ignore[arg-type]

    def act(self, street: Street, now: float) -> None:
        """All that can be done now."""
        for _ in range(500):
            self.held &= self.board.held_outside()
            if self.board.outside.elsewhere and now >= self.look_at:
                self.board.outside.elsewhere.clear()
            actions = do.decide(self.board, now)
            if actions == (do.End(),):
                self.over, self.held = True, set()
                return
            if not actions:
                return
            for action in actions:
                self._do(action, street, now)
        raise AssertionError("a decision changes nothing")

    def _do(self, action: do.Action, street: Street, now: float) -> None:
        if isinstance(action, do.Start):
            self._start(action.task, street, now)
        elif isinstance(action, do.Retry):
            due = now + action.delay_s
            event = ev.RetryPlanned(at=now, task=action.task, n=action.n, due=due, left=action.left)
            self._record(event, now)
        elif isinstance(action, do.Block):
            self._record(ev.Blocked(at=now, task=action.task, by=action.by, root=action.root), now)
        elif isinstance(action, do.Stop):
            self._record(ev.StopAsked(at=now, task=action.task, n=action.n, why=action.why), now)
            end = "passed" if action.why == "done" else "failed"
            self._later(now + 0.5, action.task, action.n, end)

    def _start(self, name: str, street: Street, now: float) -> None:
        outside = self.board.outside
        lacks = street.take(self, outside.needed(name, self.board.open))
        if lacks:
            if not outside.elsewhere:
                self.look_at = now + LOOK_S
            outside.elsewhere[lacks] = "another run"
            return
        street.check(self, name)
        n = self._attempts[name] = self._attempts.get(name, 0) + 1
        self._record(ev.AttemptStarting(at=now, task=name, n=n, nonce="ab"), now)
        self._record(ev.AttemptStarted(at=now, task=name, n=n, host="h", pid=1), now)
        if self.board.tasks[name].ready is not None and name not in self.fails:
            self._later(now + self.lasts[name], name, n, "up")
        else:
            end = "failed" if name in self.fails else "passed"
            self._later(now + self.lasts[name], name, n, end)

    def _later(self, at: float, task: str, n: int, what: str) -> None:
        heapq.heappush(self._queue, (at, next(self._count), task, n, what))

    def _record(self, event: ev.Event, now: float) -> None:
        more = getattr(event, "verdict", "")
        self.log.append(f"{now:g} {type(event).__name__} {getattr(event, 'task', '')} {more}")
        self.board.apply(event, now)


class Street:
    """Runs that begin at their own times, and go on until each is over."""

    def __init__(self, runs: list[tuple[float, Run]]) -> None:
        self.runs = [run for _, run in runs]
        self.begin = {id(run): at for at, run in runs}

    def take(self, mine: Run, names: Collection[str]) -> str:
        """What another run has of these; else all are taken, and nothing is said."""
        for name in sorted(names):
            if any(name in run.held for run in self.runs if run is not mine):
                return name
        mine.held |= set(names)
        return ""

    def check(self, mine: Run, name: str) -> None:
        """No other run has a running task with one of its ports."""
        ports = mine.board.outside.own(name)
        for run in self.runs:
            for other in run.board.running if run is not mine else ():
                assert not ports & run.board.outside.own(other), (name, other)

    def play(self, limit: int = 3000) -> None:
        """To the end of all runs; AssertionError where that does not come."""
        now = 0.0
        for _ in range(limit):
            on = [run for run in self.runs if not run.over and self.begin[id(run)] <= now]
            for run in on:
                run.happen(now)
                run.act(self, now)
            if all(run.over for run in self.runs):
                return
            times = [at for at in self.begin.values() if at > now]
            times += [run.next_at(now) for run in on if not run.over]
            assert min(times) < float("inf"), ("nothing will ever happen again", self.runs)
            now = max(now, min(times))
        raise AssertionError(("they wait for each other for ever", self.runs))
