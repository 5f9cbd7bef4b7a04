"""A plan full of traps: each is found at its line, and nothing in it is an error.

The traps are those of a plan that people really ran; ours has them in other words. Where the
real one is at hand, its table is checked too.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from linting import FACTS, found

from tmuxplan.library.freeze import rewritten
from tmuxplan.lint.facts import Facts
from tmuxplan.lint.rules import problems
from tmuxplan.plan.parse import parse

OURS = Path(__file__).parent / "traps.md"
SHARED = Path(os.environ.get("TMUXPLAN_SHARED", Path(__file__).parents[3] / "shared"))
SEED = SHARED / "seed" / "TERMINAL_EXECUTION_PLAN.md"

# What stands in the line (in which occurrence, from 1) -> the codes that are found there.
EXPECTED = [
    ("**Estimated Time:** 3 hours", 1, "claimed-time"),
    ("All 6 tasks are independent", 1, "claimed-independent"),
    ("cd /Users/kim/shop/api", 1, "missing-directory"),
    ("|| python3 -m venv", 1, "mixed-list"),
    ("--host 0.0.0.0", 1, "all-interfaces unsafe-retry"),
    ("sleep 4", 1, "no-readiness"),
    ("9100/alive", 1, "status-masked"),
    ("orders/callback", 1, "status-masked marker-against-criterion"),
    ("kill $API", 1, "ended-too-early"),
    ("API looked at.", 1, "marker-word exits-zero"),
    ("cd /Users/kim/shop/api", 2, "missing-directory"),
    ("source venv/bin/activate", 2, "undeclared-dependency"),
    ("uvicorn shop:app", 2, "shared-port unsafe-retry"),
    ("sleep 3", 1, "no-readiness"),
    ("9100/payments", 1, "criterion-unchecked"),
    ("pip install httpie", 1, "shared-environment"),
    ("Callbacks done", 1, "exits-zero"),
    ("(dry run)", 1, "false-dry-run"),
    ("alembic revision", 1, "failure-unmarked unsafe-retry missing-command"),
    ("os.getenv", 1, "dotenv-unread"),
    ("Missing DB_KEY", 1, "failure-unmarked"),
    ("cc orders list", 1, "misleading-name status-masked"),
    ("cd web && make", 1, "way-back"),
    ("# Launch the file", 1, "comment-only"),
    ("for plugin in", 1, "unmatched-glob"),
    ("9200/$plugin", 1, "mixed-list"),
    ("wc -l || echo 0", 1, "never-reached"),
    ("cut -d'='", 1, "cut-field"),
    ('"demo-*"', 1, "literal-glob"),
    ("$COUNT plugins", 1, "exits-zero"),
    ("/tmp/release_list.md", 1, "temporary-path"),
    ("Save to:", 1, "only-printed exits-zero"),
    ("are ticked", 1, "criterion-unshowable"),
    ('bash -c "$(sed', 1, "outside-tasks"),
]
ON_THE_FENCE = "outside-tasks"  # reported at the line before, where the fence begins


def _expected(text: str) -> set[tuple[int, str]]:
    table = set()
    for words, occurrence, codes in EXPECTED:
        numbers = [n for n, line in enumerate(text.split("\n"), 1) if words in line]
        for code in codes.split():
            table.add((numbers[occurrence - 1] - (code == ON_THE_FENCE), code))
    return table


def test_every_trap_of_our_own_plan_is_found_at_its_line() -> None:
    text = OURS.read_text(encoding="utf-8")
    every = {(p.line, p.code) for p in found(parse(text.encode(), "traps.md"))}
    assert sorted(_expected(text) - every) == []
    assert sorted(every - _expected(text)) == []


def test_traps_are_warnings_once_the_root_is_mapped(tmp_path: Path) -> None:
    plan = parse(OURS.read_bytes(), "traps.md")
    (tmp_path / "api").mkdir()
    here = rewritten(plan, {"/Users/kim/shop": str(tmp_path)}, {})
    facts = Facts(FACTS.which, lambda path: Path(path).is_dir(), FACTS.exists, FACTS.is_set)
    left = (*here.problems, *problems(here, facts, launching=True))
    assert [str(p) for p in left if p.severity == "error"] == []
    assert [p for p in left if p.code == "missing-directory"] == []


# (line, code) of the plan that these traps come from.
TABLE = {
    "claimed-independent": [12, 14],
    "claimed-time": [13, 650],
    "mixed-list": [33, 326],
    "all-interfaces": [39, 129],
    "unsafe-retry": [39, 129, 198],
    "no-readiness": [43, 131],
    "status-masked": [46, 47, 48, 254, 257, 258, 261, 264, 267, 270],
    "marker-against-criterion": [48],
    "ended-too-early": [53],
    "marker-word": [56, 272],
    "exits-zero": [56, 98, 166, 272, 331, 386, 455, 504, 590],
    "way-back": [90, 93, 96],
    "undeclared-dependency": [128, 195, 484],
    "shared-port": [129],
    "criterion-unchecked": [134, 149],
    "false-dry-run": [197],
    "failure-unmarked": [198, 223],
    "dotenv-unread": [208],
    "misleading-name": [254],
    "comment-only": [301],
    "unmatched-glob": [364],
    "never-reached": [382],
    "cut-field": [430],
    "literal-glob": [431],
    "shared-environment": [487],
    "coverage-elsewhere": [491, 501],
    "temporary-path": [534],
    "only-printed": [590],
    "criterion-unshowable": [594, 595, 596],
    "outside-tasks": [660],
    "missing-directory": [30, 83, 125, 193, 251, 299, 357, 412, 482, 531],
}


@pytest.mark.skipif(not SEED.exists(), reason="the seed plan is not on this machine")
@pytest.mark.parametrize("code", TABLE)
def test_the_plan_that_they_come_from(code: str) -> None:
    plan = parse(SEED.read_bytes(), str(SEED))
    assert [p.line for p in found(plan, code)] == TABLE[code]
