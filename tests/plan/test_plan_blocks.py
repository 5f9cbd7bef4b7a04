"""Blocks read line by line are the parser's."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tmuxplan.plan import blocks, markdown

HERE = Path(__file__).parents[2]
FILES = sorted(
    path
    for place in ("tests", "plans", "examples", "docs")
    for path in (HERE / place).rglob("*.md")
    if "node_modules" not in path.parts
)
MARKS = st.sampled_from(
    [
        *("# ", "## ", "###### ", "####### ", "#", "- ", "-", "* ", "+ ", "1. ", "2) ", "> "),
        *("```", "```bash", "````", "~~~", "```a`b", "---", "***", "* * *", "===", "_ _ _"),
        *("| a | b |", "|---|---|", "a | b", "--- | ---", ":--", "-|-", "<!-- c", "-->", "<div>"),
        *("</div>", "<pre>", "</pre>", "<details>", "</details>", "<summary>s</summary>"),
        *("text", "**Key:** value", "*a* b", "`code` b", "2 b", "2026", "[a]: b", "\\# x", "é"),
        *("- [ ] ", "- `$ true`", "C#", "x \\", "ends #", " ", "\t", "    ", "  ", "\x0c", "\xa0"),
    ]
)
LINES = st.lists(MARKS, max_size=3).map("".join)
TEXTS = st.lists(LINES, max_size=14).map("\n".join)


@given(TEXTS)
@example("- a\n\n  ```\n  b\n\n# c\n")
@example("```\na\n\n# b\n\n# c\n```\n# d")
@example("<!-- a\n\n# b\n\n# c\n-->\n\n# d")
@example("- a\nb\n\n# c\n- d\n\n e")
@example("- a \x0c")
@example("a\n``` b`\nc")
@example("- a\n```\nb\n```\n")
def test_any_text_is_read_as_the_parser_reads_it(text: str) -> None:
    assert blocks.read(text) == markdown.read(text)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_files_are_read_as_the_parser_reads_them(path: Path) -> None:
    text = path.read_text("utf-8", "surrogateescape")
    assert blocks.read(text) == markdown.read(text)


def test_a_plain_text_is_read_without_the_parser(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(markdown, "_parser")
    text = "# T\n\n**Time:** 1 min\n**Gate:** manual\n\n---\n\n```bash\n\nls\n```\n- a\n- `$ b`\n"
    assert [type(node).__name__ for node in blocks.read(text)] == [
        *("Heading", "Paragraph", "Fence", "Item", "Item")
    ]
