"""Facts of an attempt in, verdict and evidence out: every rule of judging an end."""

from __future__ import annotations

from typing import Any

import pytest

from tmuxplan.events import Evidence
from tmuxplan.judge.verdict import Outcome, judge
from tmuxplan.plan.model import Criterion, Ready, Step, Task
from tmuxplan.schedule.state import AttemptRecord, StepRecord


def record(n: int, status: int = 0, pipe: tuple[int, ...] = (), **more: Any) -> StepRecord:
    return StepRecord(
        n, status, 1.0, pipe or (status,), more.get("back", ""), more.get("stopped", False), n
    )


def outcome(
    records: tuple[StepRecord, ...],
    status: int | None,
    steps: int = 3,
    shapes: dict[int, dict[str, Any]] | None = None,
    criteria: tuple[Criterion, ...] = (),
    **more: Any,
) -> Outcome:
    """Step k is `cmdk` at the plan's line 10 + k."""
    asked = tuple(
        Step(n, 10 + n, f"cmd{n}", **(shapes or {}).get(n, {})) for n in range(1, steps + 1)
    )
    attempt = AttemptRecord(n=1, nonce="ab", starting=0.0, status=status, steps=records, **more)
    task = Task(id="T001", title="", line=1, criteria=criteria)
    result = judge(task, asked, attempt)
    decides = [e for e in result.evidence if e.kind != "warning"]
    assert bool(decides) is (result.verdict != "passed")
    return result


def kinds(result: Outcome) -> list[tuple[str, int, int]]:
    return [(e.kind, e.step, e.line) for e in result.evidence]


def ok(n: int) -> tuple[StepRecord, ...]:
    return tuple(record(k) for k in range(1, n + 1))


def test_all_well() -> None:
    assert outcome(ok(3), 0) == Outcome("passed", ())


def test_no_steps_and_status_zero() -> None:
    assert outcome((), 0, steps=0).verdict == "passed"


def test_a_failed_step_fails_though_the_script_ends_with_zero() -> None:
    result = outcome((record(1, 1), record(2), record(3)), 0)
    assert result.verdict == "failed"
    assert kinds(result) == [("step", 1, 11)]
    assert "cmd1" in result.evidence[0].text


@pytest.mark.parametrize(
    ("status", "words"),
    [(127, "command not found"), (126, "can't be executed"), (139, "SIGSEGV"), (2, "status 2")],
)
def test_a_step_s_status_in_words(status: int, words: str) -> None:
    result = outcome((record(1, status), record(2), record(3)), 0)
    assert kinds(result) == [("step", 1, 11)]
    assert words in result.evidence[0].text


def test_a_step_without_a_record_that_has_later_ones_is_lost() -> None:
    result = outcome((record(1), record(3)), 0)
    assert result.verdict == "lost"
    assert kinds(result) == [("lost", 2, 12)]


def test_a_step_without_a_record_beside_a_failure_is_failed() -> None:
    result = outcome((record(1, 1), record(3)), 0)
    assert result.verdict == "failed"
    assert kinds(result) == [("step", 1, 11), ("lost", 2, 12)]


@pytest.mark.parametrize(
    ("status", "kind", "words"),
    [
        (1, "step", "status 1"),
        (137, "signal", "SIGKILL"),
        (143, "signal", "SIGTERM"),
        (255, "step", "255"),
    ],
)
def test_the_step_at_work_owns_the_outer_status(status: int, kind: str, words: str) -> None:
    result = outcome(ok(1), status)
    assert result.verdict == "failed"
    assert kinds(result) == [(kind, 2, 12)]
    assert words in result.evidence[0].text
    assert "step 2 of 3" in result.evidence[0].text


def test_the_last_step_may_be_an_exit_or_an_exec() -> None:
    assert outcome(ok(2), 0) == Outcome("passed", ())
    assert kinds(outcome(ok(2), 4)) == [("step", 3, 13)]


def test_an_early_end_with_status_zero_is_a_warning() -> None:
    result = outcome(ok(1), 0)
    assert result.verdict == "passed"
    assert kinds(result) == [("warning", 2, 12)]
    assert result.evidence[0].text.startswith("ended at step 2 of 3")


@pytest.mark.parametrize(("status", "kind"), [(3, "status"), (143, "signal")])
def test_an_exit_trap_s_status(status: int, kind: str) -> None:
    result = outcome(ok(3), status)
    assert result.verdict == "failed"
    assert kinds(result) == [(kind, 0, 0)]


def test_the_status_of_the_last_step_is_not_said_twice() -> None:
    assert kinds(outcome((record(1), record(2), record(3, 5)), 5)) == [("step", 3, 13)]


def test_a_step_that_stopped_the_task_says_so_and_owns_the_status() -> None:
    result = outcome((record(1), record(2, 1, stopped=True)), 1)
    assert kinds(result) == [("step", 2, 12)]
    assert "stopped here" in result.evidence[0].text


def test_where_the_shell_was_put_back_is_said_and_safe() -> None:
    result = outcome((record(1, 1, back="/a\x1b[2J/b"), record(2), record(3)), 0)
    assert result.evidence[0].text.endswith("put back into /a/b")


def test_a_script_without_steps_that_fails() -> None:
    result = outcome((), 2, steps=0)
    assert kinds(result) == [("status", 0, 0)]


@pytest.mark.parametrize(
    ("pipe", "shape", "verdict", "found"),
    [
        ((1, 0), {"members": 2, "passes_on": 1}, "failed", "step"),
        ((1, 0, 0), {"members": 3, "passes_on": 2}, "failed", "step"),
        ((1, 0, 0), {"members": 3, "passes_on": 1}, "passed", "warning"),
        ((0, 1, 0), {"members": 3, "passes_on": 1}, "failed", "step"),
        ((1, 0), {"members": 2}, "passed", "warning"),
        ((1, 0), {}, "passed", "warning"),
        ((141, 0), {"members": 2, "passes_on": 1}, "passed", ""),
        ((141, 0), {"members": 2}, "passed", ""),
        ((0, 0), {"members": 2, "passes_on": 1}, "passed", ""),
    ],
)
def test_masked_members_of_a_pipeline(
    pipe: tuple[int, ...], shape: dict[str, int], verdict: str, found: str
) -> None:
    result = outcome((record(1, 0, pipe), record(2), record(3)), 0, shapes={1: shape})
    assert result.verdict == verdict
    assert [e.kind for e in result.evidence] == ([found] if found else [])


def test_a_closed_pipe_under_pipefail_is_neither() -> None:
    pipe = record(3, 141, (141, 0))
    assert outcome((*ok(2), pipe), 141, shapes={3: {"members": 2}}).verdict == "passed"
    assert outcome((*ok(2), record(3, 141)), 141).verdict == "failed"
    assert outcome((*ok(2), record(3, 1, (141, 1))), 1).verdict == "failed"


CHECK = Criterion("c", 7, "command", "test -f x")
NOT = Criterion("c", 7, "command", "test -f x", negated=True)


@pytest.mark.parametrize(
    ("criterion", "last", "status", "verdict"),
    [
        (CHECK, record(3, 0), 0, "passed"),
        (CHECK, record(3, 1), 1, "failed"),
        (CHECK, record(3, 1), 0, "failed"),
        (NOT, record(3, 0), 0, "failed"),
        (NOT, record(3, 1), 1, "passed"),
        (NOT, record(3, 1), 0, "passed"),
        (CHECK, record(3, 0, (1, 0)), 0, "failed"),
        (NOT, record(3, 0, (1, 0)), 0, "passed"),
    ],
)
def test_checks(criterion: Criterion, last: StepRecord, status: int, verdict: str) -> None:
    shape = {3: {"criterion": 0, "members": len(last.pipe), "passes_on": len(last.pipe) - 1}}
    result = outcome((*ok(2), last), status, shapes=shape, criteria=(criterion,))
    assert result.verdict == verdict
    assert kinds(result) == ([("criterion", 3, 7)] if verdict == "failed" else [])


@pytest.mark.parametrize("criterion", [CHECK, NOT])
def test_a_check_that_was_not_reached_is_not_met(criterion: Criterion) -> None:
    result = outcome(ok(1), 0, shapes={3: {"criterion": 0}}, criteria=(criterion,))
    assert result.verdict == "failed"
    assert kinds(result) == [("criterion", 3, 7), ("warning", 2, 12)]


def test_a_check_that_never_became_a_step_is_not_met() -> None:
    assert outcome(ok(3), 0, criteria=(CHECK,)).verdict == "failed"


@pytest.mark.parametrize(
    ("code", "negated", "seen", "verdict"),
    [
        ("ok", False, (0,), "passed"),
        ("ok", False, (), "failed"),
        ("bad", True, (), "passed"),
        ("bad", True, (0,), "failed"),
        ("(", False, (), "failed"),
        ("(", True, (), "failed"),
    ],
)
def test_regular_expressions(code: str, negated: bool, seen: tuple[int, ...], verdict: str) -> None:
    criterion = Criterion("c", 7, "regex", code, negated)
    result = outcome(ok(3), 0, criteria=(criterion,), criteria_seen=seen)
    assert result.verdict == verdict
    assert kinds(result) == ([("criterion", 0, 7)] if verdict == "failed" else [])


def test_a_person_s_criterion_is_never_counted() -> None:
    assert outcome(ok(3), 0, criteria=(Criterion("look", 7, "person"),)).verdict == "passed"


def test_markers_fail_and_warnings_do_not() -> None:
    marker, warning = Evidence("marker", "FAIL: x", 1, 11, 4), Evidence("warning", "WARN", 1, 11, 3)
    assert outcome(ok(3), 0, found=(warning,)) == Outcome("passed", (warning,))
    assert outcome(ok(3), 0, found=(warning, marker)) == Outcome("failed", (marker, warning))


@pytest.mark.parametrize("lost", ["the outer shell is gone", ""])
def test_a_status_that_is_not_known_is_lost_whatever_else_is(lost: str) -> None:
    result = outcome(ok(3), None, lost=lost)
    assert result.verdict == "lost"
    assert result.evidence[0].kind == "lost"
    said = lost or "its exit status was never written"
    assert result.evidence[0].text == f"{said} at step 3 of 3: cmd3"
    assert outcome((record(1, 1),), None, lost=lost).verdict == "lost"


@pytest.mark.parametrize("status", [0, 130, 143, None])
@pytest.mark.parametrize(
    ("why", "verdict", "kind"),
    [
        ("timeout", "timed out", "timeout"),
        ("halt", "halted", "signal"),
        ("stop", "halted", "signal"),
    ],
)
def test_what_we_ended_names_why_and_where(
    why: str, verdict: str, kind: str, status: int | None
) -> None:
    result = outcome((record(1, 1),), status, stop_why=why, criteria=(CHECK,))
    assert result.verdict == verdict
    assert kinds(result) == [(kind, 2, 12), ("step", 1, 11)]
    assert "step 2 of 3" in result.evidence[0].text


@pytest.mark.parametrize(
    ("why", "reason", "said"),
    [
        ("stop", "ann: enough", "the run was stopped (ann: enough) at step 2 of 3: cmd2"),
        ("stop", "", "the run was stopped at step 2 of 3: cmd2"),
        ("halt", "T004 failed", "stopped: the run halts (T004 failed) at step 2 of 3: cmd2"),
        ("timeout", "x", "ran into its timeout at step 2 of 3: cmd2"),
        ("not up", "port 8000 did not answer", "port 8000 did not answer at step 2 of 3: cmd2"),
        ("not up", "", "not up in time at step 2 of 3: cmd2"),
    ],
)
def test_the_reason_of_an_end_of_ours_is_said(why: str, reason: str, said: str) -> None:
    asked = tuple(Step(n, 10 + n, f"cmd{n}") for n in (1, 2, 3))
    attempt = AttemptRecord(
        n=1, nonce="ab", starting=0.0, status=143, steps=ok(1), stop_why=why, lost="no matter"
    )
    found = judge(Task(id="T001", title="", line=1), asked, attempt, reason)
    assert found.verdict == {"timeout": "timed out", "not up": "failed"}.get(why, "halted")
    assert [(e.text, e.step, e.line) for e in found.evidence] == [(said, 2, 12)]


MARKER, WARNING = Evidence("marker", "FAIL: x", 1, 11, 4), Evidence("warning", "WARN", 2, 12, 5)


@pytest.mark.parametrize("status", [0, 1, 143, None])
@pytest.mark.parametrize(
    ("records", "more", "verdict", "found"),
    [
        (ok(2), {}, "passed", []),  # the third is the server, which we ended
        (ok(2), {"found": (WARNING,)}, "passed", [("warning", 2, 12)]),
        (ok(2), {"found": (MARKER,)}, "failed", [("marker", 1, 11)]),
        ((record(1, 1), record(2)), {}, "failed", [("step", 1, 11)]),
        ((record(2),), {}, "failed", [("lost", 1, 11)]),
        (
            ok(2),
            {"criteria": (Criterion("", 90, "regex", "up"),)},
            "failed",
            [("criterion", 0, 90)],
        ),
    ],
)
def test_a_server_that_we_let_go_passed_if_nothing_says_otherwise(
    records: tuple[StepRecord, ...],
    more: dict[str, Any],
    verdict: str,
    found: list[tuple[str, int, int]],
    status: int | None,
) -> None:
    result = outcome(records, status, stop_why="done", **more)
    assert (result.verdict, kinds(result)) == (verdict, found)


def test_what_decides_comes_first_in_the_order_of_steps_and_then_of_the_log() -> None:
    late = Evidence("marker", "FAIL: of no step", 0, 0, 2)
    found = (WARNING, late, Evidence("marker", "FAIL: y", 1, 11, 9), MARKER)
    assert [e.text for e in outcome(ok(3), 0, found=found).evidence] == [
        "FAIL: x",
        "FAIL: y",
        "FAIL: of no step",
        "WARN",
    ]


def test_that_it_was_up_before_is_a_criterion_at_the_line_of_its_readiness() -> None:
    task = Task(id="T001", title="", line=1, ready=Ready("port", "8000", 7))
    attempt = AttemptRecord(n=1, nonce="ab", starting=0.0, status=0)
    found = judge(task, (), attempt, held="port 8000 was answered before")
    assert found == Outcome(
        "failed", (Evidence("criterion", "port 8000 was answered before", line=7),)
    )


def test_evidence_is_safe_and_short_whatever_the_plan_says() -> None:
    step = Step(1, 5, "echo \x1b[2J" + "x" * 1000 + "\nsecond line")
    attempt = AttemptRecord(n=1, nonce="ab", starting=0.0, status=1, steps=(record(1, 1),))
    (evidence,) = judge(Task(id="T", title="", line=1), (step,), attempt).evidence
    assert evidence.text.isprintable()
    assert len(evidence.text) < 300


EXPECTED: list[tuple[str, int, str, list[str]]] = [
    ("failure", 1, "passed", ["warning"]),
    ("failure", 0, "passed", ["warning"]),
    ("failure", 125, "passed", ["warning"]),
    ("failure", 126, "failed", ["step"]),
    ("failure", 127, "failed", ["step"]),
    ("failure", 137, "failed", ["step"]),
    ("must fail", 2, "passed", ["warning"]),
    ("must fail", 0, "failed", ["step"]),
    ("", 1, "failed", ["step"]),
]


@pytest.mark.parametrize(("expects", "status", "verdict", "evidence"), EXPECTED)
def test_a_failure_that_the_plan_expects(
    expects: str, status: int, verdict: str, evidence: list[str]
) -> None:
    records = (record(1), record(2), record(3, status))
    result = outcome(records, status, shapes={3: {"expects": expects}})
    assert (result.verdict, [kind for kind, _, _ in kinds(result)]) == (verdict, evidence)
    assert kinds(result)[0][1:] == (3, 13)


def test_an_expected_failure_that_stopped_the_task_is_still_one() -> None:
    result = outcome((record(1, 1, stopped=True),), 1, shapes={1: {"expects": "failure"}})
    assert result.verdict == "failed"


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (1, "exit status 1"),
        (128, "exit status 128"),
        (129, "exit status 129 (SIGHUP)"),
        (228, "exit status 228"),  # no signal has this number
    ],
)
def test_all_that_is_said_of_a_step_that_failed(status: int, words: str) -> None:
    result = outcome((record(1, status), record(2), record(3)), 0)
    assert [e.text for e in result.evidence] == [f"{words}: cmd1"]


def test_a_pipeline_s_member_that_counts_is_named_as_one() -> None:
    records = (record(1, 0, (3, 0)), record(2), record(3))
    (evidence,) = outcome(records, 0, shapes={1: {"members": 2, "passes_on": 1}}).evidence
    assert evidence.text == (
        "exit status 3: cmd1 (a pipeline's member; what follows it only passes output on)"
    )


@pytest.mark.parametrize(
    ("on_error", "stopped", "words"),
    [
        ("continue", False, ""),
        ("stop", False, ""),
        ("stop", True, "; the task stopped here, because on_error is stop"),
        (
            "continue",
            True,
            "; the task stopped here: what follows would have acted in the wrong place",
        ),
    ],
)
def test_why_a_task_stopped_at_a_step(on_error: str, stopped: bool, words: str) -> None:
    steps = (Step(1, 11, "cmd1"), Step(2, 12, "cmd2"))
    after = () if stopped else (record(2),)
    attempt = AttemptRecord(
        n=1, nonce="ab", starting=0.0, status=1, steps=(record(1, 1, stopped=stopped), *after)
    )
    task = Task(id="T001", title="", line=1, on_error=on_error)  # type: ignore[arg-type]
    assert judge(task, steps, attempt).evidence[0].text == f"exit status 1: cmd1{words}"


def test_a_check_that_ran_twice_keeps_its_failure() -> None:
    records = (record(1), record(2), record(3, 1), record(3, 0))
    result = outcome(records, 0, shapes={3: {"criterion": 0}}, criteria=(CHECK,))
    assert (result.verdict, kinds(result)) == ("failed", [("criterion", 3, CHECK.line)])


@pytest.mark.parametrize(
    ("status", "verdict", "kind"), [(0, "lost", "lost"), (2, "failed", "step")]
)
def test_an_end_at_a_step_that_ends_no_script_says_nothing_where_it_is_0(
    status: int, verdict: str, kind: str
) -> None:
    result = outcome(ok(1), status, shapes={2: {"ends": False}})
    assert (result.verdict, kinds(result)) == (verdict, [(kind, 2, 12)])


def test_what_runs_before_the_first_step_and_fails_is_the_evidence() -> None:
    result = outcome((record(0, 7, stopped=True),), 7)
    assert (result.verdict, kinds(result)) == ("failed", [("step", 0, 0)])
    (evidence,) = result.evidence
    assert evidence.text == "shell_init ended with exit status 7, and no step of the task was run"


@pytest.mark.parametrize(
    ("why", "verdict", "found"),
    [("done", "passed", []), ("stop", "halted", [("signal", 3, 13)])],
)
def test_the_status_of_an_end_of_ours_is_ours_also_after_the_last_step(
    why: str, verdict: str, found: list[tuple[str, int, int]]
) -> None:
    """A server in the background: all steps have ended, and the script waits for it."""
    result = outcome(ok(3), 143, stop_why=why)
    assert (result.verdict, kinds(result)) == (verdict, found)


def test_what_never_began_is_at_no_step() -> None:
    never = verdict_of_never(started=None)
    assert (never.text, never.step, never.line) == ("it could not be started", 0, 0)
    began = verdict_of_never(started=1.0)
    assert (began.text, began.step) == ("it could not be started at step 1 of 1: cmd1", 1)


def verdict_of_never(started: float | None) -> Evidence:
    """What an attempt without a record and without a status rests on."""
    lost = "it could not be started"
    attempt = AttemptRecord(n=1, nonce="ab", starting=0.0, started=started, lost=lost)
    (found,) = judge(Task(id="T001", title="", line=1), (Step(1, 11, "cmd1"),), attempt).evidence
    return found
