"""Verdicts of tasks in, the run's verdict out."""

from __future__ import annotations

import pytest

from tmuxplan.events import Verdict
from tmuxplan.judge.run import RunOutcome, run_verdict
from tmuxplan.plan.model import Edge, EdgeKind, Impact, Plan, Task

BLOCKS = Impact("High", True, "", 1)
LOW = Impact("Low", False, "", 1)


def run(
    tasks: dict[str, tuple[Impact | None, Verdict | None]],
    edges: tuple[tuple[str, EdgeKind, str], ...] = (),
    selected: frozenset[str] | None = None,
    partial: bool = False,
    skipped: dict[str, str] | None = None,
) -> RunOutcome:
    """`edges` are (task, kind, on)."""
    plan = Plan(
        path="p.md",
        title="",
        sha256="",
        tasks=tuple(
            Task(id=name, title="", line=1, impact=impact) for name, (impact, _) in tasks.items()
        ),
        edges=tuple(Edge(task, on, kind) for task, kind, on in edges),
    )
    verdicts = {name: verdict for name, (_, verdict) in tasks.items()}
    asked = frozenset(tasks) if selected is None else selected
    return run_verdict(plan, verdicts, asked, partial, skipped)


def test_all_passed_is_go() -> None:
    assert run({"A": (BLOCKS, "passed"), "B": (LOW, "passed")}).verdict == "GO"


@pytest.mark.parametrize("verdict", ["failed", "timed out", "blocked", "halted", "lost", "skipped"])
def test_a_blocking_task_that_did_not_pass_is_no_go(verdict: Verdict) -> None:
    for impact in (BLOCKS, None):
        outcome = run({"A": (impact, verdict), "B": (LOW, "passed")})
        assert outcome.verdict == "NO GO"
        assert outcome.deciding == ("A",)
        assert verdict in outcome.rule


def test_a_lesser_failure_is_named_and_go() -> None:
    outcome = run({"A": (LOW, "failed"), "B": (BLOCKS, "passed")})
    assert outcome.verdict == "GO"
    assert "A (failed)" in outcome.rule


@pytest.mark.parametrize(
    ("kind", "verdict"), [("hard", "NO GO"), ("ready", "NO GO"), ("soft", "GO")]
)
def test_a_dependency_of_a_blocking_task(kind: EdgeKind, verdict: str) -> None:
    tasks: dict[str, tuple[Impact | None, Verdict | None]] = {
        "A": (LOW, "skipped"),
        "M": (LOW, "passed"),
        "B": (BLOCKS, "passed"),
    }
    outcome = run(tasks, (("M", "hard", "A"), ("B", kind, "M")))
    assert outcome.verdict == verdict


def test_who_skipped_is_in_the_rule() -> None:
    outcome = run({"A": (BLOCKS, "skipped")}, skipped={"A": "ann: no scanner here"})
    assert "skipped by ann: no scanner here" in outcome.rule


def test_something_unfinished_has_no_verdict() -> None:
    outcome = run({"A": (BLOCKS, "failed"), "B": (LOW, None)})
    assert outcome.verdict is None
    plan = Plan(path="", title="", sha256="", tasks=(Task(id="A", title="", line=1),))
    assert run_verdict(plan, {}, frozenset({"A"}), False).verdict is None


def test_an_open_gate_is_pending_and_holds_what_waits_for_it() -> None:
    tasks: dict[str, tuple[Impact | None, Verdict | None]] = {
        "A": (BLOCKS, "passed"),
        "G": (BLOCKS, "waiting"),
        "B": (BLOCKS, None),
        "C": (BLOCKS, None),
    }
    edges: tuple[tuple[str, EdgeKind, str], ...] = (("B", "hard", "G"), ("C", "soft", "B"))
    outcome = run(tasks, edges)
    assert (outcome.verdict, outcome.deciding) == ("PENDING", ("G",))
    assert run({**tasks, "D": (LOW, None)}, edges).verdict is None


def test_a_failure_beats_an_open_gate() -> None:
    assert run({"A": (BLOCKS, "failed"), "G": (BLOCKS, "waiting")}).verdict == "NO GO"


def test_a_part_of_a_plan_is_never_go() -> None:
    tasks: dict[str, tuple[Impact | None, Verdict | None]] = {
        "A": (BLOCKS, "passed"),
        "B": (BLOCKS, None),
    }
    for partial in (True, False):
        outcome = run(tasks, (("A", "hard", "B"),), frozenset({"A"}), partial)
        assert outcome.verdict == "PENDING"
        assert "1 of 2" in outcome.rule


def test_a_part_of_a_plan_can_be_no_go() -> None:
    tasks: dict[str, tuple[Impact | None, Verdict | None]] = {
        "A": (BLOCKS, "failed"),
        "B": (LOW, None),
    }
    assert run(tasks, selected=frozenset({"A"}), partial=True).verdict == "NO GO"


def test_nothing_asked_is_not_success() -> None:
    assert run({}).verdict == "PENDING"


def test_what_was_launched_as_a_part_stays_one_though_every_task_has_passed() -> None:
    outcome = run({"A": (BLOCKS, "passed"), "B": (LOW, "passed")}, partial=True)
    assert outcome.verdict == "PENDING"
    assert "2 of 2 tasks" in outcome.rule


def test_a_failure_counts_for_what_was_asked_for() -> None:
    """B needs A and blocks, but nobody asked for B."""
    tasks: dict[str, tuple[Impact | None, Verdict | None]] = {
        "A": (LOW, "failed"),
        "B": (BLOCKS, None),
    }
    outcome = run(tasks, (("B", "hard", "A"),), frozenset("A"), partial=True)
    assert (outcome.verdict, outcome.deciding) == ("PENDING", ())
    assert "A (failed)" in outcome.rule


def test_only_of_a_skipped_task_is_said_who_skipped_it() -> None:
    tasks: dict[str, tuple[Impact | None, Verdict | None]] = {
        "A": (BLOCKS, "skipped"),
        "B": (BLOCKS, "failed"),
    }
    rule = run(tasks, skipped={"B": "ann"}).rule
    assert "A (skipped), B (failed)" in rule
