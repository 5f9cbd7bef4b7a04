"""Nothing that steers a terminal gets through, and nothing else is lost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tmuxplan.judge.clean import clean, one_line, pieces


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain ünïcode ✗ 🔥", "plain ünïcode ✗ 🔥"),
        ("tab\there\nline", "tab\there\nline"),
        ("\x1b[1;31mred\x1b[0m", "red"),
        ("a\x1b[38;2;1;2;3mb\x1b[?25lc", "abc"),
        ("a\x1b]0;title\x07b", "ab"),
        ("a\x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\b", "alinkb"),
        ("a\x1bPdcs\x1b\\b\x1b_apc\x1b\\c\x1b^pm\x1b\\d", "abcd"),
        ("a\x1b]0;never ends\nb", "a\nb"),
        ("a\x1b[31", "a"),
        ("a\x1b", "a"),
        ("a\x1b(Bb\x1b=c\x1bMd", "abcd"),
        ("a\x9b31mb\x9d0;t\x9cc", "abc"),
        ("\x1b\x1b[31m[2J", "[2J"),
        ("a\x07\x00\x7fb", "ab"),
        ("a\r\nb", "a\nb"),
        ("10%\r100%\n", "10% 100%\n"),
        ("B\x08Bo\x08ol\x08ld\x08d", "Bold"),
        ("a\u202eb\u2066c", "abc"),
        ("a\u2028b", "a b"),
        ("a\ud800b", "a?b"),
    ],
)
def test_clean(text: str, shown: str) -> None:
    assert clean(text) == shown


@given(st.text(st.characters(codec=None), max_size=60))
def test_whatever_comes_in_nothing_steers_a_terminal(text: str) -> None:
    shown = clean(text)
    shown.encode()
    bad = [c for c in shown if (ord(c) < 32 and c not in "\n\t") or 127 <= ord(c) < 160]
    assert bad == []
    assert clean(shown) == shown


def test_one_line_is_one_line_and_short() -> None:
    assert one_line("a\n  b\tc\x1b[2J", 300) == "a b c"
    assert one_line("x" * 400, 300) == "x" * 299 + "…"


def test_pieces_of_a_line() -> None:
    assert pieces("  10%\r\x1b[31m 50%\r\r done \n") == ("10%", "50%", "done")
    assert pieces(" \r ") == ()
