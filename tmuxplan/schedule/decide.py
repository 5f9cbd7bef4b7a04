"""What may happen next: pure, from the board, the policy and the time to actions."""

from __future__ import annotations

from typing import Literal, Union

import msgspec

from tmuxplan.events import RunStopping
from tmuxplan.schedule.board import Board
from tmuxplan.schedule.policy import Policy


class Start(msgspec.Struct, frozen=True):
    """Start an attempt of this task."""

    task: str


class AskPerson(msgspec.Struct, frozen=True):
    """The task waits for a person now."""

    task: str


class Block(msgspec.Struct, frozen=True):
    """The task can't run: `by` did not pass, and it began with `root`."""

    task: str
    by: tuple[str, ...]
    root: tuple[str, ...]


class Halt(msgspec.Struct, frozen=True):
    """The task will not be started."""

    task: str
    why: str


class Stop(msgspec.Struct, frozen=True):
    """End the running attempt."""

    task: str
    n: int
    why: Literal["timeout", "halt", "stop", "done"]


class End(msgspec.Struct, frozen=True):
    """Nothing is left that can happen without a person."""


Action = Union[Start, AskPerson, Block, Halt, Stop, End]


def decide(board: Board, policy: Policy, now: float) -> tuple[Action, ...]:
    """Everything that may happen at once, given what has happened; End stands alone."""
    blocks: list[Action] = [Block(task, by, root) for task, by, root in board.to_block()]
    if blocks:  # a blocked task's dependents are asked about again, with this one in the board
        return tuple(blocks)
    asks: list[Action] = [AskPerson(task) for task in board.to_ask()]
    stops = _overdue(board, now)
    stops += [stop for stop in _let_go(board) if stop.task not in {late.task for late in stops}]
    if board.stopped_by is None:
        actions = (*asks, *stops, *_starts(board, policy))
    else:
        actions = (*asks, *_winding_down(board, board.stopped_by, stops))
    return actions if actions or board.running else (End(),)


def next_deadline(board: Board) -> float | None:
    """When a decision may change by time alone, on the board's clock."""
    return min(
        (at for task, at in board.deadlines.items() if task not in board.stopping), default=None
    )


def _overdue(board: Board, now: float) -> list[Stop]:
    return [
        Stop(task, board.running[task], "timeout")
        for task, at in board.deadlines.items()
        if at <= now and task not in board.stopping and task in board.running
    ]


def _let_go(board: Board) -> list[Stop]:
    return [Stop(task, board.running[task], "done") for task in board.unneeded()]


def _winding_down(board: Board, stopping: RunStopping, stops: list[Stop]) -> tuple[Action, ...]:
    asked = board.persons | set(board.to_ask())
    waiting = [t for t in board.graph.order if t in board.open and t not in board.running]
    halts = [Halt(task, stopping.why) for task in waiting if task not in asked]
    if stopping.now:
        already = {stop.task for stop in stops} | board.stopping
        stops = [*stops, *_all_running(board, already)]
    return (*halts, *stops)


def _all_running(board: Board, already: set[str]) -> list[Stop]:
    return [Stop(task, n, "stop") for task, n in board.running.items() if task not in already]


def _starts(board: Board, policy: Policy) -> list[Start]:
    """A server that is up takes no job: those who wait for it could never start otherwise."""
    free = policy.jobs - len(board.running.keys() - board.up)
    if free <= 0:
        return []
    picked = board.pick(free)
    if not picked and board.running and board.running.keys() <= board.up - board.stopping:
        # Only servers are left, each kept up for somebody who waits for another's lock.
        picked = board.pick(1, beside_servers=True)
    return [Start(task.id) for task in picked]
