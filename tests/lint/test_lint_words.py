"""Words that are split at their blanks are those of the syntax."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tmuxplan.lint.words import words
from tmuxplan.shell.syntax import parse, source, walk

WORDS = st.text(st.sampled_from("ab1./:=@%+,-_é"), min_size=1, max_size=6)


@given(st.lists(WORDS, min_size=1, max_size=5), st.sampled_from([" ", "  "]))
def test_split_words_are_those_of_the_syntax(parts: list[str], gap: str) -> None:
    text = gap.join(parts)
    for node in walk(parse(text)):
        if node.type == "command":
            assert words(node, source(node)) == words(node, "")
