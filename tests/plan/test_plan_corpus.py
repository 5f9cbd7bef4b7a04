"""Plans that people really wrote, with what a careful reader makes of each, where they are here."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from tmuxplan.lint.facts import Facts
from tmuxplan.lint.rules import problems
from tmuxplan.plan.directory import parse_directory
from tmuxplan.plan.parse import parse

SHARED = Path(os.environ.get("TMUXPLAN_SHARED", Path(__file__).parents[3] / "shared"))
CORPUS = SHARED / "corpus"
LABELS = json.loads((CORPUS / "labels.json").read_text()) if CORPUS.exists() else {}
pytestmark = pytest.mark.skipif(not LABELS, reason="the corpus is not on this machine")

# What the error must say, for each plan that is to be refused.
REASONS = {
    "mekong-manifest.md": ("container", "10 other plan files"),
    "tasks-without-shell.md": ("nothing-to-run", "nothing but comments (lines 27, 34)"),
    "graph-only.md": ("nothing-to-run", "0 shell blocks"),
    "duplicate-terminals.md": ("duplicate-task", "terminal-1 is here a second time"),
    "pseudo-code.md": ("nothing-to-run", "no shell"),
    "runbook-without-steps.md": ("no-tasks", "headings without an id"),
    "alternatives.md": ("alternatives", "Method 2: Blue-Green Deployment"),
}
NOWHERE = Facts(
    which=lambda name: f"/bin/{name}",
    is_directory=lambda _: True,
    exists=lambda _: True,
    is_set=lambda _: True,
)


@pytest.mark.parametrize("name", sorted(LABELS))
def test_agrees_with_a_careful_reader(name):
    label = LABELS[name]
    plan = parse((CORPUS / name).read_bytes(), name)
    found = (*plan.problems, *problems(plan, NOWHERE))
    errors = [(p.code, p.message) for p in found if p.severity == "error"]
    if "tasks" in label:
        assert len(plan.tasks) == label["tasks"]
        assert sum(bool(task.blocks) for task in plan.tasks) == label["with_commands"]
    if "refused" not in label:
        assert errors == []
        return
    code, words = REASONS[name]
    assert any(c == code and words in message for c, message in errors), errors


@pytest.mark.skipif(not LABELS, reason="the corpus is not on this machine")
def test_its_one_task_files_with_their_manifest_are_a_plan():
    names = {
        "MANIFEST.md": "mekong-manifest.md",
        "02_backend_api.md": "mekong-task-02.md",
        "09_test_suite.md": "mekong-task-09.md",
    }
    files = {name: (CORPUS / own).read_bytes() for name, own in names.items()}
    files["04_payment_flow.md"] = b"# Task 04: Payment\n```bash\ncurl localhost\n```\n"
    plan = parse_directory(files, "tasks")
    assert [task.id for task in plan.tasks] == ["T02", "T04", "T09"]
    kinds = {(edge.task, edge.on): edge.kind for edge in plan.edges}
    assert kinds["T04", "T02"] == "ready"
    server = plan.task("T02").ready
    assert server is not None
    assert (server.value, server.line) == ("8000", 53)
    assert kinds["T09", "T02"] == kinds["T09", "T04"] == "hard"
