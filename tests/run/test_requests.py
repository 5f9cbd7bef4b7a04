"""What people ask of a run, and the events that it comes to."""

from __future__ import annotations

import pytest

from tmuxplan import events as ev
from tmuxplan.plan.model import Edge, Plan, Task
from tmuxplan.run import control
from tmuxplan.run.requests import events_for
from tmuxplan.schedule.graph import graph_of
from tmuxplan.schedule.state import RunState, fold

PLAN = Plan(
    path="p.md",
    title="p",
    sha256="",
    tasks=tuple(Task(id=name, title=name, line=1) for name in "abc"),
    edges=(Edge("b", "a", "hard"),),
)
FAILED = (
    ev.AttemptStarting(at=1, task="a", n=1, nonce="ab"),
    ev.Judged(at=1, task="a", n=1, verdict="failed"),
    ev.Blocked(at=1, task="b", by=("a",), root=("a",)),
)
RETRYING = (*FAILED[:2], ev.RetryPlanned(at=1, task="a", n=1, due=99, left=4))


def asked(request: control.Request, state: RunState) -> tuple[ev.Event, ...] | control.Reply:
    return events_for(request, state, graph_of(PLAN), at=7)


def test_a_retry_opens_the_task_and_what_it_blocked() -> None:
    assert asked(control.Retry("a", "ann"), fold(FAILED)) == (
        ev.Reopened(at=7, task="a", by="ann", why="retried"),
        ev.Reopened(at=7, task="b", by="ann", why="a is retried"),
    )


def test_a_retry_that_is_planned_is_due_now() -> None:
    assert asked(control.Retry("a", "ann"), fold(RETRYING)) == (
        ev.RetryPlanned(at=7, task="a", n=1, due=7, left=4),
    )


def test_a_stop_a_pause_and_its_end() -> None:
    state = RunState()
    assert asked(control.StopRun("ann", "enough", now=False), state) == (
        ev.RunStopping(at=7, by="ann", why="enough", now=False),
    )
    assert asked(control.Pause("ann"), state) == (ev.Paused(at=7, by="ann"),)
    state.apply(ev.Paused(at=7, by="ann"))
    assert asked(control.Unpause("bob"), state) == (ev.Unpaused(at=7, by="bob"),)


def test_a_skip_of_a_task_that_waits_for_its_retry() -> None:
    state = fold(RETRYING)
    assert asked(control.Skip("a", "ann", "no need"), state) == (
        ev.Skipped(at=7, task="a", by="ann", reason="no need"),
    )
    state.apply(ev.Skipped(at=7, task="a", by="ann", reason="no need"))
    assert state.task("a").retry is None


def test_a_skip_of_a_task_that_failed_opens_what_it_blocked() -> None:
    state = fold(FAILED)
    found = asked(control.Skip("a", "ann", "known"), state)
    assert found == (
        ev.Skipped(at=7, task="a", by="ann", reason="known"),
        ev.Reopened(at=7, task="b", by="ann", why="a is skipped"),
    )
    for event in found:
        state.apply(event)
    a, b = state.task("a"), state.task("b")
    assert (a.verdict, b.phase) == ("skipped", "waiting")
    assert a.last is not None
    assert a.last.verdict == "failed"


def test_a_skip_of_a_task_that_is_blocked_lets_others_start() -> None:
    state = fold(FAILED)
    (skipped,) = asked(control.Skip("b", "ann", "later"), state)
    state.apply(skipped)
    assert state.task("b").blocked_by == ()
    assert state.task("a").verdict == "failed"


ASKED = (ev.PersonAsked(at=1, task="a"),)
TICKED = (*ASKED, ev.ItemSigned(at=1, task="a", item=2, by="bob"))


def test_a_signature_and_that_of_an_item() -> None:
    assert asked(control.Sign("a", "ann", "looks good"), fold(TICKED)) == (
        ev.Signed(at=7, task="a", by="ann", note="looks good"),
    )
    for past in (ASKED, TICKED):
        assert asked(control.Sign("a", "ann", "seen", item=3), fold(past)) == (
            ev.ItemSigned(at=7, task="a", item=3, by="ann", note="seen"),
        )


PASSED = (FAILED[0], ev.Judged(at=1, task="a", n=1, verdict="passed"))
SKIPPED = (ev.Skipped(at=1, task="a", by="bob", reason="x"),)
SIGNED = ev.Signed(at=2, task="a", by="bob")
BLOCKED_BY = (ev.Blocked(at=1, task="b", by=("a",), root=()),)  # as old journals have it
STOPPING = (ev.RunStopping(at=1, by="ann", why="enough"),)
REFUSED = [
    (control.Retry("z", "ann"), (), "z is no task of this run"),
    (control.Retry("b", "ann"), FAILED, "it began with a"),
    (control.Retry("c", "ann"), FAILED, "c has not run yet"),
    (control.Retry("a", "ann"), (*FAILED, *STOPPING), "the run is stopping (enough)"),
    (control.Sign("a", "ann", item=2), TICKED, "item 2 of a is signed already, by bob"),
    (control.Sign("a", "ann"), (*ASKED, SIGNED), "a is signed already, by bob"),
    (control.Sign("a", "ann"), (), "a does not wait for a signature yet; it is waiting"),
    (control.Retry("a", "ann"), (*ASKED, SIGNED), "a is signed: there is nothing to try again"),
    (control.Retry("b", "ann"), BLOCKED_BY, "it began with a"),
    (control.Sign("a", "ann"), FAILED, "a failed: a signature can't change that"),
    (control.Skip("a", "ann", "x"), FAILED[:1], "a is running"),
    (control.Skip("a", "ann", "x"), PASSED, "a passed: there is nothing to skip"),
    (control.Skip("a", "ann", "x"), SKIPPED, "a was skipped by bob: there is nothing to skip"),
    (control.Skip("a", "ann", "x"), (*FAILED, *STOPPING), "the run is stopping (enough)"),
    (control.Unpause("ann"), (), "the run is not paused"),
    (control.Pause("ann"), (ev.Paused(at=1, by="bob"),), "paused already, by bob"),
    (control.Pause("ann"), STOPPING, "the run is stopping: enough"),
]


@pytest.mark.parametrize(("request_", "past", "said"), REFUSED)
def test_what_makes_no_sense_is_refused(
    request_: control.Request, past: tuple[ev.Event, ...], said: str
) -> None:
    found = asked(request_, fold(past))
    assert isinstance(found, control.Reply)
    assert said in found.refused
