"""The plan that this project began with, where the machine has it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tmuxplan.plan.model import Plan
from tmuxplan.plan.parse import parse

SEED = (
    Path(os.environ.get("TMUXPLAN_SHARED", Path(__file__).parents[3] / "shared"))
    / "seed"
    / "TERMINAL_EXECUTION_PLAN.md"
)
pytestmark = pytest.mark.skipif(not SEED.exists(), reason="the seed plan is not on this machine")


@pytest.fixture(scope="module")
def seed() -> Plan:
    return parse(SEED.read_bytes(), "plan.md")


def test_ten_tasks_with_their_values(seed):
    assert [t.id for t in seed.tasks] == [f"T{n:03}" for n in range(1, 11)]
    assert [t.line for t in seed.tasks] == [18, 71, 113, 181, 239, 287, 345, 400, 470, 519]
    assert [b.line for t in seed.tasks for b in t.blocks] == [
        30,
        83,
        125,
        193,
        251,
        299,
        357,
        412,
        482,
        531,
    ]
    assert [t.terminal.text for t in seed.tasks if t.terminal] == [f"#{n}" for n in range(1, 11)]
    assert [len(t.criteria) for t in seed.tasks] == [3, 3, 3, 3, 3, 2, 3, 3, 3, 3]
    assert [len(t.recovery) for t in seed.tasks] == [3, 3, 3, 3, 3, 3, 2, 3, 3, 3]
    assert [t.id for t in seed.tasks if not t.blocks_the_run] == ["T005", "T007"]
    low = sum(t.estimate.low_s for t in seed.tasks if t.estimate)
    high = sum(t.estimate.high_s for t in seed.tasks if t.estimate)
    assert (low, high) == (140 * 60, 200 * 60)


def test_edges(seed):
    blanket = [f"T010<T{n:03}:{'soft' if n in (1, 7) else 'hard'}" for n in range(1, 10)]
    assert [f"{e.task}<{e.on}:{e.kind}" for e in seed.edges] == [
        *("T001<T004:hard", "T001<T008:hard", "T003<T001:soft", "T004<T008:hard"),
        *blanket,
    ]
    assert [t.id for t in seed.tasks if t.preconditions] == ["T003", "T004", "T006", "T009"]


def test_protocol_template_claims_and_what_is_loose(seed):
    protocol = seed.protocol
    assert (protocol.retries, protocol.max_failures, protocol.issues_dir) == (3, 3, "plans/issues/")
    assert seed.template is not None
    assert seed.template.line == 699
    assert "- [ ] NO GO - Blocking issues:" in seed.template.text
    assert [block.line for block in seed.loose] == [660]
    assert seed.claims.total_tasks is not None
    assert (seed.claims.total_tasks.text, seed.claims.total_tasks.line) == ("10", 11)


def test_heredocs_are_whole_and_mended(seed):
    assert 'print(f"✓ Table' in seed.task("T004").blocks[0].text
    last = seed.task("T010").blocks[0].text
    assert last.count("- [ ]") == 33
    assert "\n## Backend\n" in last


def test_problems_are_warnings_only(seed):
    assert {p.severity for p in seed.problems} == {"warning"}
    assert [(p.code, p.line) for p in seed.problems] == [
        ("dependency-conflict", 22),
        ("encoding-damage", 219),
        ("dependency-conflict", 291),
        ("dependency-conflict", 474),
    ]
