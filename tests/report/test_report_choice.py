"""PASS/FAIL of one task: its own result, never a count, never PASS for what did not pass."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tmuxplan.report.facts import RunFacts
from tmuxplan.report.template import fill

HEAD = "## Task Results\n\n| Task | Status | Notes |\n|---|---|---|\n"
CHOICES = ("[PASS/FAIL]", "[PASS / FAIL]", "PASS / FAIL", "FAIL/PASS", "[PASS/FAIL/SKIPPED]")


@pytest.mark.parametrize("choice", CHOICES)
@pytest.mark.parametrize("name", ["every_verdict", "go", "partial", "pending", "stopped"])
def test_a_row_with_id_and_title_has_its_tasks_result(
    choice: str, name: str, sample: Callable[..., RunFacts]
) -> None:
    run = sample(name)
    rows = "".join(f"| {task.id} Some title | {choice} | |\n" for task in run.tasks)
    filled = fill(HEAD + rows, run)
    words = {"passed": "PASS", "not asked for": "NOT RUN"}
    words |= dict.fromkeys(("failed", "timed out", "lost"), "FAIL")
    for task, line in zip(run.tasks, filled.lines[4:], strict=True):
        word = words.get(task.outcome, task.outcome.upper())
        assert line.startswith(f"| {task.id} Some title | {word} | {task.outcome}"), line


def test_rows_that_the_template_forgot_have_their_own_titles(
    sample: Callable[..., RunFacts],
) -> None:
    lines = fill(f"{HEAD}| T001 The API | [PASS/FAIL] | |\n", sample("every_verdict")).lines
    assert lines[5].startswith("| T002 Build the pages | FAIL | failed")


@pytest.mark.parametrize("choice", ["[PASS/FAIL]", "PASS / FAIL"])
def test_a_choice_about_something_else_is_left_and_listed(
    choice: str, sample: Callable[..., RunFacts]
) -> None:
    filled = fill(f"| Node 18 installed | {choice} | |", sample("every_verdict"))
    assert filled.lines == (f"| Node 18 installed | {choice} | |",)
    assert filled.left == (choice,)


def test_a_title_with_a_slash_is_not_the_place_for_the_result(
    sample: Callable[..., RunFacts],
) -> None:
    lines = fill("| T001 | CI/CD | PASS/FAIL | |", sample("go")).lines
    assert lines[0].startswith("| T001 | CI/CD | PASS | passed")


def test_a_number_is_what_the_word_beside_it_says(sample: Callable[..., RunFacts]) -> None:
    run = sample("every_verdict")
    assert fill("**Total:** X passed, Y failed", run).lines == ("**Total:** 3 passed, 3 failed",)
    left = fill("**Total:** X passed, Y odd", run)
    assert (left.lines, left.left) == (("**Total:** X passed, Y odd",), ("X", "Y"))
