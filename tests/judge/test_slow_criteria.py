"""A criterion that takes exponential time holds up nothing, and its task can't pass."""

from __future__ import annotations

import time

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
