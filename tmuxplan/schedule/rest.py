"""What is left of a run, played through: its tasks as long as they are expected to take, with as
many jobs as it may have, in the order in which they would start. Pure.

`decide` on a board would say the same; this is quick: it is asked twice a second for 1,000 tasks.
"""

from __future__ import annotations

import heapq
import itertools

import msgspec

from tmuxplan.schedule.course import Course, Entry
from tmuxplan.schedule.state import RunState, TaskRecord

_NOBODY: frozenset[str] = frozenset()


class Rest(msgspec.Struct, frozen=True):
    """`seconds` to the end, and the tasks that take them: each waits for the one before it, for
    its job or for its lock."""

    seconds: float = 0.0
    path: tuple[str, ...] = ()


def rest_of(course: Course, state: RunState, now: float) -> Rest:
    """From `now` (epoch seconds) on. What takes longer than expected may end at any moment, and so
    may a person, and what nobody knows anything of. A server is up at once, and ends with the last
    who needs it."""
    return _Play(course, state, now).rest() if course.spans else Rest()


class _Play:
    """Seconds are from now. `_events`: what ends or falls due, by time; `_startable`: what waits
    for a job only; `_locked`: by lock what waits for it. `_behind`: for whom a task waited last;
    `_depth`: how many are behind it, itself included."""

    def __init__(self, course: Course, state: RunState, now: float) -> None:
        self._course, self._now, self._at = course, now, 0.0
        self._jobs = max(1, state.started.jobs) if state.started else len(course.entries)
        records = {task: state.tasks.get(task) for task in course.graph.order}
        self._left = {task for task, record in records.items() if not _is_over(record)}
        self._began: set[str] = set()
        self._busy: set[str] = set()
        self._unmet: dict[str, int] = {}
        self._events: list[Entry] = []
        self._startable: list[Entry] = []
        self._locked: dict[str, list[Entry]] = {}
        self._holders: dict[str, set[str]] = {}
        self._behind: dict[str, str] = {}
        self._met_at: dict[str, float] = {}
        self._depth: dict[str, int] = {}
        self._last_user: dict[str, str] = {}
        self._ended = ""
        self._count = itertools.count()
        left = [task for task in course.graph.order if task in self._left]
        for task in [task for task in left if not self._go_on(task, records[task])]:
            self._wait(task)

    def rest(self) -> Rest:
        """To the end."""
        longest: tuple[float, int, str] = (0.0, 0, "")
        while True:
            self._start_all()
            if not self._events:
                if self._let_in():
                    continue
                return Rest(longest[0], self._chain(longest[2]))
            self._at, _, task = heapq.heappop(self._events)
            if task not in self._began:  # the time of its next attempt has come
                self._met_at[task] = self._at
                heapq.heappush(self._startable, self._course.entries[task])
                continue
            self._end(task)
            if (self._at, self._depth[task]) >= longest[:2]:
                longest = (self._at, self._depth[task], task)

    def _go_on(self, task: str, record: TaskRecord | None) -> bool:
        """Whether it has begun: it runs, waits for a person, or for its next attempt."""
        if record is None or (record.phase == "waiting" and record.retry is None):
            return False
        if record.phase == "person":
            self._begin(task, 0.0)
            return True
        self._hold(task)
        if record.retry is not None:
            self._happens(task, max(0.0, record.retry.due - self._now))
            return True
        began = (record.last.started or record.last.starting) if record.last else self._now
        self._run(task, max(0.0, self._now - began))
        return True

    def _wait(self, task: str) -> None:
        """A task that has not begun."""
        unmet = 0
        for need in self._course.graph.needs[task]:
            up = need.kind == "ready" and need.on in self._began
            unmet += need.on in self._left and not up
        self._unmet[task] = unmet
        if not unmet:
            self._release(task)

    def _release(self, task: str) -> None:
        """It waits for nothing but a job and its locks; a person needs neither."""
        if task in self._course.commands:
            heapq.heappush(self._startable, self._course.entries[task])
        else:
            self._begin(task, self._at + self._course.spans.get(task, 0.0))

    def _start_all(self) -> None:
        while self._startable and len(self._busy) < self._jobs:
            entry = heapq.heappop(self._startable)
            lock = self._lacks(entry[2])
            if lock:
                self._park(entry, lock)
            else:
                self._start(entry[2])

    def _start(self, task: str) -> None:
        if self._met_at.get(task, -1.0) < self._at:  # else it waited for no job, and no lock
            self._behind[task] = self._ended
        self._hold(task)
        self._run(task, 0.0)

    def _run(self, task: str, since_s: float) -> None:
        """A server that is up takes no job, and goes on until nobody needs it."""
        if any(user in self._left for user in self._course.users.get(task, ())):
            self._depth[task] = self._depth_behind(task)
            self._began.add(task)
            for user in self._course.users[task]:
                self._met(user, task)
            return
        self._busy.add(task)
        self._begin(task, self._at + max(0.0, self._course.spans.get(task, 0.0) - since_s))

    def _begin(self, task: str, until: float) -> None:
        self._depth[task] = self._depth_behind(task)
        self._began.add(task)
        self._happens(task, until)

    def _depth_behind(self, task: str) -> int:
        return self._depth.get(self._behind.get(task, ""), 0) + 1

    def _happens(self, task: str, at: float) -> None:
        heapq.heappush(self._events, (at, next(self._count), task))

    def _end(self, task: str) -> None:
        self._left.discard(task)
        self._busy.discard(task)
        # A server has ended because its last user has.
        self._ended = self._last_user.get(task, task)
        for dependent in self._course.graph.dependents[task]:
            if task not in self._course.servers.get(dependent, ()):
                self._met(dependent, self._ended)
        for server in self._course.servers.get(task, ()):
            users = self._course.users[server]
            if server in self._began and server in self._left and users.isdisjoint(self._left):
                self._last_user[server] = task
                self._happens(server, self._at)
        self._let_go(task)

    def _met(self, task: str, by: str) -> None:
        """Of those that a task waited for to the last, the one with most behind it counts."""
        if task not in self._unmet or task in self._began:
            return
        known = self._behind.get(task, "")
        if self._met_at.get(task, -1.0) < self._at or self._depth[by] > self._depth.get(known, 0):
            self._behind[task], self._met_at[task] = by, self._at
        self._unmet[task] -= 1
        if not self._unmet[task]:
            self._release(task)

    def _hold(self, task: str) -> None:
        for lock in self._course.locks.get(task, ()):
            self._holders.setdefault(lock, set()).add(task)

    def _let_go(self, task: str) -> None:
        for lock in self._course.locks.get(task, ()):
            self._holders.get(lock, set()).discard(task)  # a person holds none
        for lock in self._course.locks.get(task, ()):
            self._wake(lock)

    def _lacks(self, task: str) -> str:
        """A lock that somebody holds with whom it does not share: servers and who needs them do."""
        course = self._course
        locks = course.locks.get(task, _NOBODY)
        if not locks:
            return ""
        sharers = {task, *course.servers.get(task, ()), *course.users.get(task, ())}
        taken = (lock for lock in locks if not self._holders.get(lock, _NOBODY) <= sharers)
        return next(taken, "")

    def _park(self, entry: Entry, lock: str) -> None:
        """Until this lock is free; who waited behind it for another of its locks is woken."""
        heapq.heappush(self._locked.setdefault(lock, []), entry)
        for other in self._course.locks[entry[2]] - {lock}:
            self._wake(other)

    def _wake(self, lock: str) -> None:
        """The most urgent of those who wait for the lock, and lack no other."""
        waiting = self._locked.get(lock, [])
        while waiting:
            lacks = self._lacks(waiting[0][2])
            if lacks == lock:
                return
            entry = heapq.heappop(waiting)
            if not lacks:
                heapq.heappush(self._startable, entry)
                return
            heapq.heappush(self._locked.setdefault(lacks, []), entry)

    def _let_in(self) -> bool:
        """Servers that stay hold what the others wait for: one of them starts beside them."""
        waiting = [entries for entries in self._locked.values() if entries]
        if not waiting:
            return False
        self._start(heapq.heappop(min(waiting))[2])
        return True

    def _chain(self, task: str) -> tuple[str, ...]:
        found = [task] if task else []
        while self._behind.get(found[-1] if found else ""):
            found.append(self._behind[found[-1]])
        return tuple(reversed(found))


def _is_over(record: TaskRecord | None) -> bool:
    return record is not None and record.phase == "ended"
