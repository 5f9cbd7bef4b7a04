"""Failures that say the same are one cause; what follows stands under it; no others are joined."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
import pytest

from tmuxplan import events as ev
from tmuxplan.events import Evidence
from tmuxplan.plan.model import Frozen, Plan, Step, Task
from tmuxplan.report.causes import Cause, causes, causes_of
from tmuxplan.report.causes_told import text
from tmuxplan.report.facts import Excerpt, RunFacts
from tmuxplan.report.gathering import facts
from tmuxplan.report.likeness import reason_of
from tmuxplan.schedule.state import fold

REASONS = {
    "script.sh: line 13: nosuch: command not found": "the command nosuch is missing",
    "sh: 1: nosuch: not found": "the command nosuch is missing",
    "zsh: command not found: nosuch": "the command nosuch is missing",
    "curl: (7) Failed to connect to localhost port 8000 after 0 ms: Couldn't connect to server": (
        "nothing answers on localhost:8000"
    ),
    "connect ECONNREFUSED 127.0.0.1:8000": "nothing answers on localhost:8000",
    "dial tcp 127.0.0.1:8000: connect: connection refused": "nothing answers on localhost:8000",
    "Error: listen EADDRINUSE: address already in use :::3000": "port 3000 is in use",
    "ModuleNotFoundError: No module named 'fastapi'": "the Python module fastapi is missing",
    "Error: Cannot find module 'left-pad'": "the module left-pad is missing",
    "curl: (6) Could not resolve host: api.example": "the name api.example can't be resolved",
    "cat: /etc/app.conf: No such file or directory": "/etc/app.conf does not exist",
    "FileNotFoundError: [Errno 2] No such file or directory: 'a b.txt'": "a b.txt does not exist",
    "bash: ./run.sh: Permission denied": "./run.sh may not be used",
    "write error: No space left on device": "the disk is full",
}


@pytest.mark.parametrize("line", REASONS)
def test_a_named_reason_in_words(line: str) -> None:
    reason = reason_of(line)
    assert (reason.words, reason.named) == (REASONS[line], True)


SAME = [
    ("FAIL: request 17 took 3.2 s", "FAIL: request 4 took 12 s"),
    ("bad object 3fa9c1d07e in /tmp/x.Ab3/y", "bad object 0be1c2f9aa in /tmp/x.Zz9/q"),
    ("/opt/bin/nosuch: not found", "bash: nosuch: command not found"),
]
DIFFERENT = [
    ("Failed to connect to localhost port 8000", "Failed to connect to localhost port 8001"),
    ("FAIL: the cart is empty", "FAIL: the cart is full"),
    ("No module named 'a'", "No module named 'b'"),
]


def test_likeness() -> None:
    assert all(reason_of(one).key == reason_of(other).key for one, other in SAME)
    assert all(reason_of(one).key != reason_of(other).key for one, other in DIFFERENT)


def test_a_long_line_is_quick() -> None:
    for line in ("a" * 9000, "connection refused " * 900, ": " * 5000, "1" * 9000, "'" * 9000):
        assert len(reason_of(line).key) <= 1100


def run_of(**said: tuple[Evidence, ...] | str) -> RunFacts:
    """A run of tasks A, B, ...: failed with this evidence, or blocked by the task of this name."""
    tasks = tuple(Task(id=name, title=name, line=n * 10) for n, name in enumerate(said, 1))
    steps = {t.id: tuple(Step(n, t.line + n, f"cmd {n}") for n in (1, 2, 3)) for t in tasks}
    happened: list[ev.Event] = [
        ev.RunStarted(
            at=0.0, run="r", plan="p.md", sha256="", title="P", cwd="/", backend="pty", host="h",
            user="u", version="1", selected=tuple(said),
        )
    ]  # fmt: skip
    for name, evidence in said.items():
        if isinstance(evidence, str):
            happened.append(ev.Blocked(at=9.0, task=name, by=(evidence,), root=(evidence,)))
            continue
        happened += [
            ev.AttemptStarting(at=1.0, task=name, n=1, nonce="x"),
            ev.AttemptEnded(at=2.0, task=name, n=1, status=1),
            ev.Judged(at=2.0, task=name, n=1, verdict="failed", evidence=evidence),
        ]
    deciding = tuple(said)
    happened.append(ev.RunEnded(at=9.0, verdict="NO GO", rule="", deciding=deciding))
    plan = Plan(path="p.md", title="P", sha256="", tasks=tasks)
    return facts(Frozen(plan, steps), fold(happened), 9.0, alive=False)


def marker(said: str, step: int = 1, log_line: int = 5) -> Evidence:
    return Evidence("marker", said, step, step, log_line)


def status(step: int = 1) -> Evidence:
    return Evidence("step", f"exit status 1: cmd {step}", step, step, 6)


def told(run: RunFacts, **printed: str) -> list[tuple[str, ...]]:
    lines = {(task, 1): Excerpt(1, (line,)) for task, line in printed.items()}
    return [(cause.words, *cause.tasks) for cause in causes(run, lines)]


REFUSED = "curl: (7) Failed to connect to localhost port 80 after 1 ms"


def test_one_refused_port_behind_many_lines_is_one_cause() -> None:
    many = tuple(marker(f"FAIL: page {n}", log_line=n) for n in range(14))
    run = run_of(A=(marker(REFUSED), *many), B=(marker("connect ECONNREFUSED localhost:80"),))
    (cause,) = causes(run)
    assert (cause.words, cause.tasks) == ("nothing answers on localhost:80", ("A", "B"))
    assert len(cause.faults[0].said) == 15
    assert cause.command == f"tmuxplan retry A --run {run.id}; tmuxplan retry B --run {run.id}"


def test_the_reason_can_stand_in_what_was_printed() -> None:
    run = run_of(A=(status(),), B=(status(),))
    assert told(run, A=REFUSED, B=REFUSED) == [("nothing answers on localhost:80", "A", "B")]


@pytest.mark.parametrize(
    "evidence", [status(), marker("FAIL"), Evidence("timeout", "still running")]
)
def test_what_names_no_reason_is_not_joined(evidence: Evidence) -> None:
    assert [c[1:] for c in told(run_of(A=(evidence,), B=(evidence,)))] == [("A",), ("B",)]


def test_the_same_sentence_is_joined_whatever_its_numbers() -> None:
    run = run_of(A=(marker("cart 1 has no price"),), B=(marker("cart 22 has no price"),))
    assert told(run) == [("cart 1 has no price", "A", "B")]


def test_later_faults_of_a_task_stand_under_its_first_unless_they_name_a_reason() -> None:
    first, second = causes(
        run_of(A=(marker("it broke"), status(2), Evidence("marker", "x: not found", 3, 3, 9)))
    )
    assert [fault.step for fault in first.after] == [2]
    assert (second.words, second.after) == ("the command x is missing", ())


def test_blocked_tasks_stand_under_what_blocked_them_and_roots_that_hit_most_come_first() -> None:
    run = run_of(A=(status(),), B=(marker("y: not found"),), C="B", D="B")
    found = causes(run)
    assert [(c.tasks, c.blocked) for c in found] == [(("B",), ("C", "D")), (("A",), ())]
    c = run.task("C")
    assert c is not None
    assert causes_of(found, c) == found[:1]


def test_what_decided_comes_first(sample: Callable[..., RunFacts]) -> None:
    assert [(c.decides, c.tasks) for c in causes(sample("every_verdict"))] == [
        (True, ("T002",)),
        (True, ("T003",)),
        (False, ("T010",)),
    ]
    assert [causes(sample(name)) for name in ("go", "pending", "partial")] == [(), (), ()]


def test_a_skip_that_decided_is_a_cause(sample: Callable[..., RunFacts]) -> None:
    run = msgspec.structs.replace(sample("every_verdict"), deciding=("T006",))
    first = causes(run)[0]
    assert (first.kind, first.words) == ("skipped", "T006 was skipped by ada: done by hand")


def test_while_it_runs_just_the_task_is_retried(sample: Callable[..., RunFacts]) -> None:
    run = msgspec.structs.replace(sample("every_verdict"), state="running")
    assert causes(run)[0].command.startswith("tmuxplan retry T002 --run ")


def test_text_for_a_terminal(sample: Callable[..., RunFacts]) -> None:
    said = text(causes(sample("every_verdict")), most=2)
    assert said.splitlines()[0] == "1. FAIL: type check of cart.ts: T002; 2 tasks blocked"
    assert "   again: tmuxplan retry T002 --run 20261122-101530-7f3a" in said
    assert said.endswith("and 1 other cause\n")
    assert text(()) == ""


def test_a_thousand_failures_are_quick() -> None:
    run = run_of(**{f"T{n}": (marker(f"FAIL: thing {n} is bad"),) for n in range(1000)})
    found: tuple[Cause, ...] = causes(run)
    assert len(found) == 1
    assert len(found[0].tasks) == 1000
