"""ShellCheck's findings stand at the plan's lines. Needs the real one."""

from __future__ import annotations

import pytest
from linting import FIRST, many, one

from tmuxplan.integrations import shellcheck

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
