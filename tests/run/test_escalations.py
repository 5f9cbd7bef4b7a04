"""Telling people, in a thread: the loop is woken, and what goes wrong is said."""

from __future__ import annotations

import select
import threading

import pytest

from tmuxplan import events as ev
from tmuxplan.plan.model import Task
from tmuxplan.run.escalations import Escalations
from tmuxplan.schedule.state import RunState, TaskRecord

TASK, RECORD = Task(id="a", title="a", line=1), TaskRecord(id="a")


def woken(telling: Escalations) -> list[ev.Event]:
    assert select.select([telling.fileno()], [], [], 10)[0]
    return telling.results()


def test_what_was_told_comes_back_as_events_and_wakes_the_loop() -> None:
    told = ev.Escalated(at=1, task="a", n=1, what="issue", detail="plans/issues/a.md")
    gate = threading.Event()

    def tell(record: TaskRecord, task: Task) -> tuple[ev.Escalated, ...]:
        assert (record, task) == (RECORD, TASK)
        gate.wait(10)
        return (told,)

    telling = Escalations(tell)
    assert telling.left_s() == 0
    telling.note(TASK)
    telling.ask(RunState())
    assert telling.results() == []
    assert telling.left_s() > 0
    gate.set()
    assert woken(telling) == [told]
    assert telling.left_s() == 0
    telling.close()


def test_one_that_breaks_is_a_notice_and_the_next_one_is_told() -> None:
    broken = [True]

    def tell(record: TaskRecord, task: Task) -> tuple[ev.Escalated, ...]:
        assert record.id == task.id
        if broken:
            broken.clear()
            raise OSError("no way")
        return (ev.Escalated(at=1, task="a", n=1, what="issue"),)

    telling = Escalations(tell)
    telling.note(TASK)
    telling.ask(RunState())
    (notice,) = woken(telling)
    assert isinstance(notice, ev.Notice)
    assert "a: nobody could be told: OSError: no way" in notice.text
    telling.note(TASK)
    telling.ask(RunState())
    (escalated,) = woken(telling)
    assert isinstance(escalated, ev.Escalated)
    telling.close()


def test_where_no_thread_can_be_had_that_is_said_and_the_next_one_is_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def none_left(_: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    telling = Escalations(lambda *_: (ev.Escalated(at=1, task="a", n=1, what="issue"),))
    with monkeypatch.context() as few:
        few.setattr(threading.Thread, "start", none_left)
        telling.note(TASK)
        telling.ask(RunState())
    (notice,) = woken(telling)
    assert isinstance(notice, ev.Notice)
    assert "a: nobody could be told: RuntimeError: can't start new thread" in notice.text
    assert telling.left_s() == 0
    telling.note(TASK)
    telling.ask(RunState())
    (escalated,) = woken(telling)
    assert isinstance(escalated, ev.Escalated)
    telling.close()
