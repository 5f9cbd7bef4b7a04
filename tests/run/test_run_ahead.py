"""What the loop tells a backend that can do some of a start before its turn."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import pytest

from tmuxplan import events as ev
from tmuxplan.plan.model import Block, Edge, Plan, Task
from tmuxplan.run.ahead import Ahead
from tmuxplan.run.backend import Attempt, Backend
from tmuxplan.schedule.board import Board
from tmuxplan.schedule.policy import Policy

CHAIN = ("a", "b", "c", "d")


class Hears:
    """As much of a backend as is spoken to."""

    def __init__(self, ahead: int) -> None:
        self.ahead = ahead
        self.expected: list[tuple[str, int]] = []

    def expect(self, attempt: Attempt) -> None:
        self.expected.append((attempt.task, attempt.n))


def prepared(task: str, n: int, nonce: str) -> Attempt:
    return Attempt(
        run="r", task=task, n=n, nonce=nonce, folder=Path(), cwd=Path(), shell=(), script="",
        env={}, scan=lambda _: (), step_lines=(),
    )  # fmt: skip


@pytest.fixture
def board() -> Board:
    """A fan: a, and then all others; one at a time."""
    tasks = tuple(Task(id=name, title=name, line=1, blocks=(Block(1, "true"),)) for name in CHAIN)
    edges = tuple(Edge(name, "a", "hard") for name in CHAIN[1:])
    plan = Plan(path="p.md", title="p", sha256="", tasks=tasks, edges=edges)
    return Board(plan, frozenset(CHAIN), Policy(jobs=1))


def ahead(hears: Hears, board: Board) -> Ahead:
    return Ahead(cast("Backend", hears), board, prepared)


def none_yet(_: str) -> int:
    return 0


def begin(board: Board, task: str) -> None:
    board.apply(ev.AttemptStarting(at=0, task=task, n=1, nonce="ab"), 0)


def test_no_more_than_it_has_use_for_and_each_once(board: Board) -> None:
    hears = Hears(2)
    looks = ahead(hears, board)
    begin(board, "a")
    looks.look(none_yet)
    looks.look(none_yet)
    assert hears.expected == [("b", 1), ("c", 1)]
    looks.attempt("b", 1)
    begin(board, "b")
    looks.look(none_yet)
    assert hears.expected[2:] == [("d", 1)]


def test_one_that_has_no_use_for_it_is_told_nothing(board: Board) -> None:
    hears = Hears(0)
    begin(board, "a")
    ahead(hears, board).look(none_yet)
    assert hears.expected == []


def test_what_begins_is_what_was_expected(board: Board) -> None:
    made: list[Attempt] = []
    looks = Ahead(
        cast("Backend", Hears(9)), board, lambda *of: made.append(prepared(*of)) or made[-1]
    )
    begin(board, "a")
    looks.look(none_yet)
    assert looks.attempt("b", 1) is made[0]
    again = looks.attempt("b", 2)
    assert (again.n, again is made[-1]) == (2, True)
    assert len({attempt.nonce for attempt in made}) == len(made)


def test_one_that_is_not_to_start_makes_room(board: Board) -> None:
    hears = Hears(1)
    looks = ahead(hears, board)
    begin(board, "a")
    looks.look(none_yet)
    board.apply(ev.Skipped(at=0, task="b", by="ann", reason="no"), 0)
    looks.forget("b")
    looks.look(none_yet)
    assert hears.expected == [("b", 1), ("c", 1)]


@pytest.mark.parametrize(
    "event", [ev.Paused(at=0, by="ann"), ev.RunStopping(at=0, by="ann", why="no", now=False)]
)
def test_nobody_is_expected_where_nothing_starts(board: Board, event: ev.Event) -> None:
    hears = Hears(9)
    begin(board, "a")
    board.apply(event, 0)
    ahead(hears, board).look(none_yet)
    assert hears.expected == []
