"""What is said alike in every report: provenance, ticked items, bars in tables, causes."""

from __future__ import annotations

import importlib
import json
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token
from test_report_causes import REFUSED, marker, run_of, status

from tmuxplan.library.collecting import FORMATS
from tmuxplan.report.causes import causes
from tmuxplan.report.causes_told import text
from tmuxplan.report.explain import explain
from tmuxplan.report.facts import Excerpt, ItemFacts, RunFacts
from tmuxplan.report.likeness import reason_of
from tmuxplan.report.provenance import changed
from tmuxplan.report.sheet import Sheet
from tmuxplan.report.template import fill

Sample = Callable[..., RunFacts]
TEMPLATE = """# Report
| Task | Status | Title | Notes |
|---|---|---|---|
| T001 | PASS/FAIL | x | |
| ... |
"""


def rendered(run: RunFacts, form: str) -> str:
    text_: str = importlib.import_module(FORMATS[form]).render(Sheet(run=run, causes=causes(run)))
    return text_


@pytest.fixture
def touched(sample: Sample) -> RunFacts:
    """A run that people and settings had a hand in."""
    run = sample("every_verdict")
    hands: dict[str, dict[str, Any]] = {
        "T002": {"reopened_by": "eve", "reopened_why": "the net was down"},
        "T005": {"overridden": ("timeout", "impact")},
        "T011": {"checklist": (ItemFacts(1, "the page is blue", "bob", "on paper"),)},
    }
    tasks = (msgspec.structs.replace(t, **hands.get(t.id, {})) for t in run.tasks)
    return msgspec.structs.replace(run, tasks=tuple(tasks))


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_says_what_ran_where_when_and_by_whom(form: str, touched: RunFacts) -> None:
    said = rendered(touched, form)
    for fact in (touched.sha256, touched.version, touched.host, touched.user, touched.id):
        assert fact in said, fact
    began = ("2026-11-22 10:15:30 UTC", "2026-11-22T10:15:30.000Z", "1795342530000000000")
    assert any(moment in said for moment in began)
    if form not in ("json", "otel"):  # which have them by task
        for change in changed(touched):
            words = change.text.removeprefix(change.task)
            assert words in said, (change, form)


def test_json_has_by_task_who_changed_what(touched: RunFacts) -> None:
    tasks = {task["id"]: task for task in json.loads(rendered(touched, "json"))["tasks"]}
    assert tasks["T002"]["reopened"] == {"by": "eve", "why": "the net was down"}
    assert tasks["T005"]["overridden"] == ["timeout", "impact"]
    assert tasks["T006"]["skipped_by"] == "ada"
    assert tasks["T011"]["checklist"][0]["by"] == "bob"
    assert tasks["T001"]["reopened"] is None


def test_what_people_and_settings_changed(touched: RunFacts) -> None:
    assert [(c.label, c.text) for c in changed(touched)] == [
        ("Run again", "T002 by eve: the net was down"),
        ("Skipped", "T006 by ada: done by hand"),
        ("Signed", "T011 by grace: looks right"),
        ("Ticked", "T011 item 1 (the page is blue) by bob: on paper"),
        ("Overridden", "timeout of T005, by settings of the launch"),
        ("Overridden", "impact of T005, by settings of the launch"),
    ]


def test_what_was_not_asked_for_is_said(sample: Sample) -> None:
    assert [c.label for c in changed(sample("partial"))] == ["Not asked for"]


def test_ticked_items_are_ticked_in_the_reports(sample: Sample) -> None:
    run = sample("every_verdict")
    task = next(t for t in run.tasks if any(c.kind == "person" for c in t.criteria))
    words = next(c.text for c in task.criteria if c.kind == "person")
    ticked = msgspec.structs.replace(task, checklist=(ItemFacts(1, words, "bob", "on paper"),))
    tasks = tuple(ticked if t.id == task.id else t for t in run.tasks)
    then = msgspec.structs.replace(run, tasks=tasks)
    assert f"- [ ] {task.id}: {words}" in rendered(run, "markdown")
    said = rendered(then, "markdown")
    assert f"- [x] {task.id}: {words} (by bob: on paper)" in said
    assert "2 for a person to check, 1 of them ticked." in said
    assert "ticked by bob: on paper" in rendered(then, "html")
    assert "ticked by" not in rendered(run, "html")


def cells(markdown: str) -> list[list[str]]:
    """The rows of a page's tables, each cell as it is shown."""
    rows: list[list[str]] = []
    for token in MarkdownIt("gfm-like", {"linkify": False}).parse(markdown):
        if token.type == "tr_open":
            rows.append([])
        if token.type == "inline" and rows and token.level >= 4:
            rows[-1].append("".join(_shown(each) for each in token.children or ()))
    return rows


def _shown(token: Token) -> str:
    return token.content if token.type in ("text", "code_inline", "text_special") else ""


@pytest.mark.parametrize(
    "said", ["a | b", r"grep 'x\|y' | wc", "`a|b` and | c", "|", r"\|", "``` | `"]
)
def test_bars_stay_bars_in_tables(said: str, sample: Sample) -> None:
    run = run_of(A=(marker(said),), B=(marker("x"),))
    template = msgspec.structs.replace(
        sample("go").template or pytest.fail("no template"), text=TEMPLATE
    )
    tasks = tuple(msgspec.structs.replace(t, title=said) for t in run.tasks)
    run = msgspec.structs.replace(run, tasks=tasks, template=template)
    for form in ("markdown", "github"):
        rows = [row for row in cells(rendered(run, form)) if len(row) in (4, 5)]
        widths = {len(row) for row in rows}
        assert len(widths) == 1, (form, rows)
        assert any(said in cell for row in rows for cell in row), (form, rows)
        assert "¦" not in rendered(run, form)


@pytest.mark.parametrize(
    "line",
    [
        'psql: error: connection to server at "localhost" (127.0.0.1), port 80 failed: '
        "Connection refused",
        'connection to server at "::1", port 80 failed: Connection refused',
        "nc: connect to localhost (127.0.0.1) port 80 (tcp) failed: Connection refused",
        "ssh: connect to host localhost port 80: Connection refused",
        "Connecting to localhost (localhost)|127.0.0.1|:80... failed: Connection refused.",
        "ERROR 2003 (HY000): Can't connect to MySQL server on '127.0.0.1:80' (111)",
        "bash: /dev/tcp/localhost/80: Connection refused",
        "HTTPConnectionPool(host='localhost', port=80): Max retries exceeded: refused",
        "Could not connect to Redis at 127.0.0.1:80: Connection refused",
        "curl: (7) Failed to connect to ::1 port 80 after 0 ms: Couldn't connect to server",
    ],
)
def test_one_refused_port_is_one_cause_whoever_says_so(line: str) -> None:
    assert reason_of(line).words == "nothing answers on localhost:80"
    (cause,) = causes(run_of(A=(marker(REFUSED),), B=(marker(line),)))
    assert cause.tasks == ("A", "B")


def test_a_refused_password_is_no_refused_port() -> None:
    line = 'psql: error: connection to server at "db", port 5432 failed: FATAL: password'
    assert not reason_of(line).named


def test_a_command_that_looks_for_a_reason_names_none() -> None:
    command = 'grep "x: not found" a.log'
    evidence = msgspec.structs.replace(status(), text=f"exit status 1: {command}")
    lines = {("A", 1): Excerpt(1, (f"$ {command}", "nothing there"))}
    (cause,) = causes(run_of(A=(evidence,)), lines)
    assert cause.words == f"exit status 1: {command}"


def test_a_terminal_is_told_each_thing_once() -> None:
    run = run_of(A=(status(),), B=(marker(REFUSED),), C="A")
    lines = {("A", 1): Excerpt(3, ("$ cmd 1", "reading", "it is broken"))}
    found = causes(run, lines)
    assert text(found).splitlines() == [
        "1. exit status 1: cmd 1: A; 1 task blocked",
        "   A step 1, p.md:1",
        "   | reading",
        "   | it is broken",
        "   blocked by it: C",
        f"   again: tmuxplan retry A --run {run.id}",
        "2. nothing answers on localhost:80: B",
        f"   B step 1, p.md:1: cmd 1: {REFUSED}",
        f"   again: tmuxplan retry B --run {run.id}",
    ]
    for task, other in (("A", "reading"), ("C", "A step 1, p.md:1")):
        facts = run.task(task)
        assert facts is not None
        assert other in explain(run, facts, None, found)


def test_what_follows_from_a_failed_need_comes_after_it() -> None:
    """T006's server was up, and went down of a missing module: T006.2 then found nothing there."""
    run = run_of(
        A=(marker("nothing answers at http://127.0.0.1:80/health"),),
        B=(marker("x: not found"),),
        C="A",
    )
    tasks = tuple(
        msgspec.structs.replace(t, needs=("B",) if t.id == "A" else ()) for t in run.tasks
    )
    first, second = causes(msgspec.structs.replace(run, tasks=tasks))
    assert (first.words, first.follows) == ("the command x is missing", ())
    assert (second.words, second.follows) == ("nothing answers on localhost:80", ("B",))
    assert "may only follow from what it needs, which failed, too: B" in text((first, second))


def test_bars_in_values_of_labels_stay_in_their_cells(sample: Sample) -> None:
    run = msgspec.structs.replace(sample("go"), host="a|b", plan_title="c | d")
    template = "# [Plan]\n\n| What | Value |\n|---|---|\n| Host | [host] |\n| Plan | [Plan] |\n"
    filled = "\n".join(fill(template, run).lines)
    assert cells(filled)[1:] == [["Host", "a|b"], ["Plan", "c | d"]]
    assert MarkdownIt().render(filled).startswith("<h1>c | d</h1>")
