"""Which runs `clean` takes, and what it says of those that stay."""

from __future__ import annotations

import pytest

from tmuxplan.library.cleaning.choice import Candidate, Wanted, choose

NOW = 1_000_000.0
DAY = 86_400.0
RUNS = (
    Candidate("live", "live", NOW),
    Candidate("go-1", "go", NOW - 1 * DAY),
    Candidate("kept", "go", NOW - 2 * DAY, running=("T1 process 5",)),
    Candidate("no-go", "no-go", NOW - 3 * DAY),
    Candidate("dead", "dead", NOW - 4 * DAY),
    Candidate("works", "dead", NOW - 5 * DAY, running=("T1 process 6",)),
    Candidate("strange", "unreadable", NOW - 6 * DAY, odd="it holds nothing of a run"),
    Candidate("broken", "unreadable", NOW - 7 * DAY),
)
"""Newest first, as `journal.folder.runs` gives them."""


@pytest.mark.parametrize(
    ("wanted", "goes", "stays"),
    [
        (
            Wanted(),
            ["go-1", "no-go", "broken"],
            ["live", "kept", "dead", "works", "strange"],
        ),
        (Wanted(keep=4), ["broken"], ["dead", "works", "strange"]),
        (Wanted(keep=99), [], []),
        (Wanted(older_s=2.5 * DAY), ["no-go", "broken"], ["dead", "works", "strange"]),
        (Wanted(states=("go",)), ["go-1"], ["kept"]),
        (Wanted(states=("dead",)), ["dead"], ["works"]),
        (Wanted(states=("go", "no-go"), older_s=2.5 * DAY), ["no-go"], []),
        (Wanted(ids=("dead",)), ["dead"], []),
        (Wanted(ids=("works", "live")), [], ["live", "works"]),
        (Wanted(ids=("go-1",), keep=2), [], []),
    ],
)
def test_choice(wanted: Wanted, goes: list[str], stays: list[str]) -> None:
    found = choose(RUNS, wanted, NOW)
    assert [one.id for one in found.goes] == goes
    assert [one.id for one, _ in found.stays] == stays


def test_who_stays_says_why_and_what_to_do() -> None:
    said = {one.id: why for one, why in choose(RUNS, Wanted(), NOW).stays}
    assert "tmuxplan stop --run live" in said["live"]
    assert "T1 process 5" in said["kept"]
    assert "tmuxplan resume dead" in said["dead"]
    assert "tmuxplan stop --run works" in said["works"]
    assert "nothing of a run" in said["strange"]
