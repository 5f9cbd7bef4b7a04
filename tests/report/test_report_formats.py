"""JUnit XML read back by a library, GitHub's limits, traces and text; hostile words in each."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable

import junitparser
import msgspec
import pytest
from test_report_hostile import HOSTILE, hostile_run

from tmuxplan.report import github, junit, text, trace
from tmuxplan.report.causes import causes
from tmuxplan.report.facts import Excerpt, RunFacts
from tmuxplan.report.sheet import Sheet

Sample = Callable[..., RunFacts]
ALL = ["every_verdict", "go", "partial", "pending", "resumed", "retried", "running", "stopped"]


def sheet_of(run: RunFacts, **more: object) -> Sheet:
    return Sheet(run=run, causes=causes(run), **more)  # type: ignore[arg-type]


def read(run: RunFacts) -> junitparser.JUnitXml:
    return junitparser.JUnitXml.fromstring(junit.render(sheet_of(run)).encode())


@pytest.mark.parametrize("name", ALL)
def test_junit_is_red_unless_the_run_is_go(name: str, sample: Sample) -> None:
    run = sample(name)
    found = read(run)
    (suite,) = found
    cases = list(suite)
    assert found.tests == suite.tests == len(cases)
    kinds = [type(result).__name__ for case in cases for result in case.result]
    assert suite.failures == kinds.count("Failure")
    assert suite.errors == kinds.count("Error")
    assert suite.skipped == kinds.count("Skipped")
    assert bool(suite.failures + suite.errors) == (run.verdict != "GO")


def test_junit_says_of_each_task_what_became_of_it(sample: Sample) -> None:
    run = sample("every_verdict")
    kinds = {"passed": None, "failed": "Failure", "timed out": "Failure", "lost": "Error"}
    kinds |= {"waiting": "Error", "blocked": "Skipped", "halted": "Skipped", "skipped": "Skipped"}
    (suite,) = read(run)
    for task, case in zip(run.tasks, suite, strict=True):
        assert case.name == f"{task.id} {task.title}"
        found = [type(result).__name__ for result in case.result]
        assert found == [kinds[task.outcome]] * (kinds[task.outcome] is not None)
    t002 = next(case for case in suite if case.name.startswith("T002"))
    assert "type check of cart.ts" in (t002.result[0].text or "")
    assert {p.name: p.value for p in suite.properties()}["verdict"] == "NO GO"


def test_junit_tells_attempts(sample: Sample) -> None:
    run = sample("retried")
    task = next(task for task in run.tasks if len(task.attempts) > 1)
    (suite,) = read(run)
    case = next(case for case in suite if case.name.startswith(f"{task.id} "))
    assert "attempt 1: failed" in (case.system_out or "")


@pytest.mark.parametrize("said", HOSTILE)
def test_hostile_words_stay_words(said: str) -> None:
    run = hostile_run(said)
    ends = {"T001": Excerpt(1, (said.encode("utf-8", "replace").decode(),))}
    sheet = sheet_of(run, ends=ends)
    assert len(list(next(iter(junitparser.JUnitXml.fromstring(junit.render(sheet).encode()))))) == 2
    commands = github.commands(sheet).splitlines()
    assert all(re.match(r"::(error|warning|notice) [^:]*::", line) for line in commands), commands
    assert json.loads(trace.render(sheet))["traceEvents"]
    for shown in (github.render(sheet), text.render(sheet)):
        assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e]", shown)


def test_githubs_summary_stays_under_its_limit(sample: Sample) -> None:
    run = sample("every_verdict")
    tasks = tuple(
        msgspec.structs.replace(run.tasks[n % 11], id=f"X{n}", number=n) for n in range(12_000)
    )
    many = sheet_of(msgspec.structs.replace(run, tasks=tasks))
    shown = github.render(many)
    assert len(shown.encode()) <= github.LIMIT
    assert "lines more would be too long" in shown
    assert shown.startswith("## ❌ NO GO")
    assert shown.count("```") % 2 == 0
    assert len(github.commands(many).splitlines()) <= 2 * github.ANNOTATIONS


def test_annotations_point_at_the_plans_lines(sample: Sample) -> None:
    lines = github.commands(sheet_of(sample("every_verdict"))).splitlines()
    assert lines[0].startswith("::error file=plans/SHOP.md,line=50,title=T002::FAIL")
    assert [line.split(" ")[0] for line in lines] == ["::error", "::error", "::warning", "::error"]
    run = sample("every_verdict")
    for path, roots, shown in (
        ("plans/SHOP.md", ("/srv",), "shop/plans/SHOP.md"),
        ("/srv/shop/plans/SHOP.md", ("/link", "/srv"), "shop/plans/SHOP.md"),
        ("/srv/shop/plans/SHOP.md", (), "plans/SHOP.md"),
        ("/else/SHOP.md", ("/srv",), "/else/SHOP.md"),
    ):
        said = github.commands(sheet_of(msgspec.structs.replace(run, plan_path=path)), roots)
        assert said.startswith(f"::error file={shown},line=50,title=T002::FAIL"), said
    assert github.commands(sheet_of(sample("go"))).startswith("::notice title=GO::GO")
    assert github.commands(sheet_of(sample("pending"))).startswith("::warning title=PENDING::")


def test_a_trace_has_attempts_with_their_steps_inside(sample: Sample) -> None:
    run = sample("retried")
    first = run.tasks[0].attempts[0]
    # A clock that was set back: steps longer than their attempt.
    slow = tuple(msgspec.structs.replace(step, seconds=9000.0) for step in first.steps)
    attempts_ = (msgspec.structs.replace(first, steps=slow), *run.tasks[0].attempts[1:])
    tasks = (msgspec.structs.replace(run.tasks[0], attempts=attempts_), *run.tasks[1:])
    run = msgspec.structs.replace(run, tasks=tasks)
    assert slow
    events = json.loads(trace.render(sheet_of(run)))["traceEvents"]
    spans = [event for event in events if event["ph"] == "X"]
    attempts = [event for event in spans if event["cat"] == "task"]
    assert sum(len(task.attempts) for task in sample("retried").tasks) == len(attempts)
    for step in (event for event in spans if event["cat"] == "step"):
        assert any(
            a["tid"] == step["tid"]
            and a["ts"] <= step["ts"]
            and step["ts"] + step["dur"] <= a["ts"] + a["dur"]
            for a in attempts
        )


def test_text_keeps_commands_as_they_are_typed(sample: Sample) -> None:
    again = r"tmuxplan launch p.md $'--set=X=a\x20\x20b' --set=Y=_z_"
    run = msgspec.structs.replace(sample("every_verdict"), again=again)
    assert f"run it again: {again}\n" in text.render(sheet_of(run))


def test_nobody_pays_for_a_format_that_was_not_asked_for() -> None:
    heavy = ("jinja2", "tarfile", "xml.etree", "tmuxplan.report.html", "tmuxplan.report.template")
    code = (
        "import sys; from tmuxplan.commands import collect, explain, status;"
        f"print([name for name in {heavy!r} if name in sys.modules])"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"
