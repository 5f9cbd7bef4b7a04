"""What is known of servers from outside: real sockets and processes, and histories."""

from __future__ import annotations

import os
import select
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tmuxplan import events as ev
from tmuxplan.backends.listeners import all_gone, on_port
from tmuxplan.library.probing import ServerProbes
from tmuxplan.plan.model import Block, Edge, Plan, Ready, Task
from tmuxplan.run import servers as at_work
from tmuxplan.run.backend import Listener
from tmuxplan.run.judging import judged
from tmuxplan.run.servers import Servers
from tmuxplan.schedule.board import Board
from tmuxplan.schedule.state import RunState

RUN = "20261122-101530-7f3a"


class Asked:
    """Probes whose answers a test decides. `gate` holds them back."""

    def __init__(self) -> None:
        self.up = False
        self.have: tuple[Listener, ...] = ()
        self.dead: set[int] = set()
        self.gate = threading.Event()
        self.gate.set()

    def answers(self, kind: str, value: str) -> bool:  # noqa: ARG002 (Probes)
        up = self.up
        self.gate.wait(10)
        return up

    def taken(self, kind: str, value: str) -> bool:
        return self.answers(kind, value)

    def listeners(self, kind: str, value: str) -> tuple[Listener, ...]:  # noqa: ARG002 (Probes)
        return self.have

    def gone(self, pids: tuple[int, ...]) -> bool:
        return bool(pids) and set(pids) <= self.dead


class World:
    """A run of two servers and a client, and what it knows of them."""

    def __init__(self, probes: Any, ready: Ready) -> None:
        tasks = (
            Task(id="a", title="a", line=1, blocks=(Block(1, "true"),), ready=ready),
            Task(id="b", title="b", line=2, blocks=(Block(2, "true"),), ready=ready),
            Task(id="c", title="c", line=3, blocks=(Block(3, "true"),)),
        )
        edges = (Edge("b", "a", "hard"), Edge("c", "b", "ready"), Edge("c", "a", "ready"))
        self.plan = Plan(path="p.md", title="p", sha256="", tasks=tasks, edges=edges)
        self.tasks = {task.id: task for task in tasks}
        self.state = RunState()
        self.board = Board(self.plan, frozenset(self.tasks))
        self.servers = Servers(probes, self.tasks, self.board, self.state)
        self.record(
            ev.RunStarted(
                at=0, run=RUN, plan="p.md", sha256="", title="p", cwd="/", backend="pty",
                host="h", user="u", version="0", selected=tuple(self.tasks),
            )
        )  # fmt: skip

    def record(self, event: ev.Event) -> None:
        self.state.apply(event)
        self.board.apply(event, 0)

    def start(self, task: str, n: int = 1) -> list[ev.Event]:
        """An attempt begins once that is known what it has to wait for."""
        self.until(lambda: self.servers.admits(task))
        self.record(ev.AttemptStarting(at=0, task=task, n=n, nonce="ab"))
        found = self.servers.began(task, n)
        for event in found:
            self.record(event)
        return found

    def end(self, task: str, verdict: ev.Verdict = "passed", n: int = 1) -> None:
        self.record(ev.AttemptEnded(at=0, task=task, n=n, status=0))
        self.record(ev.Judged(at=0, task=task, n=n, verdict=verdict))

    def hears(self) -> list[ev.Event]:
        """The next thing that is said."""
        return self.until(self._said)

    def _said(self) -> list[ev.Event]:
        found = self.servers.news()
        for event in found:
            self.record(event)
        self.servers.ask()
        return found

    def until(self, condition: Callable[[], Any]) -> Any:
        """Wakes as the loop does."""
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            found = condition()
            if found:
                return found
            patience = self.servers.patience(time.monotonic())
            select.select([self.servers.fileno()], [], [], 10 if patience is None else patience)
            if condition != self._said:
                self.servers.news()
        raise AssertionError("never")

    def asks_once(self) -> list[ev.Event]:
        """What an answer to a new question comes to."""
        self.until(lambda: self.servers.patience(time.monotonic()) == 0)
        self.servers.ask()
        assert select.select([self.servers.fileno()], [], [], 10)[0]
        found = self.servers.news()
        for event in found:
            self.record(event)
        return found


def world(probes: Any, ready: Ready | None = None) -> World:
    return World(probes, ready or Ready("port", "8000", 1))


THEIRS = Listener(31, "python3")


def kinds(found: list[ev.Event]) -> list[type]:
    return [type(event) for event in found]


def test_a_port_that_nobody_had_is_up_once_it_answers() -> None:
    probes = Asked()
    this = world(probes)
    assert this.start("a") == []
    assert this.asks_once() == []
    assert not select.select([this.servers.fileno()], [], [], 0)[0]  # or the loop would spin
    probes.up = True
    (ready,) = this.hears()
    assert isinstance(ready, ev.ServerReady)
    assert (ready.task, ready.n, ready.how) == ("a", 1, "port 8000 answers")


def test_what_answered_before_is_not_the_task_until_it_was_away_for_a_moment() -> None:
    probes = Asked()
    probes.up, probes.have = True, (THEIRS,)
    this = world(probes)
    held, notice = this.start("a")
    assert isinstance(held, ev.AnsweredBefore)
    assert (held.what, held.held_by, held.pids) == ("port 8000", "python3 (process 31)", (31,))
    assert isinstance(notice, ev.Notice)
    assert "port 8000 is answered already, by python3 (process 31)" in notice.text
    assert this.asks_once() == []
    assert this.asks_once() == []
    probes.up = False
    (free,) = this.hears()
    assert isinstance(free, ev.AnsweredBefore)
    assert not free.what
    probes.up = True
    assert kinds(this.hears()) == [ev.ServerReady]


def test_or_until_who_had_it_is_gone_and_another_one_answers() -> None:
    probes = Asked()
    probes.up, probes.have = True, (THEIRS,)
    this = world(probes)
    this.start("a")
    probes.dead = {31}
    assert kinds(this.asks_once()) == [ev.AnsweredBefore]  # this answer may still be theirs
    assert kinds(this.asks_once()) == [ev.ServerReady]


def test_of_what_nobody_may_see_nobody_knows_that_it_is_gone() -> None:
    probes = Asked()
    probes.up = True
    this = world(probes)
    held, _ = this.start("a")
    assert isinstance(held, ev.AnsweredBefore)
    assert held.held_by == "a process that we may not see"
    assert this.asks_once() == []


@pytest.mark.parametrize("ended", ["passed", "failed"])
def test_nothing_shows_that_it_was_up(ended: str) -> None:
    probes = Asked()
    probes.up, probes.have = True, (THEIRS,)
    this = world(probes)
    this.start("a")
    status = 0 if ended == "passed" else 3
    this.record(ev.AttemptEnded(at=0, task="a", n=1, status=status))
    found = judged(this.tasks["a"], (), 1, this.state, 0)
    assert found.verdict == "failed"
    criterion = next(one for one in found.evidence if one.kind == "criterion")
    assert "port 8000 was answered before a began, by python3 (process 31)" in criterion.text


def test_the_reason_of_one_that_was_not_up_in_time_names_who_was() -> None:
    probes = Asked()
    probes.up, probes.have = True, (THEIRS,)
    this = world(probes, Ready("port", "8000", 1, 300.0))
    this.start("a")
    this.record(ev.StopAsked(at=0, task="a", n=1, why="not up"))
    this.record(ev.AttemptEnded(at=0, task="a", n=1, status=143))
    (evidence,) = judged(this.tasks["a"], (), 1, this.state, 0).evidence
    assert evidence.kind == "timeout"
    assert "not up within 5 min: port 8000 was answered before a began, by" in evidence.text


def test_a_task_that_only_asks_there_has_its_own_answer_with_a_warning() -> None:
    """As `curl -f localhost:8000` does, where nobody says that it starts what it asks."""
    probes = Asked()
    probes.up, probes.have = True, (THEIRS,)
    this = world(probes, Ready("port", "8000", 1, asked=True))
    assert kinds(this.start("a")) == [ev.AnsweredBefore, ev.Notice]
    assert this.asks_once() == []  # it may still start another
    this.record(ev.AttemptEnded(at=0, task="a", n=1, status=0))
    found = judged(this.tasks["a"], (), 1, this.state, 0)
    assert (found.verdict, [one.kind for one in found.evidence]) == ("passed", ["warning"])
    assert "was answered before a began, by python3" in found.evidence[0].text
    this.record(found)
    assert kinds(this.asks_once()) == [ev.ServerReady]


def test_another_attempt_knows_what_the_first_one_found() -> None:
    probes = Asked()
    probes.up, probes.have = True, (THEIRS,)
    this = world(probes)
    this.start("a")
    this.end("a", "failed")
    this.record(ev.RetryPlanned(at=0, task="a", n=1, due=0))
    (held,) = this.start("a", 2)
    assert isinstance(held, ev.AnsweredBefore)
    assert (held.n, held.pids) == (2, (31,))


def test_what_came_up_since_the_first_attempt_is_the_tasks_own() -> None:
    """A container that a retry finds running."""
    probes = Asked()
    this = world(probes)
    this.start("a")
    this.end("a", "failed")
    this.record(ev.RetryPlanned(at=0, task="a", n=1, due=0))
    probes.up = True
    assert this.start("a", 2) == []
    assert kinds(this.hears()) == [ev.ServerReady]


def test_one_that_was_opened_again_is_asked_for_again() -> None:
    probes = Asked()
    this = world(probes)
    this.start("a")
    this.end("a", "failed")
    this.record(ev.Reopened(at=0, task="a", by="ann", why="retried"))
    probes.up = True
    assert kinds(this.start("a", 2)) == [ev.AnsweredBefore, ev.Notice]


@pytest.mark.parametrize(
    ("attempt", "known"),
    [(f"{RUN}/a/1/ab", True), (f"{RUN}/c/1/ab", False), ("other/a/1/ab", False), ("", False)],
)
def test_a_server_that_an_earlier_task_keeps_up_is_known(attempt: str, known: bool) -> None:
    probes = Asked()
    this = world(probes)
    this.start("a")
    this.end("a")
    probes.up, probes.have = True, (Listener(31, "python3", attempt),)
    assert (this.start("b") == []) is known


def test_so_is_one_that_nobody_may_see_where_the_earlier_task_was_up() -> None:
    probes = Asked()
    this = world(probes)
    this.start("a")
    this.record(ev.ServerReady(at=0, task="a", n=1, how=""))
    this.end("a")
    probes.up = True
    assert this.start("b") == []


def test_an_answer_says_nothing_of_a_later_attempt_or_of_after_the_end() -> None:
    probes = Asked()
    this = world(probes)
    this.start("a")
    probes.gate.clear()
    probes.up = True
    this.servers.ask()
    this.end("a")  # the answer is on its way
    probes.up = False
    probes.gate.set()
    assert select.select([this.servers.fileno()], [], [], 10)[0]
    assert this.servers.news() == []
    assert this.board.awaited() == ["a"]
    probes.up = True
    assert kinds(this.hears()) == [ev.ServerReady]


def test_who_never_answers_holds_no_start_up_for_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(at_work, "BEFORE_S", 0.1)
    probes = Asked()
    probes.gate.clear()
    this = world(probes)
    assert not this.servers.admits("a")
    assert this.start("a") == []
    probes.gate.set()


def test_a_line_is_not_asked_for() -> None:
    this = world(Asked(), Ready("line", "up", 1))
    assert this.servers.admits("a")
    assert this.start("a") == []
    assert this.servers.patience(0.0) is None


@pytest.fixture
def holder() -> Iterator[tuple[int, int]]:
    """A process of another program that has a port: its pid, and the port."""
    code = (
        "import socket, sys; s = socket.create_server(('127.0.0.1', 0));"
        "print(s.getsockname()[1], flush=True); sys.stdin.read()"
    )
    env = {**os.environ, "TMUXPLAN_ATTEMPT": f"{RUN}/T001/1/ab"}
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=env
    ) as process:
        assert process.stdout is not None
        yield process.pid, int(process.stdout.readline())
        process.kill()


def test_who_has_a_port_is_found_with_the_attempt_that_started_it(
    holder: tuple[int, int],
) -> None:
    pid, port = holder
    (found,) = on_port(port)
    assert (found.pid, found.attempt) == (pid, f"{RUN}/T001/1/ab")
    assert "python" in found.name
    probes = ServerProbes()
    assert probes.listeners("url", f"http://localhost:{port}/x") == (found,)
    assert probes.listeners("url", f"http://example.org:{port}/x") == ()
    assert not all_gone((pid,))
    assert not all_gone(())


def test_who_is_gone_or_only_not_buried_is_gone() -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        assert os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)  # a zombie
        assert all_gone((process.pid,))
    assert all_gone((process.pid,))
