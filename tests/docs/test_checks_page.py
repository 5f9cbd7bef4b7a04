"""docs/checks.md is current, and says of every code what is true: its example brings it about."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tmuxplan.library.checking import examine
from tmuxplan.library.reading import load
from tmuxplan.lint.catalogue import BY_NAME, is_code, nearest
from tmuxplan.lint.codes.code import Code
from tmuxplan.lint.table import RULES

ROOT = Path(__file__).parents[2]
# These need a file that is no text, or one that is too large, or ShellCheck.
ELSEWHERE = {"encoding", "bad-settings", "too-many-edges", "shellcheck-left-out"}


def test_it_is_current() -> None:
    asked = subprocess.run(
        [sys.executable, "scripts/checks_page.py"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    written = (ROOT / "docs/checks.md").read_text("utf-8")
    assert written == asked.stdout, "docs/checks.md is not current: run scripts/docs"


def test_every_rule_is_in_it_with_its_severity() -> None:
    for rule in RULES:
        assert BY_NAME[rule.code].severity in (rule.severity, "either"), rule.code


def test_every_code_that_stands_in_the_program_is_in_it() -> None:
    """Whatever is the first word of a problem: `problems.error("code"`, `Problem("code"`."""
    found = set()
    called = r"(?:problems\.(?:error|warning)|\breport|\bProblem|_note|WrongError)\("
    pattern = re.compile(rf"{called}\s*(?:code=)?\"([a-z-]+)\"")
    for path in (ROOT / "tmuxplan").rglob("*.py"):
        found |= set(pattern.findall(path.read_text("utf-8")))
    assert found - set(BY_NAME) == set()
    assert len(found) > 30  # the pattern still finds them


def written(code: Code, folder: Path) -> Path:
    """The example as a plan: commands become a task's, several files a directory."""
    if code.example.startswith("==>"):
        for part in code.example.split("==> ")[1:]:
            name, _, text = part.partition(" <==\n")
            (folder / name).write_text(text, "utf-8")
        return folder
    whole = code.example.startswith(("# P", "# R", "# A", "---"))
    task = f"# P\n\n## Task 1: A\n\n```bash\n{code.example}\n```\n"
    (folder / "plan.md").write_text(code.example + "\n" if whole else task, "utf-8")
    return folder / "plan.md"


@pytest.mark.parametrize("name", sorted(set(BY_NAME) - ELSEWHERE))
def test_its_example_brings_it_about(name: str, tmp_path: Path) -> None:
    code = BY_NAME[name]
    found = examine(load(written(code, tmp_path))).problems
    mine = [problem for problem in found if problem.code == name]
    assert mine, [str(problem) for problem in found]
    assert {problem.severity for problem in mine} <= (
        {"error", "warning"} if code.severity == "either" else {code.severity}
    )
    assert name in ELSEWHERE or code.example


def test_each_text_is_a_sentence_and_no_code_is_named_twice() -> None:
    for code in BY_NAME.values():
        for text in (code.what, code.why, code.remedy):
            assert text[0].isupper() or text[0] in '`"0123456789', (code.name, text)
            assert text.endswith((".", '."')), (code.name, text)


def test_codes_and_the_nearest_of_them() -> None:
    assert is_code("placeholder")
    assert is_code("SC2086")
    assert not is_code("SC1")
    assert not is_code("placeholders")
    assert nearest("placeholders") == "placeholder"
    assert nearest("Masked_Pipeline") == "masked-pipeline"
    assert nearest("") in BY_NAME
