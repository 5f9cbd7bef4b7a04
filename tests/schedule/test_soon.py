"""What may start next, for who can do some of a start before its turn."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st
from test_decide import begin, board, judged, plan_of, starts, task

from tmuxplan import events as ev
from tmuxplan.schedule import decide as do
from tmuxplan.schedule.board import Board


def act(on: Board) -> list[str]:
    begun = starts(do.decide(on, 0))
    for name in begun:
        begin(on, name)
    return begun


def test_those_without_a_place_come_first_then_those_that_wait_for_what_runs() -> None:
    tasks = [task(name) for name in ("a", "b", "c", "d", "e")]
    on = board(plan_of(tasks, [("d", "a", "hard"), ("e", "c", "hard")]), jobs=1)
    assert on.soon(9) == ["a", "c", "b"]
    assert act(on) == ["a"]
    assert on.soon(9) == ["c", "b", "d"]
    assert on.soon(2) == ["c", "b"]
    judged(on, "a", "passed")
    assert act(on) == ["c"]
    assert on.soon(9) == ["b", "d", "e"]


def test_who_waits_for_one_that_has_not_begun_is_not_next() -> None:
    tasks = [task("a"), task("b"), task("c")]
    edges = [("c", "a", "hard"), ("c", "b", "soft"), ("b", "a", "hard")]
    on = board(plan_of(tasks, edges))
    assert act(on) == ["a"]
    assert on.soon(9) == ["b"]
    judged(on, "a", "passed")
    assert act(on) == ["b"]
    assert on.soon(9) == ["c"]


def test_who_is_blocked_or_waits_for_a_person_is_not_next() -> None:
    tasks = [task("a"), task("b"), task("c", blocks=())]
    on = board(plan_of(tasks, [("b", "a", "hard"), ("c", "a", "hard")]))
    act(on)
    assert on.soon(9) == ["b"]
    judged(on, "a", "failed")
    on.apply(ev.Blocked(at=0, task="b", by=("a",), root=("a",)), 0)
    assert on.soon(9) == []


@given(st.integers(0, 10**6), st.integers(2, 14), st.integers(1, 5))
def test_nobody_is_next_who_has_begun_and_whoever_starts_was_next(
    seed: int, count: int, jobs: int
) -> None:
    """Where everything passes, all but the first were foreseen: what starts when something ends
    waited for its turn alone, or for nothing but what ran."""
    chance = random.Random(seed)
    names = [f"t{n}" for n in range(count)]
    edges = [
        (name, on, "hard")
        for n, name in enumerate(names)
        for on in names[:n]
        if chance.random() < 0.3
    ]
    on = board(plan_of([task(name) for name in names], edges), jobs=jobs)
    begun = set(act(on))
    while on.running:
        next_ = on.soon(count)
        assert len(next_) == len(set(next_))
        assert not begun & set(next_)
        judged(on, chance.choice(sorted(on.running)), "passed")
        started = act(on)
        assert set(started) <= set(next_)
        begun |= set(started)
    assert begun == set(names)
