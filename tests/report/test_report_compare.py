"""What is different from an earlier run."""

from __future__ import annotations

import json
from collections.abc import Callable

import msgspec
import pytest

from tmuxplan.events import Evidence
from tmuxplan.report.compare import as_json, changes, markdown
from tmuxplan.report.facts import RunFacts

Sample = Callable[..., RunFacts]


def test_a_run_against_itself_is_not_different(sample: Sample) -> None:
    for name in ("every_verdict", "go", "retried", "running"):
        run = sample(name)
        assert changes(run, run) == ()
        assert "Nothing else is different." in markdown(run, run)


def test_worse_and_better(sample: Sample) -> None:
    go, bad = sample("go"), sample("every_verdict")
    text = markdown(go, bad)
    assert "## Worse (" in text
    assert "- T002 Build the pages: passed, now failed" in text
    assert "  - new: `FAIL: type check of cart.ts`" in text
    assert "## Better" not in text
    back = markdown(bad, go)
    assert "- T002 Build the pages: failed, now passed" in back
    assert "  - gone: `FAIL: type check of cart.ts`" in back


def with_last(run: RunFacts, n: int, **changed: object) -> RunFacts:
    task = run.tasks[n]
    assert task.last is not None
    attempts = (*task.attempts[:-1], msgspec.structs.replace(task.last, **changed))
    tasks = list(run.tasks)
    tasks[n] = msgspec.structs.replace(task, attempts=attempts)
    return msgspec.structs.replace(run, tasks=tuple(tasks))


@pytest.mark.parametrize(
    ("then", "now", "told"),
    [(1.0, 1.9, False), (10.0, 11.5, False), (10.0, 14.0, True), (9, 2, True)],
)
def test_a_duration_counts_where_it_differs_by_much(
    then: float, now: float, told: bool, sample: Sample
) -> None:
    one, other = (with_last(sample("go"), 0, seconds=seconds) for seconds in (then, now))
    assert bool(changes(one, other)) == told


def test_evidence_that_differs_in_numbers_only_is_not_new(sample: Sample) -> None:
    said = [(Evidence("warning", f"WARNING: took {n} ms"),) for n in (3, 45)]
    one, other = (with_last(sample("go"), 0, evidence=found) for found in said)
    assert changes(one, other) == ()
    new = with_last(sample("go"), 0, evidence=(Evidence("warning", "WARNING: disk"),))
    (change,) = changes(one, new)
    assert (change.found, change.gone) == (("WARNING: disk",), ("WARNING: took 3 ms",))


def test_tasks_that_came_and_went(sample: Sample) -> None:
    run = sample("go")
    less = msgspec.structs.replace(run, tasks=run.tasks[1:])
    gone, came = changes(run, less), changes(less, run)
    assert [(c.task, c.then, c.now) for c in gone] == [("T001", "passed", None)]
    assert [(c.task, c.then, c.now) for c in came] == [("T001", None, "passed")]
    assert "No longer in the plan" in markdown(run, less)


def test_as_json(sample: Sample) -> None:
    told = json.loads(as_json(sample("go"), sample("every_verdict")))
    assert told["schema"] == 1
    assert (told["then"]["verdict"], told["now"]["verdict"]) == ("GO", "NO GO")
    assert told["changes"][0].keys() == {
        "task", "title", "then", "now", "found", "gone", "seconds_then", "seconds_now",
    }  # fmt: skip
