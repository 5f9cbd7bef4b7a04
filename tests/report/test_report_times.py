"""How long tasks took and may take, as reports tell it: attempts, estimates, earlier runs."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import msgspec
import pytest

from tmuxplan.plan.model import Estimate, Learned, Task
from tmuxplan.report.facts import RunFacts, TaskFacts
from tmuxplan.report.html import render
from tmuxplan.report.sheet import Sheet
from tmuxplan.report.taken import took, total_s
from tmuxplan.report.template import fill
from tmuxplan.report.timeline import timeline

Sample = Callable[..., RunFacts]
FIVE = Estimate(60, 300, "1-5 min", 3)
BEFORE = Learned(12.0, 3)


def expecting(task: TaskFacts, **changes: Any) -> TaskFacts:
    """With this estimate, and this that was learned; neither changes what happened."""
    planned = Task(id=task.id, title=task.title, line=task.line, **changes)
    return msgspec.structs.replace(task, expected_s=planned.expected_s, **changes)


def with_tasks(run: RunFacts, **changes: Any) -> RunFacts:
    tasks = tuple(expecting(task, **changes) for task in run.tasks)
    return msgspec.structs.replace(run, tasks=tasks)


def retried(run: RunFacts, *seconds: float | None) -> TaskFacts:
    """The first task, with attempts that took so long, a minute apart."""
    task = run.tasks[0]
    assert task.last is not None
    start = run.started or 0.0
    attempts = tuple(
        msgspec.structs.replace(
            task.last, n=n, started=start + 60 * n, ended=start + 60 * n + (s or 0), seconds=s
        )
        for n, s in enumerate(seconds, 1)
    )
    return msgspec.structs.replace(task, attempts=attempts)


def shown(run: RunFacts, critical: tuple[str, ...] = ("T001", "T002")) -> str:
    page = render(Sheet(run=run, critical=critical))
    page = re.sub(r"(?s)<(style|script)>.*?</\1>", "", page)
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", page)).split())


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        ((), ""),
        ((1.2,), "1.2 s"),
        ((None,), "unknown"),
        ((1.2, 2.3), "1.2 s + 2.3 s, 3.5 s in all"),
        ((1.2, None), "1.2 s + unknown"),
        ((1.0,) * 6, "1.0 s + 1.0 s + 1.0 s + 3 more, 6.0 s in all"),
    ],
)
def test_each_attempt_and_all_of_them(
    seconds: tuple[float | None, ...], words: str, sample: Sample
) -> None:
    assert took(retried(sample("go"), *seconds)) == words


def test_nobody_knows_a_total_with_an_attempt_that_nobody_knows(sample: Sample) -> None:
    run = sample("go")
    assert total_s(retried(run, 1.0, 2.0)) == 3.0
    assert total_s(retried(run, 1.0, None)) is None
    assert total_s(retried(run)) is None


def test_a_retried_task_is_late_only_where_an_attempt_was(sample: Sample) -> None:
    for seconds, late in (((200.0, 200.0), False), ((10.0, 301.0), True), ((301.0, 10.0), True)):
        run = sample("go")
        task = expecting(retried(run, *seconds), estimate=FIVE)
        (row, *_) = timeline(msgspec.structs.replace(run, tasks=(task,))).rows
        assert row.over is late, seconds


def test_the_page_tells_each_attempt(sample: Sample) -> None:
    run = sample("go")
    run = msgspec.structs.replace(run, tasks=(retried(run, 1.2, 2.3), *run.tasks[1:]))
    assert "1.2 s + 2.3 s, 3.5 s in all" in shown(run)


@pytest.mark.parametrize(
    ("value", "filled"),
    [
        ("X minutes", "3.3 minutes in all (1 min 40 s + 1 min 40 s)"),
        ("[time]", "3 min 20 s in all (1 min 40 s + 1 min 40 s)"),
        ("", "1 min 40 s + 1 min 40 s, 3 min 20 s in all"),
    ],
)
def test_a_template_tells_each_attempt(value: str, filled: str, sample: Sample) -> None:
    run = sample("go")
    run = msgspec.structs.replace(run, tasks=(retried(run, 100.0, 100.0),))
    template = f"# Report\n## Task 001\n- **Time:** {value}\n"
    assert f"- **Time:** {filled}\n" in "\n".join((*fill(template, run).lines, ""))


@pytest.mark.parametrize(
    ("estimate", "learned", "words"),
    [
        (None, None, "◆ longest chain of tasks; how long they take is not known"),
        (FIVE, None, "◆ critical path by the plan's estimates"),
        (None, BEFORE, "◆ critical path by what tasks took in earlier runs"),
        (FIVE, BEFORE, "◆ critical path by what tasks took in earlier runs"),
    ],
)
def test_the_page_says_what_its_critical_path_is_by(
    estimate: Estimate | None, learned: Learned | None, words: str, sample: Sample
) -> None:
    text = shown(with_tasks(sample("go"), estimate=estimate, learned=learned))
    assert words in text
    assert ("by the plan's estimates" in text) is ("by the plan's estimates" in words)


def test_it_says_what_it_does_not_know(sample: Sample) -> None:
    run = with_tasks(sample("go"), estimate=None, learned=None)
    first = expecting(run.tasks[0], estimate=FIVE)
    second = expecting(run.tasks[1], learned=BEFORE)
    known = msgspec.structs.replace(run, tasks=(first, second, *run.tasks[2:]))
    left = sum(task.has_commands for task in run.tasks) - 2
    said = "by what tasks took in earlier runs, and the plan's estimates where there are none"
    assert f"{said}; nothing is known of {left} tasks" in shown(known)


def test_the_timeline_has_what_was_learned(sample: Sample) -> None:
    run = with_tasks(sample("go"), estimate=FIVE, learned=BEFORE)
    row = timeline(run).rows[0]
    assert row.expected == "1 min to 5 min; 12 s by 3 earlier runs"
    assert row.planned is not None
    assert row.planned.says == "expected: 12 s by 3 earlier runs"
    assert "12 s by 3 earlier runs" in shown(run)


def test_the_line_is_as_long_as_the_plan_says_where_nothing_was_learned(sample: Sample) -> None:
    row = timeline(with_tasks(sample("go"), estimate=FIVE, learned=None)).rows[0]
    assert row.planned is not None
    assert row.planned.says == "expected: 1 min to 5 min by the plan"
    assert row.expected == "1 min to 5 min"
