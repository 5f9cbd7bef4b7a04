"""ShellCheck's findings stand at the plan's lines. Needs the real one."""

from __future__ import annotations

from pathlib import Path

import pytest
from linting import FIRST, many, one

from tmuxplan.integrations import shellcheck
from tmuxplan.library import checking
from tmuxplan.plan.model import Plan

needs_it = pytest.mark.skipif(
    shellcheck.installed() is None, reason="shellcheck is not installed (the extra of that name)"
)


@needs_it
def test_a_finding_is_at_the_plans_line_and_words() -> None:
    plan = one('make\nfor f in $(ls *.txt); do\n  rm "$f"\ndone\nx=`date')
    assert shellcheck.findings(plan) != ()
    (problem,) = shellcheck.findings(one("make\ncat $(date)"))
    assert (problem.code, problem.line, problem.severity) == ("SC2046", FIRST + 1, "warning")
    assert (problem.column, problem.length) == (5, 7)


@needs_it
def test_each_task_and_what_a_plan_may_do() -> None:
    fine = 'cd somewhere\nsource .venv/bin/activate\nunused=1\necho "$given"'
    plan = many(("", fine), ("", "cat $(date)"), ("", fine))
    assert [p.line for p in shellcheck.findings(plan)] == [
        plan.tasks[1].blocks[0].line,
    ]


def test_without_it_nothing_is_found_and_nothing_is_wrong() -> None:
    assert shellcheck.findings(one("cat $(date)"), "/nowhere/shellcheck") == ()


@needs_it
def test_blocks_of_one_task_are_one_script_each_at_its_own_lines() -> None:
    plan = one("made=1 \\\n```\n\nMore of it.\n\n```bash\nmake\ncat $(date)")
    assert len(plan.tasks[0].blocks) == 2
    (problem,) = (p for p in shellcheck.findings(plan) if p.code == "SC2046")
    assert plan.source.split("\n")[problem.line - 1] == "cat $(date)"
    assert (problem.column, problem.length) == (5, 7)


def left_out(plan: Plan) -> list[int]:
    return [p.line for p in shellcheck.findings(plan) if p.code == "shellcheck-left-out"]


@needs_it
@pytest.mark.parametrize(
    "commands",
    [
        "echo a" + " && cat" * 20_000,
        "echo a" + " |\ncat" * 20_000,
        "echo a" + " \\\n&& cat" * 400,
        "make\n" * 20_000,
        "echo " + "$(echo " * 40 + "x" + ")" * 40,  # only its time tells
    ],
)
def test_what_it_takes_minutes_for_is_left_out_and_said(commands: str) -> None:
    assert left_out(one(commands)) == [FIRST]


@needs_it
def test_who_stands_beside_such_a_task_is_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shellcheck, "_PATIENCE_S", 2.0)
    deep = "echo " + "$(echo " * 40 + "x" + ")" * 40
    plan = many(("", "cat $(date)"), ("", deep), ("", "cat $(date)"))
    found = {p.line: p.code for p in shellcheck.findings(plan)}
    first, second, third = (task.blocks[0].line for task in plan.tasks)
    assert found == {first: "SC2046", second: "shellcheck-left-out", third: "SC2046"}


@needs_it
def test_long_commands_as_people_write_them_are_not_left_out() -> None:
    lists = "\n".join(["cd a && make && make test || exit 1"] * 150)
    assert left_out(one(lists + "\necho a" + " \\\n&& cat" * 40)) == []


def test_where_it_does_not_know_our_options_nothing_is_said(tmp_path: Path) -> None:
    old = tmp_path / "shellcheck"
    old.write_text("#!/bin/sh\necho usage >&2; exit 4\n")
    old.chmod(0o755)
    assert shellcheck.findings(one("cat $(date)"), str(old)) == ()


def test_an_answer_that_is_none_is_no_praise(tmp_path: Path) -> None:
    broken = tmp_path / "shellcheck"
    broken.write_text("#!/bin/sh\nkill -9 $$\n")
    broken.chmod(0o755)
    (problem,) = shellcheck.findings(one("cat $(date)"), str(broken))
    assert problem.code == "shellcheck-left-out"


@needs_it
@pytest.mark.parametrize("most", [10, 1_000])
def test_a_large_plan_is_asked_about_only_where_somebody_wants_it(
    most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checking, "_MOST_ASKED", most)
    plan = one("make\ncat $(date)")

    def codes(asked: bool | None) -> set[str]:
        return {p.code for p in checking.examine(plan, with_shellcheck=asked).problems}

    wanted, unasked, unwanted = codes(True), codes(None), codes(False)
    assert "SC2046" in wanted
    assert unasked - unwanted == ({"SC2046"} if most > 10 else {"shellcheck-left-out"})
