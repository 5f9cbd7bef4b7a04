"""Titles, commands and output as an enemy would write them; and a great many of them."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

import msgspec
import pytest
from markdown_it import MarkdownIt

from tmuxplan import events as ev
from tmuxplan.events import Evidence
from tmuxplan.plan.model import Criterion, Frozen, Plan, Step, Task, Text
from tmuxplan.report.explain import explain
from tmuxplan.report.facts import Excerpt, RunFacts
from tmuxplan.report.gathering import facts
from tmuxplan.report.json import run_json
from tmuxplan.report.markdown import markdown
from tmuxplan.report.plan_json import plan_json
from tmuxplan.report.template import fill
from tmuxplan.report.words import code, fence, in_table, one_line, prose
from tmuxplan.schedule.state import fold

HOSTILE = (
    "<script>alert(1)</script>",
    "![x](https://evil.example/p.png)",
    "[click](javascript:alert(1))",
    "`` ` ``` code",
    "a | b | c",
    "# not a heading",
    "- [x] GO - All checks passed",
    "1. one",
    "**bold** _it_ ~~gone~~",
    "&lt;b&gt; &#60;",
    "\x1b[2J\x1b]0;owned\x07\x1b]52;c;aGk=\x07red\x9b31m",
    "safe \u202e gnp.exe",
    "line one\nline two\r\nthree",
    "#(touch x) $(touch x) ; \" ' \\",
    "日本語 👩‍👩‍👧 " * 40,
    "",
    "   ",
    "---",
    "```\nfence",
    "<!-- hidden",
    "\ud800 lone",
)
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def hostile_run(text: str) -> RunFacts:
    criterion = Criterion(text, 5, "person")
    first = Task(id="T001", title=text, line=3, criteria=(criterion,), recovery=(Text(text, 9),))
    second = Task(id="T002", title=text, line=20)
    plan = Plan(path="plans/x.md", title=text, sha256="0", tasks=(first, second))
    found = (Evidence("marker", text, 1, 4, 2), Evidence("warning", text, 1, 4, 3))
    started = ev.RunStarted(
        at=1.0, run="r", plan="plans/x.md", sha256="0", title=text, cwd=text, backend="pty",
        host=text, user=text, version="1", selected=("T001", "T002"),
    )  # fmt: skip
    state = fold(
        (
            started,
            ev.AttemptStarting(at=2.0, task="T001", n=1, nonce="a"),
            ev.AttemptStarted(at=2.0, task="T001", n=1, host=text, pid=1),
            ev.AttemptEnded(at=3.0, task="T001", n=1, status=1),
            ev.Judged(at=3.0, task="T001", n=1, verdict="failed", evidence=found),
            ev.Skipped(at=4.0, task="T002", by=text, reason=text),
            ev.Notice(at=5.0, text=text),
            ev.RunEnded(at=6.0, verdict="NO GO", rule=text, deciding=("T001",)),
        )
    )
    return facts(Frozen(plan, {"T001": (Step(1, 4, text),)}), state, 7.0, alive=False)


@pytest.mark.parametrize("text", HOSTILE)
def test_no_renderer_lets_it_out(text: str) -> None:
    run = hostile_run(text)
    excerpt = Excerpt(1, (text,))
    texts = [markdown(run, {"T001": excerpt}), run_json(run)]
    texts += [explain(run, task, excerpt) for task in run.tasks]
    for rendered in texts:
        assert not CONTROL.search(rendered)


@pytest.mark.parametrize("text", [text for text in HOSTILE if text.strip()])
def test_markdown_means_what_we_wrote(text: str) -> None:
    """No HTML, link, image or tick of theirs, and as many headings and items as without them."""
    tame, wild = (
        markdown(hostile_run(each), {"T001": Excerpt(1, (each,))}) for each in ("x", text)
    )
    parser = MarkdownIt("gfm-like", {"linkify": False, "html": True})
    assert shape(parser, wild) == shape(parser, tame)
    assert ticks(wild) == ticks(tame)


def ticks(text: str) -> list[str]:
    outside = re.sub(r"(?ms)^(`{3,})text\n.*?^\1$", "", text)
    return re.findall(r"(?m)^\s*(?:[-*+]|\d+[.)])\s+\[[ x]\] (?:NO )?GO.*", outside)


def shape(parser: MarkdownIt, text: str) -> list[str]:
    plain = ("text", "softbreak", "code_inline", "text_special")
    found = []
    for token in parser.parse(text):
        found.append(token.type)
        found += [child.type for child in token.children or () if child.type not in plain]
    return found


@pytest.mark.parametrize("text", HOSTILE)
def test_the_words(text: str) -> None:
    parser = MarkdownIt("gfm-like", {"linkify": False, "html": True})
    flat = one_line(text)
    assert "\n" not in flat
    assert len(flat) <= 300
    for shown in (prose(text), code(text), in_table(code(text))):
        assert "\n" not in shown
        html = parser.renderInline(shown)
        assert re.sub(r"</?code>", "", html).count("<") == 0
    assert parser.parse("\n".join(fence(tuple(text.splitlines()))))[0].type == "fence"


def test_code_keeps_every_character_and_prose_keeps_code() -> None:
    parser = MarkdownIt("gfm-like", {"linkify": False})
    for text in ("a `b` c", "`", "``x``", "x`"):
        assert parser.renderInline(code(text)).replace("<code>", "").replace("</code>", "") == text
    assert prose("Run `npm i` in `a_b`, then R&D_x (50%)") == (
        "Run `npm i` in `a_b`, then R&D_x (50%)"
    )


def test_json_is_json_and_keeps_the_promised_names(sample: Callable[..., RunFacts]) -> None:
    shape = msgspec.json.decode(run_json(sample("every_verdict")))
    assert shape["schema"] == 1
    assert shape["run"].keys() >= {"id", "plan", "state", "verdict"}
    task = shape["tasks"][1]
    assert task.keys() >= {"id", "title", "state", "verdict", "blocked_by", "attempts"}
    attempt = task["attempts"][0]
    assert attempt.keys() >= {"n", "host", "started", "ended", "status", "steps", "evidence"}
    assert attempt["steps"][0].keys() >= {"n", "line", "command", "status", "seconds"}
    assert attempt["evidence"][0].keys() >= {"kind", "line", "log_line", "text"}
    assert shape["tasks"][3]["blocked_by"] == ["T002"]


def test_a_plan_as_json(frozen: Frozen) -> None:
    shown = msgspec.json.decode(plan_json(frozen.plan, frozen.steps))
    task = shown["tasks"][3]
    assert task["dependencies"] == [
        {
            "on": "T002",
            "kind": "hard",
            "sources": [{"kind": "metadata", "line": 93, "says": "hard"}],
        }
    ]
    assert (task["preconditions"], task["steps"]) == (["Backend running"], 2)
    assert shown["tasks"][7]["steps"] == 0
    assert shown["tasks"][1]["estimate"] == {"low_s": 300.0, "high_s": 600.0}
    assert shown["critical_path"] == {
        "tasks": ["T002", "T004", "T009"],
        "low_s": 300.0,
        "high_s": 600.0,
    }


def test_a_thousand_failed_tasks_are_quick(sample: Callable[..., RunFacts]) -> None:
    """A bound far above what it takes, and far below what anything quadratic would."""
    run = sample("every_verdict")
    many = tuple(
        msgspec.structs.replace(run.tasks[1], id=f"T{n:04d}", number=n) for n in range(1, 1001)
    )
    run = msgspec.structs.replace(run, tasks=many, deciding=tuple(task.id for task in many))
    began = time.process_time()
    text = markdown(run)
    run_json(run)
    assert time.process_time() - began < 5
    assert text.count("✗ (failed") == 1000


LONG = ("- a{}:", "- Passed: {}x", "| {} |", "### Task {}[x", "- Status: {}/x", "[{}", "- {}1 of 1")


@pytest.mark.parametrize("line", LONG)
def test_a_template_can_not_hold_up_a_report(line: str) -> None:
    run = hostile_run("x")
    for filling in (
        " " * 4000,
        "1 of " * 1500,
        "X " * 3000,
        "[a " * 2000,
        "✅ / " * 2000,
        "_" * 9000,
    ):
        text = line.format(filling)
        began = time.perf_counter()
        fill(f"# R\n{text}\n## Results\n{text}\n### Task 001\n- Status: ___\n{text}", run)
        assert time.perf_counter() - began < 2
