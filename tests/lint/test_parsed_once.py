"""Work is counted, not timed: each shell text is parsed once, whoever asks for it."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from click.testing import CliRunner
from linting import FACTS, FIRST, many, one
from tree_sitter import Parser

from tmuxplan.cli import group
from tmuxplan.journal.folder import RunFolder
from tmuxplan.library.attempts import Attempts
from tmuxplan.library.checking import examine
from tmuxplan.library.launchable import Launchable
from tmuxplan.library.options import Options
from tmuxplan.library.preparing import prepare
from tmuxplan.library.reading import load
from tmuxplan.library.understanding import plan_to_run
from tmuxplan.lint.reading import script_of
from tmuxplan.lint.rules import problems
from tmuxplan.plan.model import Block, Task
from tmuxplan.shell.steps import Shells, steps, suspects

TASKS = 6


def _plan(folder: Path) -> str:
    """Each task has one block and one check; nothing in them is looked at twice."""
    tasks = (
        f"## TASK {n:03d}: Do {n}\n\n```bash\nmake part{n} && echo {n}\nfor x in a b; do\n"
        f"  test -f $x{n}\ndone\n```\n\n### Success Criteria\n- `$ test -f out{n}`\n\n"
        for n in range(1, TASKS + 1)
    )
    path = folder / "plan.md"
    path.write_text("# P\n\n" + "".join(tasks))
    return str(path)


def _counted(wanted: Callable[[str, Any], bool], act: Callable[[], object]) -> int:
    """How often a call that is wanted happens while `act` runs."""
    found = 0

    def see(_: FrameType, event: str, what: Any) -> None:
        nonlocal found
        found += wanted(event, what)

    sys.setprofile(see)
    try:
        act()
    finally:
        sys.setprofile(None)
    return found


def _is_parse(event: str, what: Any) -> bool:
    return event == "c_call" and what.__name__ == "parse" and type(what.__self__) is Parser


def _is_call(event: str, _: Any) -> bool:
    return event in ("call", "c_call")


def test_a_check_parses_each_text_once(tmp_path: Path) -> None:
    plan = load(_plan(tmp_path))
    assert _counted(_is_parse, lambda: examine(plan)) == 2 * TASKS


def test_a_launch_is_checked_and_made_into_steps_by_the_same_parse(tmp_path: Path) -> None:
    plan = load(_plan(tmp_path))
    assert _counted(_is_parse, lambda: plan_to_run(plan, Options(cwd=str(tmp_path)))) == 2 * TASKS


def test_an_attempt_is_made_of_what_was_read_before(tmp_path: Path) -> None:
    plan, options = load(_plan(tmp_path)), Options(cwd=str(tmp_path))
    ready = prepare(Launchable(plan, plan_to_run(plan, options)), options)
    attempts = Attempts(RunFolder(tmp_path / "run"), ready.supplies)
    made = lambda: [attempts(task.id, 1, "ab12") for task in plan.tasks]  # noqa: E731
    assert _counted(_is_parse, made) == 0
    assert "make part1" in made()[0].script


@pytest.mark.parametrize("options", [(), ("--json",), ("--graph", "mermaid")])
def test_show_parses_each_text_once(tmp_path: Path, options: tuple[str, ...]) -> None:
    plan = _plan(tmp_path)
    shown = lambda: CliRunner().invoke(group, ["show", plan, *options], catch_exceptions=False)  # noqa: E731
    assert _counted(_is_parse, shown) == 2 * TASKS


def test_what_was_read_for_one_is_there_for_all() -> None:
    task = Task(id="T1", title="", line=1, blocks=(Block(1, "a && b\nc"), Block(9, "if")))
    shells = Shells()

    def ask() -> None:
        script_of(task, shells)
        assert [block.line for block in suspects(task, shells)] == [9]
        assert [each.text for each in steps(task, "p", shells=shells)[0]] == ["a && b", "c", "if"]

    assert _counted(_is_parse, ask) == 2


def test_shells_that_keep_no_statements_say_so() -> None:
    with pytest.raises(ValueError, match="keep no statements"):
        Shells(with_steps=False).statements("ls")


SHAPES: dict[str, Callable[[int], str]] = {
    "commands": lambda n: "\n".join(f"make part{k}" for k in range(n)),
    "one list": lambda n: " && ".join(f"cd d{k}" for k in range(n)),
    "one pipeline": lambda n: " | ".join(["cat x"] * n),
    "after a trap": lambda n: "trap x DEBUG\n" + "\n".join(f"make part{k}" for k in range(n)),
    "functions": lambda n: "\n".join(f"f{k}() {{ f{k + 1}; }}" for k in range(n)) + "\nf0",
    "arguments": lambda n: "find . " + "rm x " * n,
}


@pytest.mark.parametrize("shape", SHAPES)
def test_four_times_the_shell_takes_four_times_the_calls(shape: str) -> None:
    def calls(size: int) -> int:
        plan = one(SHAPES[shape](size))

        def work() -> None:
            shells = Shells()
            problems(plan, FACTS, shells=shells)
            steps(plan.tasks[0], "p", shells=shells)

        return _counted(_is_call, work)

    small, large = calls(100), calls(400)
    assert large < 5 * small  # a square would be 16 times


def test_a_list_of_thousands_is_no_recursion() -> None:
    plan = one(" && ".join(["make"] * 3000))
    (step,), _ = steps(plan.tasks[0], "p")
    assert step.text.count("make") == 3000
    assert problems(plan, FACTS) == ()


def test_only_what_may_be_outward_is_parsed_again() -> None:
    quiet = one("docker ps\ngit status\npython3 - <<'PY'\nprint()\nPY\nkubectl get pods\nnpm test")
    assert _counted(_is_parse, lambda: problems(quiet, FACTS)) == 1
    loud = one("docker ps\ngit push\nmake\nsudo -u x kubectl delete y\nmake > /dev/sda")
    assert _counted(_is_parse, lambda: problems(loud, FACTS)) == 1 + 3
    codes = [p.line for p in problems(loud, FACTS) if p.code == "outward"]
    assert codes == [FIRST + 1, FIRST + 3, FIRST + 4]


def test_equal_texts_of_many_tasks_are_still_each_at_their_own_lines() -> None:
    plan = many(*(("", "cd /nope\nmake") for _ in range(3)))
    shells = Shells()
    found = [p.line for p in problems(plan, FACTS, shells=shells) if p.code == "missing-directory"]
    assert found == [task.blocks[0].line for task in plan.tasks]
    lines = [[each.line for each in steps(t, "p", shells=shells)[0]] for t in plan.tasks]
    assert lines == [[t.blocks[0].line, t.blocks[0].line + 1] for t in plan.tasks]
