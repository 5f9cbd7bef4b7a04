"""`watch` on terminals of every kind: what is sent to each, byte for byte."""

from __future__ import annotations

import re

import pexpect
import pytest
from e2e import PROGRAM, Site, plan, task

COLOUR = re.compile(rb"\x1b\[[0-9;]*?(?:3[0-7]|4[0-7]|9[0-7]|10[0-7]|38;|48;)[0-9;]*m")
MANY_COLOURS = re.compile(rb"\x1b\[(?:[0-9;]*;)?[34]8;[25];")


def _watch(site: Site, **env: str) -> tuple[bytes, pexpect.spawn]:
    """What it sends until it is drawn; then q, and its end."""
    program, *words = (*PROGRAM, "watch")
    child = pexpect.spawn(
        program,
        words,
        cwd=str(site.folder),
        env={**site.env, **env},
        dimensions=(24, 80),
        timeout=20,
    )
    child.expect("help")
    sent = bytes(child.before)
    child.send("q")
    child.expect(pexpect.EOF)
    child.close()
    return sent, child


@pytest.fixture
def ended(site: Site) -> Site:
    site.write(plan(task(1, "true"), task(2, "echo 'FAIL: no'", impact="High")))
    assert site.launch("plan.md", "--yes", "--wait").code == 1
    return site


TERMINALS = {
    "xterm-256color": True,
    "xterm-16color": True,
    "screen": True,
    "linux": True,
    "vt100": False,
    "vt220": False,
}


def test_each_terminal_gets_its_own_sixteen_colours_or_none(ended: Site) -> None:
    for term, coloured in TERMINALS.items():
        sent, child = _watch(ended, TERM=term, COLORTERM="")
        assert child.exitstatus == 0, term
        assert b"NO GO" in sent, term
        assert bool(COLOUR.search(sent)) == coloured, term
        assert not MANY_COLOURS.search(sent), term


def test_no_color_is_honoured(ended: Site) -> None:
    sent, _ = _watch(ended, NO_COLOR="1")
    assert not COLOUR.search(sent)


def test_a_dumb_terminal_gets_the_table(ended: Site) -> None:
    child = pexpect.spawn(
        PROGRAM[0],
        [*PROGRAM[1:], "watch"],
        cwd=str(ended.folder),
        env={**ended.env, "TERM": "dumb"},
        timeout=20,
    )
    child.expect("NO GO")
    child.expect(pexpect.EOF)
    assert b"\x1b[" not in child.before


def test_the_terminal_is_left_as_it_was(ended: Site) -> None:
    _, child = _watch(ended)
    after = bytes(child.before)
    for restored in (b"\x1b[?1049l", b"\x1b[?25h", b"\x1b[?1000l"):
        assert restored in after
