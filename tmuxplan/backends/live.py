"""One running attempt: from its start until the facts of its end are complete."""

from __future__ import annotations

import signal
from collections.abc import Callable

import msgspec

from tmuxplan.backends import files
from tmuxplan.backends.ending import Ending, leftover_stages, send, stop_stages
from tmuxplan.backends.processes import MARKER, Census, Process, leftover
from tmuxplan.backends.quiet import Quiet
from tmuxplan.backends.reading import stopped
from tmuxplan.events import AttemptEnded, Event, Leftover, LeftoverFound
from tmuxplan.run import clock
from tmuxplan.run.backend import Attempt
from tmuxplan.watch.ledger import Watcher

DEADLINE_S = 2.0
"""How long after the outer shell's death its status and the log's end may still arrive."""
HELD_UP_S = 20.0
"""The same where the status is there, and what writes the log is held up."""
LEFTOVER_GRACE_S = 2.0
"""How long what a task left in the background has between TERM and KILL."""
_SERVER_LOOK_S = 0.5
"""How often is looked whether a background that is a server still lives."""
_HELD_UP_LOOK_S = 0.25
"""How often is looked whether what writes the log is still held up."""
_HELPER_S = 0.5
"""How long a command that the outer shell runs for itself may take."""


class _Gone(msgspec.Struct, frozen=True):
    """Why the outer shell is no more. At the deadline (monotonic seconds) is looked whether its
    end may still become complete; after `late_at` nothing is waited for."""

    deadline: float
    late_at: float
    why: str


class Live:
    """Feed it the log's bytes, tell it of its shell's death, and step it until `ended`.

    `pid` is the outer shell's, the leader of the attempt's session. `broken` says why the
    log is not whole, if so. `known`: the pid is still the outer shell's, alive or a moment ago.
    `types` presses keys at its terminal, and says whether it could. `held_up` says whether
    what writes the log is silent, so that the log's end may still come. `again`: the outer shell
    has led another attempt's session before. At the end, `alone`: nothing had to be ended, and
    nothing lives on.
    """

    def __init__(
        self,
        attempt: Attempt,
        pid: int,
        census: Census,
        *,
        known: bool = True,
        again: bool = False,
    ) -> None:
        self.attempt, self.pid = attempt, pid
        self.marker = attempt.env.get(MARKER) or _default_marker(attempt)
        self.broken = ""
        self.ended = False
        self.alone = False
        self.news = True
        self.since = clock.monotonic()
        self.known = known
        self.types: Callable[[str], bool] = _nobody_types
        self.held_up: Callable[[], bool] = _nobody_is
        self._quiet = Quiet(attempt)
        self._census = census
        self._watcher = Watcher(
            attempt.task,
            attempt.n,
            attempt.nonce,
            attempt.scan,
            attempt.step_lines,
            serves=attempt.serves,
        )
        self._look_at = float("inf")
        self._gone: _Gone | None = None
        self._ending: Ending | None = None
        self._stopping = False
        self._end: AttemptEnded | None = None
        self._seen: dict[tuple[int, float], float] = {}
        self._start = census.add(self.marker, pid, known=known, again=again)

    def feed(self, data: bytes) -> tuple[Event, ...]:
        """The log grew by `data`."""
        events = self._watcher.feed(data, clock.now())
        self.news = self.news or self._watcher.finished is not None
        return (*events, *self._quiet.feed(data))

    def shell(self) -> Process | None:
        """The outer shell, while it lives: never another process with its number."""
        found = self._census.read(self.pid) if self.known else None
        return found if found and self._start in (0.0, found.start) else None

    def gone(self, why: str, deadline_s: float | None = None) -> None:
        """The outer shell is no more, or will not be heard of. The earliest deadline counts; one
        that is given is the last."""
        now = clock.monotonic()
        deadline = now + (DEADLINE_S if deadline_s is None else deadline_s)
        late_at = now + HELD_UP_S if deadline_s is None else deadline
        if self._gone is None:
            self._gone = _Gone(deadline, late_at, why)
        elif late_at < self._gone.late_at:
            self._gone = _Gone(min(deadline, self._gone.deadline), late_at, why)
        else:
            return
        self.news = True

    def stop(self, grace_s: float) -> None:
        """Begin to end everything that the attempt started; asked again, with less grace."""
        self._let_go_on()  # or it could not say how its body ended
        now = clock.monotonic()
        if self._watcher.finished is None:
            stages = stop_stages(now, grace_s)
        else:  # only a background is left
            stages = leftover_stages(now, min(grace_s, LEFTOVER_GRACE_S))
        ending = Ending(stages, self._census.read)
        if self._stopping and self._ending is not None:
            if ending.gives_up_at >= self._ending.gives_up_at:
                return
            ending.named.update(self._ending.named)
        self._ending = ending
        self._stopping = self.news = True

    def next_at(self, now: float) -> float:
        """When to step next (monotonic seconds); infinity: not before there is news."""
        if self.news:
            return now
        times = [self._ending.next_at] if self._ending else []
        if self._gone is not None and self._end is None:
            times.append(self._gone.deadline)
        if self._goes_on:
            times.append(self._quiet.due)
        if self._end is None:
            times.append(self._look_at)
        return min(times, default=float("inf"))

    def settle(self) -> tuple[Event, ...]:
        """Find out whether the attempt's end is known. Before `step`."""
        self.news = False
        if self._end is not None:
            return ()
        status = self._status() if self._may_be_over() else None
        if status is not None and self._watcher.finished is not None:
            if self._serves_on():
                return ()
            return self._set_end(*self._facts(status))
        if self._gone is not None and clock.monotonic() >= self._gone.deadline:
            return self._late(self._gone, status)
        return self._silence()

    def _late(self, gone: _Gone, status: int | str | None) -> tuple[Event, ...]:
        """It is lost, unless the status is known and the log's end may be on its way."""
        now = clock.monotonic()
        may_come = isinstance(status, int) and not self.broken and now < gone.late_at
        if not may_come or self._stopping or not self.held_up():
            return self._set_end(None, self._why_lost(status))
        look_at = min(gone.late_at, now + _HELD_UP_LOOK_S)
        self._gone = msgspec.structs.replace(gone, deadline=look_at)
        return ()

    def _serves_on(self) -> bool:
        """Its commands have ended, and what they left in the background is the server."""
        now = clock.monotonic()
        if not self.attempt.serves or self._stopping or self._gone is not None:
            return False
        if now < self._look_at < float("inf"):
            return True
        self._census.look()
        mine = self._but_helpers(self._census.of(self.marker))
        background = bool(self._background(mine))
        self._look_at = now + _SERVER_LOOK_S if background else float("inf")
        return background

    def _silence(self) -> tuple[Event, ...]:
        """What it means that nothing is printed; a prompt that somebody wrote an answer for is
        answered."""
        now = clock.monotonic()
        if not self._goes_on or now < self._quiet.due:
            return ()
        self._let_go_on()
        events = self._quiet.look(self.pid, now)
        if self._quiet.keys and self.types(self._quiet.keys):
            events = (*events, *self._quiet.typed())
        return events

    def _let_go_on(self) -> None:
        """A body may have stopped its outer shell (`kill -STOP $PPID`), and its end would never be
        told. tmux does this for what it starts; a pseudo-terminal does not."""
        shell = self.shell() if stopped(self.pid) else None
        if shell is not None and shell.start == self._start:
            send(shell, signal.SIGCONT, self._census.read)

    @property
    def _goes_on(self) -> bool:
        over = self._watcher.finished is not None or self._gone is not None
        return self._end is None and not over and not self._stopping

    @property
    def looks(self) -> bool:
        """Whether `step` needs a fresh look at the process table."""
        return self._end is not None or self._ending is not None

    def step(self) -> tuple[Event, ...]:
        """Go on with ending what must end; AttemptEnded when nothing is left to do."""
        if not self.looks:
            return ()
        now, mine = clock.monotonic(), self._census.of(self.marker)
        if self._stopping:
            return self._step_stop(mine, now)
        return self._step_tidy(mine, now)

    def _step_stop(self, mine: tuple[Process, ...], now: float) -> tuple[Event, ...]:
        assert self._ending is not None
        mine = self._but_helpers(mine)
        self._ending.step(now, [process for process in mine if self._may_be_sent(process, now)])
        late = now >= self._ending.gives_up_at
        if self._end is None:
            if late:
                self._kill_shell()
            return ()
        if mine and not late:
            return ()
        detached = {p: name for p, name in self._ending.named.items() if p.session != self.pid}
        return self._over(detached, mine)

    def _step_tidy(self, mine: tuple[Process, ...], now: float) -> tuple[Event, ...]:
        mine = self._but_helpers(mine)
        background = () if self.attempt.keep else self._background(mine)
        if background and self._ending is None:
            self._ending = Ending(leftover_stages(now, LEFTOVER_GRACE_S), self._census.read)
        if self._ending is None:
            return self._over({}, mine)
        self._ending.step(now, background)
        if background and now < self._ending.gives_up_at:
            return ()
        return self._over(self._ending.named, mine)

    def _may_be_sent(self, process: Process, now: float) -> bool:
        """Not the `mv` by which the outer shell leaves the status: a child of it without the
        attempt's environment, which is not the body unless it stays."""
        if process.parent != self.pid or process.marker == self.marker:
            return True
        return now >= self._seen.setdefault((process.pid, process.start), now) + _HELPER_S

    def _background(self, mine: tuple[Process, ...]) -> tuple[Process, ...]:
        if self.attempt.reap == "all":
            return mine
        return tuple(process for process in mine if process.session == self.pid)

    def _but_helpers(self, mine: tuple[Process, ...]) -> tuple[Process, ...]:
        """Without the outer shell's own children: after the last record, the body is not
        one of them."""
        if self._watcher.finished is None:
            return mine
        return tuple(process for process in mine if process.parent != self.pid)

    def _over(
        self, ended: dict[Process, Leftover], alive: tuple[Process, ...]
    ) -> tuple[Event, ...]:
        assert self._end is not None
        self.ended = True
        if self.attempt.serves:
            self._kill_shell()  # it would stay for ever
        left = {(p.pid, p.start) for p in alive}
        gone = tuple(self._masked(n) for p, n in ended.items() if (p.pid, p.start) not in left)
        names = tuple(self._masked(leftover(p)) for p in alive)
        if not gone and not names:
            done = self._end.status is not None and self._gone is None
            self.alone = done and not self._stopping and not self.attempt.serves
            return (self._end,)
        task, n = self.attempt.task, self.attempt.n
        found = LeftoverFound(at=clock.now(), task=task, n=n, ended=gone, alive=names)
        return (found, self._end)

    def _masked(self, left: Leftover) -> Leftover:
        """Command lines hold what the shell put in for `$API_TOKEN`."""
        return msgspec.structs.replace(left, command=self.attempt.mask(left.command))

    def _kill_shell(self) -> None:
        """It neither ended nor wrote a status though everything under it is dead."""
        shell = self.shell()
        if shell is not None and shell.session == self.pid:
            send(shell, signal.SIGKILL, self._census.read)
        self.gone("its outer shell had to be killed")

    def _status(self) -> int | str | None:
        if self._watcher.finished is not None:
            files.install_status(self.attempt.folder, self._watcher.finished)
        return files.read_status(self.attempt.folder)

    def _may_be_over(self) -> bool:
        return self._watcher.finished is not None or self._gone is not None

    def _facts(self, status: int | str) -> tuple[int | None, str]:
        if self.broken:
            return None, self.broken
        if isinstance(status, str):
            return None, status
        if status != self._watcher.finished:
            said = self._watcher.finished
            return None, f"the status file says {status}, the log's last record {said}"
        return status, ""

    def _why_lost(self, status: int | str | None) -> str:
        why = self._gone.why if self._gone else ""
        if self.broken:
            return self.broken
        if files.disk_is_full(self.attempt.folder):
            return "disk full: the log or the status is incomplete"
        if status is None:
            return f"{why}; it left no status"
        if isinstance(status, str):
            return f"{why}; {status}"
        return f"{why}; the status is {status}, but the log's end is missing"

    def _set_end(self, status: int | None, lost: str) -> tuple[Event, ...]:
        events = self._watcher.close(clock.now())
        self._end = AttemptEnded(
            at=clock.now(),
            task=self.attempt.task,
            n=self.attempt.n,
            status=status,
            lost=lost,
            log_lines=self._watcher.log_lines,
        )
        return events


def _nobody_types(keys: str) -> bool:  # noqa: ARG001
    return False


def _nobody_is() -> bool:
    return False


def _default_marker(attempt: Attempt) -> str:
    return f"{attempt.run}/{attempt.task}/{attempt.n}/{attempt.nonce}"
