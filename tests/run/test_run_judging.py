"""What has to be in the output of a task of several shells: the last to end is asked for it."""

from __future__ import annotations

import pytest

from tmuxplan import events as ev
from tmuxplan.plan.model import Block, Criterion, Task
from tmuxplan.run.judging import judged
from tmuxplan.schedule.shells import go_on, others_of, seen_by
from tmuxplan.schedule.state import RunState

UP = Criterion("`~ up`", 9, "regex", "up")
NEVER = Criterion("`!~ down`", 10, "regex", "down", negated=True)
CHECK = Criterion("`$ true`", 8, "command", "true")
FIRST = Task(id="a", title="a", line=1, blocks=(Block(1, "serve"),), criteria=(UP, NEVER))
SECOND = Task(
    id="a.2", title="a", line=5, blocks=(Block(5, "try"),), criteria=(CHECK, UP, NEVER),
    shell_of="a",
)  # fmt: skip
ALONE = Task(id="b", title="b", line=20, blocks=(Block(20, "true"),))
SHELLS = others_of((FIRST, SECOND, ALONE))


def begun(*tasks: str) -> RunState:
    state = RunState()
    for task in tasks:
        state.apply(ev.AttemptStarting(at=0, task=task, n=1, nonce="ab"))
    return state


def sees(state: RunState, task: str, index: int) -> None:
    state.apply(ev.CriterionSeen(at=0, task=task, n=1, criterion=index, log_line=1))


def end(state: RunState, task: Task, status: int = 0) -> ev.Judged:
    state.apply(ev.AttemptEnded(at=0, task=task.id, n=1, status=status))
    found = judged(task, (), 1, state, 0, SHELLS.get(task.id, ()))
    state.apply(found)
    return found


def unmet(found: ev.Judged) -> list[str]:
    return [one.text for one in found.evidence if one.kind == "criterion" and "up" in one.text]


def test_each_shell_has_the_others() -> None:
    assert SHELLS == {"a": (SECOND,), "a.2": (FIRST,)}


def test_who_ends_first_is_not_asked_and_the_last_is() -> None:
    state = begun("a", "a.2")
    assert unmet(end(state, SECOND)) == []
    assert unmet(end(state, FIRST)) == ["not in the output: up"]


def test_what_another_shell_printed_counts() -> None:
    state = begun("a", "a.2")
    sees(state, "a.2", 1)
    assert seen_by((SECOND,), state) == {9}
    end(state, SECOND)
    assert end(state, FIRST).verdict == "passed"


def test_one_that_has_not_begun_may_print_it_yet() -> None:
    state = begun("a")
    assert go_on((SECOND,), state)
    assert end(state, FIRST).verdict == "passed"
    state.apply(ev.AttemptStarting(at=0, task="a.2", n=1, nonce="ab"))
    assert unmet(end(state, SECOND)) == ["not in the output: up"]


def test_one_that_waits_for_a_signature_prints_nothing_any_more() -> None:
    state = begun("a", "a.2")
    end(state, FIRST)
    state.apply(ev.PersonAsked(at=0, task="a"))
    assert not go_on((FIRST,), state)
    assert unmet(end(state, SECOND)) == ["not in the output: up"]


@pytest.mark.parametrize("seen", [True, False])
def test_what_must_not_be_in_it_is_asked_of_each(seen: bool) -> None:
    state = begun("a", "a.2")
    if seen:
        sees(state, "a", 1)
    assert end(state, FIRST).verdict == ("failed" if seen else "passed")


def test_a_readiness_line_behind_the_criteria_is_none() -> None:
    state = begun("a")
    sees(state, "a", 2)
    assert seen_by((FIRST,), state) == frozenset()
