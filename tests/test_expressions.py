"""Expressions that would take all memory are refused before anybody compiles them."""

from __future__ import annotations

import pytest

from tmuxplan.config.read import read
from tmuxplan.expressions import MOST_PARTS, parts, refusal
from tmuxplan.judge.criteria import compiled
from tmuxplan.plan.parse import parse


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 0),
        ("abc", 3),
        ("a{3}", 3),
        ("a{2,5}?", 5),
        ("a{,7}", 7),
        ("a{4,}+", 4),
        (r"\{1000\}", 6),
        ("(ab){10}c", 21),
        ("(?:(?:a{10}){10}){10}", 1000),
        (r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}", 4 + 2 * 4 + 4),
        ("{", 0),
        ("{x}", 2),
        ("){5}", 0),
    ],
)
def test_parts_are_counted_as_they_are_written_out(text: str, count: int) -> None:
    assert count <= parts(text) <= count * 1.2 + 4  # `?:` are taken for parts


BOMBS = (
    "a{1000000000}",
    "a{,1000000000}",
    "a{99999999999999999999}",
    "(?:(?:a{1000}){1000}){1000}",
    "(?:" * 30 + "a" + "){9}" * 30,
    "(([(]a{1000}){1000}){1000}",
    "((a{1000}[)]){1000}){1000}",
    "[]a{3}](?:b{1000}){1000}",
    "(?x) a # [\n {1000000}",
    "(?x)(?:a{1000}) # no part\n {1000}",
    "(?:a{1000})(?#no part){1000}",
)


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_bomb_is_refused_wherever_it_stands(bomb: str) -> None:
    assert f"more than {MOST_PARTS} parts" in refusal(bomb)
    assert compiled(bomb) is None
    quoted = bomb.replace("'", "''").replace("\n", "\n\n")
    (problem,) = read(f"markers: {{failure: ['{quoted}']}}", "tmuxplan.yaml").problems
    assert "parts" in problem.message
    if "\n" not in bomb:
        text = (
            f"# P\n\n## TASK 001: One\n\n```bash\ntrue\n```\n\n### Success Criteria\n- `~ {bomb}`\n"
        )
        codes = [problem.code for problem in parse(text.encode(), "plan.md").problems]
        assert codes == ["bad-regex"]


def test_what_people_write_is_no_bomb() -> None:
    uuid = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
    for text in (" ".join([uuid] * 9), r"(?:.{1,200}\n){1,50}", r"(?x) \d{3} # three", "[[a]"):
        assert refusal(text) == ""
    assert refusal("(") == "missing ) at position 1"
    assert "incompatible" in refusal("(?a)(?u)x")
    assert refusal("(" * 5000 + ")" * 5000)
