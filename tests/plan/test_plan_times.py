"""Durations as people write them."""

from __future__ import annotations

import pytest

from tmuxplan.plan.times import seconds


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("15-20 minutes", 15, 20),
        ("10–15 min", 10, 15),
        ("~10 min", 10, 10),
        ("2min", 2, 2),
        ("~30m", 30, 30),
        ("2h", 120, 120),
        ("1.5h", 90, 90),
        ("1,5 h", 90, 90),
        ("14.5 hours", 870, 870),
        ("4-6 hours for an expert", 240, 360),
        ("30 minutes to 1 hour", 30, 60),
        ("45m-1h", 45, 60),
        ("1h 30m", 90, 90),
        ("1h30m", 90, 90),
        ("1 hour, 30 minutes", 90, 90),
        ("90 seconds", 1.5, 1.5),
        ("~1 minute (target: <5 seconds)", 1, 1),
        ("20分", 20, 20),
        ("10-15 минут", 10, 15),
        ("85 小時", 5100, 5100),
        ("1 day", 1440, 1440),
        ("5 min per app, 20 min at most", 5, 5),
    ],
)
def test_durations(text, low, high):
    assert seconds(text) == (low * 60, high * 60)


@pytest.mark.parametrize(
    "text", ["", "Small", "Medium", "2 points", "58.6ms", "v1.2.3", "10", "3 months"]
)
def test_what_is_no_duration(text):
    assert seconds(text) is None
