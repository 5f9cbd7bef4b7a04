"""Whether statements can be told: the quick answer is the long one's."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tmuxplan.shell.spans import can_be_told, spans
from tmuxplan.shell.syntax import parse

WORDS = st.sampled_from(
    """a b x=1 if then else fi for in do done while case esac { } ( ) ! time && || | & ; ;; # \\
    <<E E $(a) `a` ${a} "q" 'q' >f 2>&1 function f() echo [ ] [[ ]]""".split()  # noqa: SIM905
)
TEXTS = st.lists(st.tuples(WORDS, st.sampled_from([" ", "\n", "; ", ""])), max_size=14)


def told(text: str) -> tuple[bool, bool]:
    """By the quick way, and by the long one."""
    root, raw = parse(text), text.encode()
    return can_be_told(root, raw), spans(root, raw) is not None


@given(TEXTS)
def test_quick_and_long_agree(words: list[tuple[str, str]]) -> None:
    quick, long = told("".join(word + gap for word, gap in words))
    assert quick == long


@pytest.mark.parametrize(
    ("text", "can"),
    [
        ("", True),
        ("make\ncd a && b & c\n", True),
        ("if a; then b; fi", True),
        ("echo ${A} then fi", True),
        ("time { a; b; }", False),
        ("a && b; then", False),
        ("then>f", False),
        ("if a", False),
    ],
)
def test_what_can_be_told(text: str, can: bool) -> None:
    assert told(text) == (can, can)
