"""Problems as text: the excerpt with its caret, plain lines, and GitHub's escaping."""

from __future__ import annotations

import pytest

from tmuxplan.errors import Problem
from tmuxplan.report.problems import github, plain, pretty, summary

SOURCE = "# P\n\n\tcurl 日本 <ns> end\nx\n"
WARNING = Problem("placeholder", "error", "a/p.md", 3, "<ns> is one", "write it", 10, 4)
WHOLE = Problem("container", "warning", "p.md", 0, "50% of it,\nall: of it", "split")


def test_the_caret_is_under_the_words() -> None:
    expected = (
        "error[placeholder]: <ns> is one\n"
        " --> a/p.md:3:10\n"
        "3 |     curl 日本 <ns> end\n"
        "  |               ^^^^\n"
        "  = write it\n"
    )
    assert pretty((WARNING,), SOURCE) == expected


def test_a_problem_of_the_whole_file_has_no_excerpt() -> None:
    text = pretty((WHOLE,), SOURCE)
    assert text.split("\n")[1:3] == [" --> p.md", "  = split"]


def test_colour_only_where_it_is_asked_for() -> None:
    assert "\x1b[" not in pretty((WARNING, WHOLE), SOURCE)
    assert "\x1b[1;31m^^^^\x1b[0m" in pretty((WARNING,), SOURCE, colour=True)


@pytest.mark.parametrize("at", [0, 40, 400, 3900])
def test_a_long_line_is_cut_around_the_words(at: int) -> None:
    line = "a" * at + "<ns>" + "b" * (4000 - at)
    problem = Problem("placeholder", "error", "p.md", 1, "m", "r", at + 1, 4)
    _, _, excerpt, caret, *_ = pretty((problem,), line, width=60).split("\n")
    assert len(excerpt) <= 60
    assert excerpt[caret.index("^") : caret.rindex("^") + 1] == "<ns>"


def test_what_stands_in_a_plan_cannot_steer_the_terminal() -> None:
    source = "ls \x1b]0;title\x07\x1b[2J\u202e"
    problem = Problem("x", "warning", "\x1b[2Jp.md", 1, "\x1b[31mred", "\x07", 1, 2)
    for text in (pretty((problem,), source), plain((problem,))):
        assert not set(text) & {"\x1b", "\x07", "\u202e"}


def test_one_plain_line_for_each() -> None:
    assert plain((WARNING,)) == "a/p.md:3: error: <ns> is one [placeholder]; write it\n"
    assert plain((WHOLE,)).count("\n") == 1
    assert plain(()) == pretty((), "") == github(()) == ""


def test_annotations_are_escaped_as_github_reads_them() -> None:
    odd = Problem("x", "warning", "a,b:c%.md", 3, "50%,\nnext: one", "do")
    assert github((odd, WHOLE)) == (
        "::warning file=a%2Cb%3Ac%25.md,line=3,title=x::50%25,%0Anext: one; do\n"
        "::warning file=p.md,title=container::50%25 of it,%0Aall: of it; split\n"
    )
    assert github((WARNING,)).startswith(
        "::error file=a/p.md,line=3,title=placeholder,col=10,endColumn=14::"
    )


def test_the_sum() -> None:
    assert summary((WARNING, WHOLE, WHOLE)) == "1 error, 2 warnings"
