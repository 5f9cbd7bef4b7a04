"""Facts from histories: phases, steps, criteria, what waits for what."""

from __future__ import annotations

import re
from collections.abc import Callable

import msgspec
import pytest

from tmuxplan import events as ev
from tmuxplan.events import Evidence
from tmuxplan.plan.model import Criterion, Edge, Frozen, Plan, Step, Task
from tmuxplan.report.decision import failed, headline, lesser, tally
from tmuxplan.report.evidence import why
from tmuxplan.report.facts import RunFacts, TaskFacts
from tmuxplan.report.gathering import facts
from tmuxplan.report.words import clock, iso, listed, span
from tmuxplan.schedule.state import fold

CRITERIA = (
    Criterion("looks nice", 10, "person"),
    Criterion("$ check", 11, "command", "check"),
    Criterion("~ up", 12, "regex", "up"),
    Criterion("! ~ down", 13, "regex", "down", negated=True),
)
STEPS = (Step(1, 5, "one"), Step(2, 6, "two"), Step(3, 11, "check", criterion=1))
STARTED = (
    ev.RunStarted(
        at=0.0, run="r", plan="p.md", sha256="", title="P", cwd="/", backend="pty", host="h",
        user="u", version="1", selected=("A",),
    ),
    ev.AttemptStarting(at=1.0, task="A", n=1, nonce="x"),
)  # fmt: skip
BEGUN = (*STARTED, ev.AttemptStarted(at=1.0, task="A", n=1, host="h", pid=1))


def step(n: int, status: int = 0, *, stopped: bool = False) -> ev.StepEnded:
    return ev.StepEnded(at=2.0, task="A", n=1, step=n, status=status, stopped=stopped)


def seen(index: int) -> ev.CriterionSeen:
    return ev.CriterionSeen(at=2.0, task="A", n=1, criterion=index, log_line=1)


def end(status: int | None, verdict: ev.Verdict, *evidence: Evidence) -> tuple[ev.Event, ...]:
    ended = ev.AttemptEnded(at=3.0, task="A", n=1, status=status)
    return ended, ev.Judged(at=3.0, task="A", n=1, verdict=verdict, evidence=evidence)


def task_after(*happened: ev.Event) -> TaskFacts:
    task = Task(id="A", title="A", line=1, criteria=CRITERIA)
    plan = Plan(path="p.md", title="P", sha256="", tasks=(task,))
    return facts(Frozen(plan, {"A": STEPS}), fold(happened), 9.0, alive=True).tasks[0]


HISTORIES = {
    "nothing yet": ((), [], ["not machine-checked", *["not reached"] * 3]),
    "starting": (STARTED, ["not reached"] * 3, ["not machine-checked", *["open"] * 3]),
    "running": (
        (*BEGUN, step(1)),
        ["ok", "running", "not reached"],
        ["not machine-checked", *["open"] * 3],
    ),
    "all well": (
        (*BEGUN, step(1), step(2), step(3), seen(2), *end(0, "passed")),
        ["ok"] * 3,
        ["not machine-checked", *["met"] * 3],
    ),
    "all unmet": (
        (
            *BEGUN, step(1), step(2, 1), step(3, 1), seen(3),
            *end(0, "failed", Evidence("criterion", "no", 3, 11)),
        ),
        ["ok", "failed", "failed"],
        ["not machine-checked", *["not met"] * 3],
    ),
    "a pipeline's first member failed": (
        (*BEGUN, step(1), step(2), step(3), *end(0, "failed", Evidence("step", "member", 1, 9))),
        ["failed", "ok", "ok"],
        ["not machine-checked", "met", "not met", "met"],
    ),
    "it exited in the middle": (
        (*BEGUN, step(1), *end(1, "failed", Evidence("status", "1"))),
        ["ok", "open", "not reached"],
        ["not machine-checked", "not reached", "not met", "met"],
    ),
    "stopped at a failed cd": (
        (*BEGUN, step(1, 1, stopped=True), *end(1, "failed", Evidence("step", "1"))),
        ["failed", "not reached", "not reached"],
        ["not machine-checked", "not reached", "not met", "met"],
    ),
    "lost": (
        (*BEGUN, step(1), *end(None, "lost", Evidence("lost", "gone"))),
        ["ok", "open", "not reached"],
        ["not machine-checked", "not reached", "not met", "not reached"],
    ),
    "a record is missing": (
        (*BEGUN, step(1), step(3), *end(0, "lost", Evidence("lost", "step 2"))),
        ["ok", "open", "ok"],
        ["not machine-checked", "met", "not met", "met"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", HISTORIES)
def test_steps_and_criteria(name: str) -> None:
    happened, results, criteria = HISTORIES[name]
    task = task_after(*happened)
    assert [s.result for s in (task.last.steps if task.last else ())] == results
    assert [criterion.result for criterion in task.criteria] == criteria


def test_what_a_task_waits_for() -> None:
    tasks = tuple(Task(id=name, title=name, line=1) for name in "ABCD")
    edges = (Edge("D", "A", "hard"), Edge("D", "B", "soft"), Edge("D", "C", "hard"))
    frozen = Frozen(Plan(path="", title="", sha256="", tasks=tasks, edges=edges), {})
    skip = ev.Skipped(at=1.0, task="A", by="x", reason="y")
    block = ev.Blocked(at=1.0, task="B", by=("Z",), root=("Z",))
    waits = [facts(frozen, fold(e), 9.0, True).tasks[3].waits_for for e in ((), (skip, block))]
    assert waits == [("A", "B", "C"), ("C",)]


@pytest.mark.parametrize(
    ("name", "alive", "state", "seconds"),
    [
        ("running", True, "running", 15.0),
        ("running", False, "dead", 13.01),
        ("every_verdict", True, "ended", 72.0),
        ("resumed", True, "running", 15.0),
    ],
)
def test_the_runs_state_and_time(
    name: str, alive: bool, state: str, seconds: float, sample: Callable[..., RunFacts]
) -> None:
    run = sample(name, alive=alive)
    assert run.state == state
    assert run.seconds == pytest.approx(seconds)
    assert (run.verdict is None) == (state != "ended")


HEADLINES = {
    "every_verdict": "NO GO: T002, T003, T004 decided",
    "go": "GO",
    "pending": "PENDING: waits for T008, T011",
    "partial": "PENDING: only 1 of 11 tasks asked for",
    "running": "no verdict yet",
}


@pytest.mark.parametrize("name", HEADLINES)
def test_the_headline_and_the_tally(name: str, sample: Callable[..., RunFacts]) -> None:
    run = sample(name)
    assert headline(run) == HEADLINES[name]
    outcomes = re.sub(r", \d+ warnings?$", "", tally(run))
    numbers = [int(number) for number in re.findall(r"\d+", outcomes)]
    assert numbers[0] == sum(numbers[1:]) == 11


def test_a_run_on_its_way_to_no_go_says_so(sample: Callable[..., RunFacts]) -> None:
    run = msgspec.structs.replace(sample("every_verdict"), state="running", verdict=None)
    assert headline(run) == "no verdict yet, on the way to NO GO: T002, T003"
    assert "supervisor ended" in headline(msgspec.structs.replace(run, state="dead"))


def test_a_go_names_its_lesser_failures_and_no_deciding_task(
    sample: Callable[..., RunFacts],
) -> None:
    run = msgspec.structs.replace(sample("every_verdict"), verdict="GO", deciding=("T010",))
    assert headline(run) == "GO"
    assert "T010" in [task.id for task in lesser(run)]
    assert [task.id for task in failed(run)] == ["T002", "T003", "T010"]


def test_why_in_a_phrase(sample: Callable[..., RunFacts]) -> None:
    said = {task.id: why(task) for task in sample("every_verdict").tasks}
    assert said["T001"] == "in 11 s, 1 warning"
    assert said["T004"] == "by T002"
    assert said["T009"] == "by T004; it began with T002"
    assert said["T011"] == "signed by grace: looks right"


def test_times_have_their_zone_and_spans_their_unit() -> None:
    assert iso(1795342530.5) == "2026-11-22T10:15:30.500Z"
    assert clock(1795342530.5) == "2026-11-22 10:15:30 UTC"
    assert (iso(None), clock(None)) == (None, "unknown")
    spans = [span(s) for s in (None, 0, 9.96, 12.4, 59.6, 60, 185, 3600, 4320, -1)]
    assert spans == [
        "unknown", "0.0 s", "10.0 s", "12 s", "1 min", "1 min", "3 min 5 s", "1 h 0 min",
        "1 h 12 min", "0.0 s",
    ]  # fmt: skip
    assert listed(tuple("abcdefghij")) == "a, b, c, d, e, f, g, h and 2 more"
