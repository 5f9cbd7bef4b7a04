"""Whole texts, as they were read and found right by a person.

After a wanted change: `TMUXPLAN_GOLDEN=write pytest tests/report`, and read the difference.
"""

from __future__ import annotations

import importlib
import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tmuxplan.library.collecting import FORMATS
from tmuxplan.report import html
from tmuxplan.report.causes import causes
from tmuxplan.report.explain import WIDTH, explain
from tmuxplan.report.facts import Excerpt, RunFacts
from tmuxplan.report.json import run_json
from tmuxplan.report.markdown import markdown
from tmuxplan.report.sheet import Log, LogLine, Sheet
from tmuxplan.version import VERSION

GOLDEN = Path(__file__).parent / "golden"
RUNS = ("every_verdict", "go", "partial", "pending", "running", "stopped")
EXCERPT = Excerpt(36, ("> build", "FAIL: type check of cart.ts", "    at\tcart.ts:12", "```"))


def check(name: str, text: str) -> None:
    text = text.replace(f"this report by {VERSION}", "this report by VERSION")
    path = GOLDEN / name
    if os.environ.get("TMUXPLAN_GOLDEN") == "write":
        path.write_text(text, "utf-8")
    assert text == path.read_text("utf-8")


@pytest.mark.parametrize("name", RUNS)
def test_markdown(name: str, sample: Callable[..., RunFacts]) -> None:
    check(f"{name}.md", markdown(sample(name), {"T002": EXCERPT}))


def test_markdown_without_a_template(sample: Callable[..., RunFacts]) -> None:
    check("ours.md", markdown(sample("every_verdict", template=None)))


def test_json(sample: Callable[..., RunFacts]) -> None:
    check("every_verdict.json", run_json(sample("every_verdict")))


OTHERS = {"junit": "xml", "github": "github.md", "trace": "trace.json", "text": "txt"}


@pytest.mark.parametrize("form", OTHERS)
@pytest.mark.parametrize("name", ["every_verdict", "pending", "retried"])
def test_other_formats(form: str, name: str, sample: Callable[..., RunFacts]) -> None:
    run = sample(name)
    sheet = Sheet(run=run, causes=causes(run), ends={"T002": EXCERPT})
    text = importlib.import_module(FORMATS[form]).render(sheet)
    stamp = f'<property name="report" value="{VERSION}" />'
    check(f"{name}.{OTHERS[form]}", text.replace(stamp, stamp.replace(VERSION, "VERSION")))


@pytest.mark.parametrize("name", ["every_verdict", "retried"])
def test_html(name: str, sample: Callable[..., RunFacts]) -> None:
    run = sample(name)
    part = tuple(LogLine(n, f"\x1b[3{n % 8}mline {n}", n % 7) for n in range(35, 42))
    logs = {("T002", 1): Log((part,), 50, "tasks/T002/1/log")}
    text = html.render(Sheet(run=run, causes=causes(run), logs=logs, critical=("T002", "T004")))
    text = re.sub(r"(?s)<(style|script)>.*?</\1>", r"<\1></\1>", text)
    text = re.sub(r"sha256-[\w+/=]+", "sha256-HASH", text)
    check(f"{name}.html", text.replace(f"report by {VERSION}", "report by VERSION"))


@pytest.mark.parametrize("name", ["every_verdict", "running"])
def test_explain(name: str, sample: Callable[..., RunFacts]) -> None:
    run = sample(name)
    excerpts = {"T002": EXCERPT}
    texts = [explain(run, task, excerpts.get(task.id)) for task in run.tasks]
    assert all(len(line) <= WIDTH for text in texts for line in text.splitlines())
    check(f"explain_{name}.txt", f"\n{'=' * WIDTH}\n".join(texts))
