"""Values of the command line that others must not read there: shown by real processes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

import pytest

TELL = """
import json, os, sys
{before}
from tmuxplan.unseen import hide
hide()
import psutil
left = [name for name in os.environ if name.startswith("_TMUXPLAN")]
given = sys.orig_argv[-len(sys.argv) + 1:]
print(json.dumps([sys.argv[1:], given, psutil.Process().cmdline(), left]))
"""
SECRET = "P=hunter2"
PLAIN = ["launch", "plan.md"]


def told(*words: str | bytes, before: str = "") -> tuple[list[Any], str]:
    """What a Python makes of these words, and what it says of it."""
    command = [sys.executable, "-c", TELL.format(before=before), *words]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    found: list[Any] = json.loads(done.stdout)
    return found, done.stderr


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        (["--set", SECRET], ["--set", "***"]),
        ([f"--set={SECRET}"], ["--set=***"]),
        (["--set", SECRET, "--yes", "--set", SECRET], ["--set", "***", "--yes", "--set", "***"]),
        (["--set", "--set", SECRET, f"--set={SECRET}"], None),
        (["--only", "--", "--set", SECRET], ["--only", "--", "--set", "***"]),
        (["--set", SECRET, "--set"], ["--set", "***", "--set"]),
        (["--set", ""], ["--set", "***"]),
        (["--set", "P=two\nlines ü"], ["--set", "***"]),
    ],
)
def test_the_program_has_the_words_and_its_command_line_does_not(
    words: list[str], shown: list[str] | None
) -> None:
    (argv, orig_argv, cmdline, left), said = told(*PLAIN, *words)
    assert (argv, orig_argv, left, said) == ([*PLAIN, *words], [*PLAIN, *words], [], "")
    assert shown is None or cmdline[3:] == [*PLAIN, *shown]
    assert cmdline.count("***") + cmdline.count("--set=***") > 0


def test_bytes_that_are_no_text_stay_what_they_are() -> None:
    (argv, _, cmdline, _), _ = told("--set", b"P=\xff\xe9")
    assert os.fsencode(argv[1]) == b"P=\xff\xe9"
    assert cmdline[3:] == ["--set", "***"]


def test_without_such_words_nothing_is_started_anew() -> None:
    words = ["launch", "--setting", "--env-file", "x", "--set"]
    (argv, _, cmdline, _), _ = told(*words, before="sys.executable = '/nowhere'")
    assert argv == cmdline[3:] == words


def test_words_that_python_code_made_up_stand_on_no_command_line() -> None:
    before = f"sys.argv[1:] = ['--set', '{SECRET}']; sys.executable = '/nowhere'"
    (argv, _, cmdline, _), said = told("else", before=before)
    assert (argv, cmdline[3:], said) == (["--set", SECRET], ["else"], "")


def test_who_can_t_start_anew_goes_on_and_says_what_others_see() -> None:
    (argv, _, _, left), said = told("--set", SECRET, before="sys.executable = '/nowhere'")
    assert (argv, left) == (["--set", SECRET], [])
    assert "--env-file keeps them from that" in said
    assert "hunter2" not in said


def test_a_variable_that_somebody_left_there_is_no_word_of_ours() -> None:
    before = "if sys.argv[2] != '***': os.environ['_TMUXPLAN_WORD_2'] = 'evil'"
    (argv, _, cmdline, _), _ = told("--set", SECRET, before=before)
    assert (argv, cmdline[3:]) == (["--set", SECRET], ["--set", "***"])


def test_who_has_no_such_words_does_not_even_import_it() -> None:
    command = [sys.executable, "-X", "importtime", "-m", "tmuxplan", "--help"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "tmuxplan.cli" in done.stderr
    assert "tmuxplan.unseen" not in done.stderr
