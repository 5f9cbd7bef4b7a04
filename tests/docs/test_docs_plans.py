"""Plans on the pages can be launched, and every option that a page names is there."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from tmuxplan import check, load
from tmuxplan.cli import VERBS, group

ROOT = Path(__file__).parents[2]
PAGES = sorted(
    path
    for path in [*(ROOT / "docs").glob("*.md"), ROOT / "README.md"]
    if path.name not in {"commands.md", "checks.md"}
)
_PLAN = re.compile(r"^````markdown title=\"([^\"]+)\"\n(.*?)^````$", re.MULTILINE | re.DOTALL)
_CALL = re.compile(r"(?<![\w/.-])tmuxplan ([a-z]+)\b((?: [^`\n|)>&;]*)?)")


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_plans_have_no_errors(page: Path, tmp_path: Path) -> None:
    for name, text in _PLAN.findall(page.read_text("utf-8")):
        (tmp_path / name).write_text(text)
        found = check(load(tmp_path / name))
        assert not [problem for problem in found if problem.severity == "error"], name


def calls(text: str) -> Iterator[tuple[str, list[str]]]:
    """Verb and words of every call of the program."""
    for verb, rest in _CALL.findall(text):
        if verb in VERBS:
            try:
                yield verb, shlex.split(rest, comments=True)
            except ValueError:  # a quotation that began before it, or ends behind it
                yield verb, rest.replace("'", " ").replace('"', " ").split()


def options(verb: str) -> set[str]:
    command = group.get_command(click.Context(group), verb)
    assert command is not None
    named = {name for each in command.params for name in (*each.opts, *each.secondary_opts)}
    return named | {"-h", "--help"}


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_options_exist(page: Path) -> None:
    for verb, words in calls(page.read_text("utf-8")):
        named = {word.partition("=")[0].rstrip(".,:") for word in words if word.startswith("-")}
        known = options(verb)
        assert named - {"-", "--"} <= known, f"{page.name}: tmuxplan {verb} {' '.join(words)}"


def test_calls_are_found() -> None:
    text = "run `tmuxplan logs T1 --tail 3`, or\n    tmuxplan status --nonsense\n(`tmuxplan watch`)"
    assert list(calls(text)) == [
        ("logs", ["T1", "--tail", "3"]),
        ("status", ["--nonsense"]),
        ("watch", []),
    ]
    assert "--nonsense" not in options("status")
