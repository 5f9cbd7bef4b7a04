"""A plan that is a directory is looked at as a whole; each finding names its own file and line."""

from __future__ import annotations

import shutil

from linting import FACTS

from tmuxplan.errors import Problem
from tmuxplan.integrations import shellcheck
from tmuxplan.lint.rules import problems
from tmuxplan.plan.directory import parse_directory, per_file
from tmuxplan.plan.model import Plan


def plan(**files: str) -> Plan:
    """`a01="commands"` is the file 01.md, which has them at its line 4; `b01` has more before."""
    made = {}
    for name, commands in files.items():
        text = commands
        if name[0] in "ab":
            more = "\n**Time:** 5 min\n" if name[0] == "b" else ""
            text = f"# Task {name[1:]}: Do {name}\n{more}\n```bash\n{commands}\n```\n"
        made[f"{name[1:]}.md" if name[0] in "ab" else f"{name}.md"] = text.encode()
    return parse_directory(made, "tasks")


def found(of: Plan, code: str) -> list[Problem]:
    return [problem for problem in problems(of, FACTS) if problem.code == code]


AT_ONCE = "# All\n\nAll tasks are independent and run in parallel.\n\n- 01.md\n- 02.md\n"


def test_tasks_of_two_files_that_take_the_same_port() -> None:
    both = plan(README=AT_ONCE, a01="true\nuvicorn a:b --port 8000 &", b02="\nuvicorn c:d &")
    (one,) = found(both, "shared-port")
    assert (one.file, one.line, one.column, one.length) == ("tasks/02.md", 7, 1, 11)
    assert one.message == (
        "T01 (01.md:5) and T02 both bind port 8000, and nothing in the plan keeps them apart: "
        "tmuxplan infers the lock `port:8000`"
    )
    assert "**Locks:** port:8000" in one.remedy
    after = plan(a01="uvicorn a:b --port 8000 &", a02="uvicorn c:d --port 8000 &")
    assert found(after, "shared-port") == []  # one after the other


def test_and_the_same_file_environment_or_worktree() -> None:
    both = plan(
        README=AT_ONCE,
        a01="python3 -m venv env\n. env/bin/activate\npip install a\necho >out.txt\n"
        "git commit -am x",
        a02=". env/bin/activate\npip install b\necho >out.txt\ngit commit -am y",
    )
    for code, line in (
        ("shared-environment", 5),
        ("shared-file", 6),
        ("shared-worktree", 7),
        ("undeclared-dependency", 4),
    ):
        (one,) = found(both, code)
        assert (one.file, one.line) == ("tasks/02.md", line), code


def test_what_another_file_makes_or_installs_counts() -> None:
    assert found(plan(a01="mkdir -p /srv/made", a02="cd /srv/made"), "missing-directory") == []
    assert found(plan(a01="pip install ruffle", a02="ruffle check"), "missing-command") == []
    (one,) = found(plan(a01="true", a02="true\ncd /srv/made"), "missing-directory")
    assert (one.file, one.line, one.column) == ("tasks/02.md", 5, 4)


def test_lines_of_the_same_file_are_lines_and_those_of_others_have_its_name() -> None:
    more = "\n\n# Failure Protocol\n\nRetry a failed task 3 times.\n"
    files = plan(README=AT_ONCE + more, a01="true", a02="gh release create v1")
    (one,) = found(files, "unsafe-retry")
    assert (one.file, one.line) == ("tasks/02.md", 4)
    assert one.message.startswith("README.md:11 retries T02 3 times")
    (one,) = found(plan(a01="./server &\nsleep 5"), "no-readiness")
    assert "(line 4)" in one.message


def test_what_a_manifest_claims_is_held_against_its_files() -> None:
    stated = AT_ONCE + "\n| Task | Depends On |\n|-|-|\n| 02 | 01 |\n"
    stated += "\n**Total time (serial):** 3 hours\n\nWould you like me to go on?\n\n"
    stated += "```bash\nmake all\n```\n"
    files = plan(README=stated, b01="true", b02="true")
    assert [(p.file, p.line) for p in found(files, "claimed-independent")] == [
        ("tasks/README.md", 3)
    ]
    assert "(line 10)" in found(files, "claimed-independent")[0].message
    assert [p.line for p in found(files, "claimed-time")] == [12]
    assert [p.line for p in found(files, "truncated")] == [14]
    (one,) = found(files, "outside-tasks")
    assert (one.file, one.line) == ("tasks/README.md", 16)
    assert found(files, "container") == []


def test_shellcheck_names_the_file() -> None:
    if shutil.which("shellcheck") is None:
        return
    files = plan(a01="true", a02="true\ncat $(date)")
    said = [p for file in per_file(files) for p in shellcheck.findings(file)]
    assert {(p.file, p.line) for p in said} == {("tasks/02.md", 5)}
