"""What may happen next: pure, from the board and the time to actions."""

from __future__ import annotations

from typing import Literal, Union

import msgspec

from tmuxplan.events import RunStopping
from tmuxplan.plan.model import Task
from tmuxplan.schedule.board import Board
from tmuxplan.schedule.deadlines import PATIENCE

_MOST_NAMES = 8

StopWhy = Literal["timeout", "halt", "stop", "done", "not up"]


class Start(msgspec.Struct, frozen=True):
    """Start an attempt of this task."""

    task: str


class Retry(msgspec.Struct, frozen=True):
    """Attempt `n` failed; another is to follow in `delay_s`, and `left` more after that."""

    task: str
    n: int
    delay_s: float
    left: int


class AskPerson(msgspec.Struct, frozen=True):
    """The task waits for a person now."""

    task: str


class Block(msgspec.Struct, frozen=True):
    """The task can't run: `by` did not pass, and it began with `root`."""

    task: str
    by: tuple[str, ...]
    root: tuple[str, ...]


class HaltRun(msgspec.Struct, frozen=True):
    """So many tasks failed that the run halts. `now`: running tasks are stopped too."""

    why: str
    now: bool


class Halt(msgspec.Struct, frozen=True):
    """The task will not be started, or not be tried again."""

    task: str
    why: str


class Stop(msgspec.Struct, frozen=True):
    """End the running attempt."""

    task: str
    n: int
    why: StopWhy


class Warn(msgspec.Struct, frozen=True):
    """The running attempt has taken `PATIENCE` times its estimate, `estimate_s`."""

    task: str
    n: int
    estimate_s: float


class End(msgspec.Struct, frozen=True):
    """Nothing is left that can happen without a person."""


Action = Union[Start, Retry, AskPerson, Block, HaltRun, Halt, Stop, Warn, End]


def decide(board: Board, now: float) -> tuple[Action, ...]:
    """Everything that may happen at once, given what has happened; End stands alone."""
    blocks: list[Action] = [Block(task, by, root) for task, by, root in board.to_block()]
    blocks = blocks or _never_up(board, now)
    if blocks:  # a blocked task's dependents are asked about again, with this one in the board
        return tuple(blocks)
    halt = _halt_run(board)
    if halt is not None:
        return (halt,)
    asks: list[Action] = [AskPerson(task) for task in board.to_ask()]
    warns = _warnings(board, now)
    stops = _once([*_overdue(board, now), *_let_go(board)])
    if board.stopped_by is not None:
        actions = (*asks, *warns, *_winding_down(board, board.stopped_by, stops))
    else:
        actions = (*asks, *warns, *stops, *_retries(board), *_starts(board, now))
    return actions or _standstill(board, now)


def next_deadline(board: Board, decided_at: float) -> float | None:
    """When a decision may change by time alone after the one of `decided_at`, on the board's
    clock."""
    return board.deadlines.next_after(decided_at, board.stopping)


def _never_up(board: Board, now: float) -> list[Action]:
    servers: dict[str, tuple[str, ...]] = {}
    for user, server in board.never_up(now):
        servers[user] = (*servers.get(user, ()), server)
    return [Block(user, on, on) for user, on in servers.items()]


def waits_for_people(board: Board, now: float) -> bool:
    """A person is asked, and all that goes on are servers that are up for what follows."""
    idle = not board.deadlines.retry and not board.coming() and not board.paused
    return bool(board.persons) and _only_servers(board) and idle and decide(board, now) == ()


def _halt_run(board: Board) -> HaltRun | None:
    """Retries that are left count as not failed yet. Where nothing is left to halt, nothing is."""
    most, failed = board.policy.max_failures, _distinct(board)
    if most is None or len(failed) < most or board.stopped_by is not None:
        return None
    if not board.open - board.persons - set(board.to_ask()):
        return None
    more = f" and {len(failed) - _MOST_NAMES} more" if len(failed) > _MOST_NAMES else ""
    why = f"{', '.join(failed[:_MOST_NAMES])}{more} failed, and max_failures is {most}"
    return HaltRun(why, board.policy.halt == "stop")


def _distinct(board: Board) -> tuple[str, ...]:
    """Those that failed for good; the shells of one task count once."""
    return tuple(dict.fromkeys(board.tasks[task].shell_of or task for task in board.failed))


def _overdue(board: Board, now: float) -> list[Stop]:
    return [
        Stop(task, board.running[task], why)
        for due, why in _DUE
        for task, at in getattr(board.deadlines, due).items()
        if at <= now and task not in board.stopping and task in board.running
    ]


_DUE: tuple[tuple[str, StopWhy], ...] = (("timeout", "timeout"), ("up", "not up"))


def _let_go(board: Board) -> list[Stop]:
    return [Stop(task, board.running[task], "done") for task in board.unneeded()]


def _once(stops: list[Stop]) -> list[Stop]:
    """The first reason for each task counts."""
    return list({stop.task: stop for stop in reversed(stops)}.values())[::-1]


def _warnings(board: Board, now: float) -> list[Action]:
    return [
        Warn(task, board.running[task], _estimate(board, task))
        for task, at in board.deadlines.slow.items()
        if at <= now and task in board.running and task not in board.stopping
    ]


def _estimate(board: Board, task: str) -> float:
    estimate = board.tasks[task].estimate
    return estimate.high_s if estimate else 0.0


def slow_words(estimate_s: float) -> str:
    """What is said of a task that took too long: its evidence's text."""
    return f"runs for more than {PATIENCE:g} times its estimate of {_span(estimate_s)}"


def not_up_words(task: Task, held: str = "") -> str:
    """What is said of a server that was not up in time: its evidence's text. `held`: why its
    answers say nothing, if so."""
    ready = task.ready
    if ready is None:
        return "not up in time"
    said = f"not up within {_span(ready.within_s or 0.0)}"
    if held:
        return f"{said}: {held}"
    if ready.kind == "line":
        return f"{said}: no line matched {ready.value}"
    return f"{said}: {'port ' if ready.kind == 'port' else ''}{ready.value} did not answer"


def _span(seconds: float) -> str:
    return f"{seconds / 60:g} min" if seconds >= 60 else f"{seconds:g} s"


def _retries(board: Board) -> list[Action]:
    return [
        Retry(task, n, board.policy.delay_s(retry), board.retries_left(task) - 1)
        for task, n, retry in board.to_retry()
    ]


def _winding_down(board: Board, stopping: RunStopping, stops: list[Stop]) -> tuple[Action, ...]:
    asked = board.persons | set(board.to_ask())
    waiting = [t for t in board.graph.order if t in board.open and t not in board.running]
    halts = [Halt(task, stopping.why) for task in waiting if task not in asked]
    if stopping.now:
        already = {stop.task for stop in stops} | board.stopping
        stops = [*stops, *_all_running(board, already, "halt" if stopping.halt else "stop")]
    return (*halts, *stops)


def _all_running(board: Board, already: set[str], why: StopWhy) -> list[Stop]:
    return [Stop(task, n, why) for task, n in board.running.items() if task not in already]


def _starts(board: Board, now: float) -> list[Start]:
    """A server that is up takes no job: those who wait for it could never start otherwise."""
    free = board.policy.jobs - len(board.running.keys() - board.up)
    if free <= 0 or board.paused:
        return []
    picked = board.pick(free, now)
    if not picked and not _retry_to_come(board, now) and _only_servers(board):
        # Only servers are left, each kept up for somebody who waits for another's lock.
        picked = board.pick(1, now, beside_servers=True)
    return [Start(task.id) for task in picked]


def _only_servers(board: Board) -> bool:
    """Something runs, and all of it are servers that are up and go on."""
    return bool(board.running) and board.running.keys() <= board.up - board.stopping


def _retry_to_come(board: Board, now: float) -> bool:
    return any(at > now for at in board.deadlines.retry.values())


def _standstill(board: Board, now: float) -> tuple[Action, ...]:
    """Nothing can be done now: wait for what runs, for time or for a person, or end.

    Servers alone are nothing to wait for: one that nobody was said to need, or whose end
    another one's dependents wait for, would stay for ever.
    """
    if _retry_to_come(board, now) or board.awaited() or (board.paused and board.startable()):
        return ()
    kept_out = board.kept_out(now)
    if board.running:
        idle = board.idle() if _only_servers(board) and not board.persons else []
        if kept_out:  # who waits for another run's lock has its servers kept up
            idle = [task for task in idle if not board.is_used(task)]
        return (Stop(idle[0], board.running[idle[0]], "done"),) if idle else ()
    return () if kept_out else (End(),)
