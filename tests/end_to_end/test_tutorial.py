"""The tutorial and the README: their files are written, their commands run and print that."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from e2e import ROOT, Site

_FENCE = re.compile(r"^(`{3,})(\w+)(?: title=\"([^\"]+)\")?\n(.*?)^\1$", re.MULTILINE | re.DOTALL)
_VARIES = (
    (re.compile(r"\d{8}-\d{6}-[0-9a-f]{4}"), "RUN"),
    (re.compile(r"\b\d+\.\d s\b"), "N s"),
    (re.compile(r"\b0:00:\d\d\b"), "TIME"),
)


class Said(NamedTuple):
    """A command of the page, and the lines that it says come of it."""

    command: str
    lines: list[str]


def pieces(page: str) -> Iterator[tuple[str, str] | list[Said]]:
    """Files as name and text, and console blocks, in their order."""
    for _, kind, title, text in _FENCE.findall(page):
        if title:
            yield title, text
        elif kind == "console":
            yield list(_console(text))


def _console(text: str) -> Iterator[Said]:
    for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
        command, *lines = part.splitlines()
        yield Said(command, lines)


def typed(site: Site, block: list[Said]) -> list[list[str]]:
    """What each command of a block printed, in one shell."""
    script = "".join(
        f"(exit $last); {said.command}\nlast=$?; printf '\\n@@@\\n'\n" for said in block
    )
    done = subprocess.run(
        ["bash", "-c", f"last=0\n{script}"],
        cwd=site.folder,
        env={**site.env, "PATH": f"{site.folder.parent / 'bin'}:{os.environ['PATH']}"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=60,
        check=False,
    )
    return [part.strip("\n").splitlines() for part in done.stdout.split("\n@@@\n")[:-1]]


def plain(line: str) -> str:
    for pattern, word in _VARIES:
        line = pattern.sub(word, line)
    return line.rstrip()


def fits(expected: list[str], found: list[str]) -> str:
    """The first line of the page that was not printed where it says; empty: all were. `...`
    stands for any lines, and at a line's end for the rest of it."""
    at, gap = 0, False
    for line in expected:
        if line == "...":
            gap = True
            continue
        places = range(at, len(found)) if gap else range(at, min(at + 1, len(found)))
        there = next((n for n in places if _same(plain(line), plain(found[n]))), None)
        if there is None:
            return line
        at, gap = there + 1, False
    return "" if gap or at >= len(found) else f"nothing, and there is: {found[at]}"


def _same(expected: str, found: str) -> bool:
    begin, dots, rest = expected.partition("...")
    return found.startswith(begin.rstrip()) if dots and not rest else expected == found


@pytest.mark.parametrize(
    ("expected", "found", "missing"),
    [
        (["a", "..."], ["a", "b"], ""),
        (["...", "b"], ["a", "b"], ""),
        (["b"], ["a", "b"], "b"),
        (["a"], ["a", "b"], "nothing, and there is: b"),
        (["a ..."], ["a b c"], ""),
        (["0:00:07 took 1.2 s"], ["0:00:01 took 0.1 s"], ""),
        (["...", "c"], ["a", "b"], "c"),
    ],
)
def test_the_comparison(expected: list[str], found: list[str], missing: str) -> None:
    assert fits(expected, found) == missing


@pytest.mark.tmux
@pytest.mark.parametrize(("page", "commands"), [("docs/tutorial.md", 20), ("README.md", 1)])
def test_every_command(tmux_site: Site, page: str, commands: int) -> None:
    site = tmux_site
    program = site.folder.parent / "bin/tmuxplan"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m tmuxplan "$@"\n')
    program.chmod(0o755)
    ran = 0
    for piece in pieces(Path(ROOT, page).read_text("utf-8")):
        if isinstance(piece, tuple):
            site.write(piece[1], piece[0])
            continue
        for said, found in zip(piece, typed(site, piece), strict=True):
            assert not fits(said.lines, found), (said.command, fits(said.lines, found), found)
            ran += 1
    assert ran >= commands
