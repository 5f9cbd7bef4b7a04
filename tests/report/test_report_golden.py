"""Whole texts, as they were read and found right by a person.

After a wanted change: `TMUXPLAN_GOLDEN=write pytest tests/report`, and read the difference.
"""

from __future__ import annotations

import importlib
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import get_args

import msgspec
import pytest

from tmuxplan.events import RunVerdict, Verdict
from tmuxplan.library.collecting import FORMATS
from tmuxplan.plan.model import Edge
from tmuxplan.report.causes import causes
from tmuxplan.report.explain import WIDTH, explain
from tmuxplan.report.facts import Excerpt, Quiet, RunFacts, TaskFacts
from tmuxplan.report.markdown import markdown
from tmuxplan.report.sheet import Log, LogLine, Sheet
from tmuxplan.version import VERSION

GOLDEN = Path(__file__).parent / "golden"
SAMPLES = sorted(
    path.stem for path in (Path(__file__).parents[1] / "journal/samples/v1").glob("*.jsonl")
)
ENDINGS = {
    "markdown": "md",
    "junit": "xml",
    "github": "github.md",
    "trace": "trace.json",
    "otel": "otel.json",
    "text": "txt",
}
"""Of the golden files, where it is not the format's own name."""
EXCERPT = Excerpt(36, ("> build", "FAIL: type check of cart.ts", "    at\tcart.ts:12", "```"))
PART = tuple(LogLine(n, f"\x1b[3{n % 8}mline {n}", n % 7) for n in range(35, 42))
LOGS = {("T002", 1): Log((PART,), 50, "tasks/T002/1/log")}
EDGES = (Edge("T004", "T002", "hard"), Edge("T006", "T004", "soft"))
OURS = (r"(?s:This report.{1,30}?by )", "name=.report. value=.", '"tmuxplan","version":"')
ABOUT = re.compile(rf"({'|'.join(OURS)}){re.escape(VERSION)}")


def check(name: str, text: str) -> None:
    """The style, the script and our own version may change; all else is as it was read."""
    text = re.sub(r"(?s)<(style|script)>.*?</\1>", r"<\1></\1>", text)
    text = re.sub(r"sha256-[\w+/=]+", "sha256-HASH", text)
    text = ABOUT.sub(r"\1VERSION", text)
    path = GOLDEN / name
    if os.environ.get("TMUXPLAN_GOLDEN") == "write":
        path.write_text(text, "utf-8")
    assert text == path.read_text("utf-8")


def sheet_of(run: RunFacts) -> Sheet:
    return Sheet(
        run=run,
        causes=causes(run, {("T002", 1): EXCERPT}),
        ends={"T002": EXCERPT},
        logs=LOGS,
        edges=EDGES,
        critical=("T002", "T004"),
    )


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("name", SAMPLES)
def test_every_journal_in_every_format(
    name: str, form: str, sample: Callable[..., RunFacts]
) -> None:
    render = importlib.import_module(FORMATS[form]).render
    text = render(sheet_of(sample(name)))
    check(f"{name}.{ENDINGS.get(form, form)}", text)
    assert render(sheet_of(sample(name))) == text


def test_the_journals_have_every_verdict(sample: Callable[..., RunFacts]) -> None:
    runs = [sample(name) for name in SAMPLES]
    assert {task.verdict for run in runs for task in run.tasks} >= set(get_args(Verdict))
    assert {run.verdict for run in runs} >= set(get_args(RunVerdict))


def test_markdown_without_a_template(sample: Callable[..., RunFacts]) -> None:
    check("ours.md", markdown(sample("every_verdict", template=None)))


@pytest.mark.parametrize("name", SAMPLES)
def test_what_explain_tells_to_type_names_the_run(
    name: str, sample: Callable[..., RunFacts]
) -> None:
    """Where several runs are live, the commands refuse to choose one."""
    run = sample(name)
    asking = tuple(_asking(task) for task in run.tasks)
    told = " ".join(" ".join(explain(run, task).split()) for task in (*run.tasks, *asking))
    found = re.findall(r"tmuxplan (?:attach|sign|skip) T\d+(?: --(?!run)\w+ \S+)*(.{6})", told)
    assert set(found) <= {" --run"}


def _asking(task: TaskFacts) -> TaskFacts:
    """The same, where it has begun: it runs, and waits for input."""
    if task.last is None:
        return task
    last = msgspec.structs.replace(task.last, quiet=Quiet(0.0, "Go? [y/N]"))
    return msgspec.structs.replace(task, outcome="running", attempts=(last,), retry_at=None)


def test_explain_says_that_nobody_watches(sample: Callable[..., RunFacts]) -> None:
    run = sample("running", alive=False)
    told = {task.id: explain(run, task) for task in run.tasks}
    for task in ("T002", "T004"):  # it ran; it had not started
        assert "Nobody watches the run now" in told[task]
        assert f"  tmuxplan resume {run.id}\n" in told[task]
    assert "Nobody watches" not in told["T005"]  # it passed
    assert not any("Nobody watches" in explain(sample("running"), task) for task in run.tasks)


@pytest.mark.parametrize("name", ["every_verdict", "running"])
def test_explain(name: str, sample: Callable[..., RunFacts]) -> None:
    run = sample(name)
    excerpts = {"T002": EXCERPT}
    texts = [explain(run, task, excerpts.get(task.id)) for task in run.tasks]
    assert all(len(line) <= WIDTH for text in texts for line in text.splitlines())
    check(f"explain_{name}.txt", f"\n{'=' * WIDTH}\n".join(texts))
