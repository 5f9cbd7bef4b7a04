"""A criterion that takes exponential time holds up nothing, and its task can't pass."""

from __future__ import annotations

import time

from tmuxplan.judge.markers import DEFAULT, Markers, Pattern
from tmuxplan.judge.scan import scanner
from tmuxplan.plan.model import Criterion

SLOW = r"(a|aa)+$"
LINE = b"a" * 60 + b"b!\n"


def test_it_is_named_once_and_not_asked_again() -> None:
    scan = scanner((Criterion("slow", 1, "regex", SLOW), Criterion("ok", 2, "regex", "b!$")))
    began = time.monotonic()
    found = [scan(LINE) for _ in range(50)]
    assert time.monotonic() - began < 10
    assert [(hit.kind, hit.criterion) for hit in found[0]] == [("marker", -1), ("criterion", 1)]
    assert "takes too long" in found[0][0].text
    assert [hit.kind for hit in found[1]] == ["criterion"]


def test_so_is_a_marker_of_the_settings() -> None:
    slow = Pattern(SLOW)
    both = Markers((*DEFAULT.failure, slow), (Pattern("b!$"),))
    scan = scanner((), markers=both)
    began = time.monotonic()
    found = [scan(LINE) for _ in range(50)]
    assert time.monotonic() - began < 10
    assert [hit.kind for hit in found[0]] == ["marker"]
    assert "takes too long on this output: " + SLOW in found[0][0].text
    # Lines repeat in a flood, and what one said is remembered.
    assert [hit.kind for hit in scan(b"aaab!\n")] == ["warning"]


def test_one_that_only_warns_is_a_warning_and_hides_no_failure() -> None:
    scan = scanner((), markers=Markers(DEFAULT.failure, (Pattern(SLOW),)))
    assert "FAIL" in scan(b"FAIL: " + LINE)[0].text
    assert [hit.kind for hit in scan(LINE)] == ["warning"]
    scan = scanner((), markers=Markers((*DEFAULT.failure, Pattern(SLOW)), ()))
    assert "FAIL" in scan(b"FAIL: " + LINE)[0].text  # found before the slow one was asked
    assert "takes too long" in scan(LINE)[0].text


def test_one_that_would_ignore_a_failure_leaves_it_a_failure() -> None:
    scan = scanner((), markers=Markers(DEFAULT.failure, (), (SLOW,)))
    began = time.monotonic()
    assert all("FAIL" in scan(b"FAIL: %d" % n + LINE)[0].text for n in range(50))
    assert time.monotonic() - began < 10


def test_a_line_of_any_length_is_searched_for_a_settings_marker() -> None:
    scan = scanner((), markers=Markers((Pattern("pan?ic: x$"),), ()))
    assert [hit.kind for hit in scan(b"." * 50_000 + b"panic: x\n")] == ["marker"]
