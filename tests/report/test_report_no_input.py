"""What is said of a task that read where nobody could type."""

from __future__ import annotations

import msgspec
import pytest
from test_report_causes import run_of

from tmuxplan.events import Evidence
from tmuxplan.plan.model import Step
from tmuxplan.report.explain import explain
from tmuxplan.report.facts import Excerpt, RunFacts, StepFacts, TaskFacts


def failed_at(
    command: str, text: str = "exit status 1", *, stdin_empty: bool = True
) -> tuple[RunFacts, TaskFacts]:
    """A run whose first task failed at this step, and found no input."""
    run = run_of(A=(Evidence("step", text, step=1, line=7),))
    task = run.tasks[0]
    assert task.last is not None
    step = StepFacts(n=1, line=7, command=command, result="failed", status=1)
    last = msgspec.structs.replace(task.last, steps=(step,), stdin_empty=stdin_empty)
    return run, msgspec.structs.replace(task, steps=(Step(1, 7, command),), attempts=(last,))


def said(command: str, text: str = "exit status 1", output: str = "") -> str:
    run, task = failed_at(command, text)
    shown = explain(run, task, Excerpt(1, (output,)), ())
    return " ".join(shown.split())


@pytest.mark.parametrize(
    "command",
    [
        "read answer",
        'read -p "Name: " name',
        'IFS= read -r line || echo "none"',
        "if ! read -t 5 x; then exit 1; fi",
        "select one in a b; do break; done",
        "echo hi; read -n 1",
    ],
)
def test_a_read_that_found_no_input_is_why(command: str) -> None:
    assert "the run was launched without a terminal, so that its input was empty" in said(command)
    assert "p.md:7" in said(command)
    assert "`respond:`" in said(command)


@pytest.mark.parametrize(
    "line",
    [
        "EOFError: EOF when reading a line",
        "the input device is not a TTY",
        "sudo: a terminal is required to read the password",
    ],
)
def test_a_program_that_says_so_is_heard(line: str) -> None:
    assert "its input was empty" in said("./ask", output=line)
    assert "its input was empty" in said("./ask", text=line)


@pytest.mark.parametrize(
    "command",
    [
        "make test",
        "readlink x",
        "cat <<< 'read me'",
        "while read -r one; do check $one; done < list",
        "ls | while read -r one; do check $one; done",
        "echo read",
    ],
)
def test_what_reads_from_elsewhere_is_not(command: str) -> None:
    assert "input was empty" not in said(command)


def test_only_where_there_are_windows_can_anybody_type() -> None:
    run, task = failed_at("read answer")
    for backend, can in (("tmux", True), ("pty", False)):
        there = msgspec.structs.replace(run, backend=backend)
        told = " ".join(explain(there, task, None, ()).split())
        assert ("go on at a terminal and type it: tmuxplan resume r" in told) is can


def test_nothing_is_said_where_somebody_could_type() -> None:
    run, task = failed_at("read answer", stdin_empty=False)
    assert "input was empty" not in explain(run, task, None, ())


def test_nothing_is_said_of_what_passed() -> None:
    run, task = failed_at("read answer")
    passed = msgspec.structs.replace(task, outcome="passed")
    assert "input was empty" not in explain(run, passed, None, ())
