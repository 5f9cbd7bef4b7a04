"""A task's syntax is its own shell's: what only zsh can read is no error of a task of zsh."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tmuxplan import machine
from tmuxplan.lint.launching import syntax_errors
from tmuxplan.plan.parse import parse

ONLY_ZSH = "for f (a b) { echo $f }\necho ${${:-abc}:u}"


def told(commands: str, shell: str) -> list[str]:
    meta = f"**Shell:** {shell}\n\n" if shell else ""
    text = f"# P\n\n## TASK 001: One\n\n{meta}```bash\n{commands}\n```\n"
    return [
        problem.remedy
        for problem in syntax_errors(parse(text.encode(), "p.md"), machine.syntax_error)
    ]


def test_each_shell_reads_its_own() -> None:
    assert told(ONLY_ZSH, "zsh -f") == []
    assert "`bash -n`" in told(ONLY_ZSH, "")[0]
    assert "`bash -n`" in told(ONLY_ZSH, "dash")[0]
    if shutil.which("zsh"):
        assert "`zsh -n`" in told("if then (((", "zsh")[0]


def test_nothing_that_a_plan_or_a_person_names_is_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Looking at a plan runs none of its words, and no start-up file."""
    evil = tmp_path / "zsh"
    evil.write_text(f"#!/bin/sh\ntouch {tmp_path}/ran\n")
    evil.chmod(0o755)
    (tmp_path / ".zshenv").write_text(f"touch {tmp_path}/ran\n")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("ZDOTDIR", str(tmp_path))
    monkeypatch.setenv("BASH_ENV", str(tmp_path / ".zshenv"))
    told("if then (((", str(evil))
    told("if then (((", "")
    assert not (tmp_path / "ran").exists()


def test_a_shell_that_does_not_come_to_an_end_is_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "bash").write_text("#!/bin/sh\nexec /bin/sleep 60\n")
    (tmp_path / "bash").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(machine, "_READING_S", 0.1)
    assert "0.1 s" in machine.syntax_error("if then")
