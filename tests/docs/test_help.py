"""The help: every command has its place and an example; nothing to show is said."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import click
import pytest

from tmuxplan.cli import SECTIONS, VERBS, group


def test_every_command_has_its_place() -> None:
    placed = [verb for verbs in SECTIONS.values() for verb in verbs.split()]
    assert sorted(placed) == sorted(VERBS)


@pytest.mark.parametrize("verb", VERBS)
def test_every_command_has_an_example(verb: str) -> None:
    command = group.get_command(click.Context(group), verb)
    assert command is not None
    shown = command.get_help(click.Context(command, info_name=f"tmuxplan {verb}"))
    assert "Example" in shown
    assert f"tmuxplan {verb}" in shown.partition("Example")[2]


def test_the_example_of_init_works_as_typed_in_any_directory(tmp_path: Path) -> None:
    (tmp_path / "Makefile").write_text("test:\n\ttrue\n")
    command = group.get_command(click.Context(group), "init")
    assert command is not None
    lines = (line.split("    ")[0].split() for line in (command.epilog or "").splitlines())
    (words,) = (line for line in lines if "--from" in line)
    done = subprocess.run(
        [sys.executable, "-m", *words], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (0, ""), done.stderr


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["runs"], 0, "no runs here yet; start one: tmuxplan launch PLAN"),
        (["status"], 2, "launch a plan first"),
        (["collect"], 2, "launch a plan first"),
        (["clean", "--all"], 2, "there is nothing to remove"),
        (["logs"], 2, "name a task, such as T004"),
        (["launch"], 2, "`tmuxplan init` writes one"),
        (["skip", "T1"], 2, "say why: --reason"),
        (["init", "x/y.md"], 2, "x: no such directory; make it: mkdir -p "),
        (["completion"], 2, "Missing argument"),
        (["lunch"], 2, "did you mean 'launch'?"),
    ],
)
def test_nothing_to_show_is_said(tmp_path: Path, words: list[str], code: int, said: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tmuxplan", *words],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (code, "")
    assert said in done.stderr
