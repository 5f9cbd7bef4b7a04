"""Which command of a block a comment expects to fail."""

from __future__ import annotations

import pytest

from tmuxplan.plan.model import Block, Task
from tmuxplan.shell.steps import steps

# commands; what is expected of each step
CASES = [
    ("make a # expected to fail\nmake b", ["failure", ""]),
    ("make a\nmake b   # this should exit 1", ["", "failure"]),
    ("# this should fail\nmake a\nmake b", ["failure", ""]),
    ("# one\n# should fail: no token\n# more of it\nmake a", ["failure"]),
    ("# should fail\n\nmake a", [""]),
    ("make a\n# should fail\n", [""]),
    ("curl -f http://x/none\n# → 404\nmake b", ["failure", ""]),
    ("curl -sf http://x  # → 404", ["failure"]),
    ("make a\n# Expected: exit 1\n\nmake b", ["failure", ""]),
    ("make a\n\n# Expected: exit 1\nmake b", ["", "failure"]),
    ("make a; make b # must fail", ["", "must fail"]),
    ("make \\\n  a # must fail\nmake b", ["must fail", ""]),
    ("make a &&\n  make b # must fail", ["must fail"]),
    ("for f in a b; do\n  # should fail\n  make $f # should fail\ndone", [""]),
    ("cat <<E\n# should fail\nE\nmake a", ["", ""]),
    ("cat <<'E' # should fail\nx\nE\nmake a", ["", ""]),
    ("echo '# should fail'", [""]),
    ("echo 'x # should fail' # should fail", ["failure"]),
    ("# should fail\n! make a", [""]),
    ("# must fail\nmake a || echo refused", [""]),
    ("# must fail\nif make a; then exit 1; fi", [""]),
    ("# must fail\n( make a; true )", [""]),
    ("# should fail\nmake a | tail -1", ["failure"]),
    ("# should fail\nmake a && exit 1", ["failure"]),
    ("./server & # should fail\nmake", ["", ""]),
    ("# should fail\n./server &\nmake", ["", ""]),
    ("make é  # should fail", ["failure"]),
]


@pytest.mark.parametrize(("commands", "expects"), CASES)
def test_a_comment_is_about_the_command_beside_it(commands: str, expects: list[str]) -> None:
    task = Task(id="T1", title="x", line=1, blocks=(Block(line=5, text=f"{commands}\n"),))
    found, problems = steps(task, "p.md")
    assert ([step.expects for step in found], problems) == (expects, ())


def test_what_the_plan_says_of_a_block_is_said_of_its_last_command() -> None:
    text = "make a # should fail\nmake b\nmake c\n"
    task = Task(id="T1", title="x", line=1, blocks=(Block(5, text, expects="must fail"),))
    assert [step.expects for step in steps(task, "p.md")[0]] == ["failure", "", "must fail"]
