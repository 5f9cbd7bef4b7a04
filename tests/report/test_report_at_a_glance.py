"""The one-line form, by table."""

from __future__ import annotations

from typing import Any

import pytest

from tmuxplan.report.at_a_glance import about, glance
from tmuxplan.schedule.standing import Attention, Standing

ASKS = Attention("T004", "input", "Deploy?\x1b[31m [y/N]", 1)


@pytest.mark.parametrize(
    ("fields", "line"),
    [
        ({}, "3/10"),
        ({"failed": 1, "left_s": 230}, "3/10 ✗1 ~4m"),
        ({"failed": 1, "stopped": 2, "verdict": "NO GO"}, "3/10 ✗1 ⊘2 NO GO"),
        ({"left_s": 30, "attention": (ASKS,)}, "3/10 ~30s ❯T004 Deploy? [y/N]"),
        ({"attention": (ASKS, Attention("T5", "output"))}, "3/10 ❯T004 Deploy? [y/N] +1"),
        ({"attention": (Attention("T5", "output"),)}, "3/10 …T5"),
        ({"attention": (Attention("T6", "person"),)}, "3/10 ✎T6"),
        ({"paused": "ann", "left_s": 60}, "3/10 paused"),
        ({"paused": "ann", "stopping": "enough"}, "3/10 stopping"),
    ],
)
def test_the_line(fields: dict[str, Any], line: str) -> None:
    assert glance(Standing(total=10, ended=3, **fields)) == line


def test_without_a_supervisor_nothing_is_said_that_may_be_no_more() -> None:
    run = Standing(total=10, ended=3, failed=1, left_s=60, attention=(ASKS,))
    assert glance(run, alive=False) == "3/10 ✗1 dead"
    ended = Standing(total=10, ended=10, verdict="GO")
    assert glance(ended, alive=False) == "10/10 GO"


def test_a_long_question_is_cut() -> None:
    long = Attention("T1", "input", "really " * 50)
    assert len(glance(Standing(total=1, attention=(long,)))) < 60


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (None, ""),
        (0.2, "~1s"),
        (59, "~59s"),
        (60, "~1m"),
        (61, "~2m"),
        (3600, "~1h00m"),
        (7500, "~2h05m"),
    ],
)
def test_times_are_rounded_up(seconds: float | None, words: str) -> None:
    assert about(seconds) == words
