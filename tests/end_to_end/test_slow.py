"""Twice its estimate: a warning, and nothing else."""

from __future__ import annotations

from e2e import Site, by_id, plan, task


def test_twice_its_estimate_is_a_warning_that_decides_nothing(site: Site) -> None:
    slow = task(1, "sleep 1.5", meta=("**Estimated Time:** 0.5 seconds",))
    report = site.go(plan(slow, task(2, "true", meta=("**Estimated Time:** 1 minute",))), code=0)
    one, two = by_id(report)["T001"], by_id(report)["T002"]
    assert (one["verdict"], one["estimate"]["high_s"]) == ("passed", 0.5)
    (evidence,) = one["attempts"][0]["evidence"]
    assert evidence["kind"] == "warning"
    assert "runs for more than 2 times its estimate of 0.5 s" in evidence["text"]
    assert two["attempts"][0]["evidence"] == []
