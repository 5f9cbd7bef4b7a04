"""Layers of settings: who wins, what is joined, and where each value was given."""

from __future__ import annotations

from tmuxplan.config.merge import merged
from tmuxplan.config.places import Layer
from tmuxplan.config.read import read
from tmuxplan.config.schema import Markers, Settings


def layer(text: str, file: str) -> Layer:
    reading = read(text, file)
    assert reading.problems == ()
    return reading.layer


def settings(*texts: str) -> Settings:
    """The first is the strongest."""
    return merged([layer(text, f"{n}.yaml") for n, text in enumerate(texts)]).settings


def test_nothing_given_is_the_default() -> None:
    assert merged([]).settings == merged([layer("", "x")]).settings == Settings()


def test_of_single_values_the_strongest_wins_even_where_it_is_the_default() -> None:
    assert settings("jobs: 32", "jobs: 4").jobs == 32
    assert settings("", "jobs: 4").jobs == 4
    assert settings("timeout: none", "timeout: 1h").timeout is None
    assert settings("shell_init: a", "shell_init: b").shell_init == ("a",)


def test_mappings_are_merged_entry_by_entry() -> None:
    assert settings("env: {A: 1}", "env: {A: 2, B: 3}").env == {"A": "1", "B": "3"}
    assert settings("locks: {T1: [a]}", "locks: {T1: [b], T2: [c]}").locks == {
        "T1": ("a",),
        "T2": ("c",),
    }


def test_lists_are_joined_without_repeats() -> None:
    assert settings("allow: [a, b]", "allow: [b, c]").allow == ("a", "b", "c")
    assert settings("secrets: [A]", "secrets: [B]").secrets == ("A", "B")


def test_tasks_are_merged_setting_by_setting() -> None:
    found = settings(
        "tasks: {T1: {timeout: 1m, env: {A: 1}, locks: []}}",
        "tasks: {T1: {timeout: 2m, env: {A: 2, B: 3}, retries: 1, locks: [x]}, T2: {keep: yes}}",
    ).tasks
    assert found["T1"].timeout == 60
    assert found["T1"].retries == 1
    assert found["T1"].env == {"A": "1", "B": "3"}
    assert found["T1"].locks == ()
    assert found["T2"].keep is True


def test_markers_are_joined_until_one_replaces() -> None:
    both = settings("markers: {failure: [a]}", "markers: {failure: [b], warning: [c]}").markers
    assert both == Markers(("a", "b"), ("c",))
    alone = settings("markers: {failure: [a], replace: true}", "markers: {failure: [b]}").markers
    assert alone == Markers(("a",), replace=True)
    above = settings("markers: {failure: [a]}", "markers: {failure: [b], replace: true}").markers
    assert above == Markers(("a", "b"), replace=True)


def test_places_name_the_one_that_counts_first() -> None:
    found = merged([layer("jobs: 1", "strong"), layer("\njobs: 2", "weak")])
    assert [str(place) for place in found.places["jobs",]] == ["strong:1", "weak:2"]
