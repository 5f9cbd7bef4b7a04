"""A launch without a terminal: what reads finds no input, and is told why."""

from __future__ import annotations

from e2e import Site, plan, task

WHY = "launched without a terminal, so that its input was empty"


def words(site: Site) -> str:
    return " ".join(site.run("explain", "T001").out.split())


def test_explain_says_why_a_read_failed(each_site: Site) -> None:
    each_site.go(
        plan(task(1, 'read -p "Your name: " name\necho "hi $name"', impact="High")), code=1
    )
    assert WHY in words(each_site)


def test_what_fails_of_itself_is_not_explained_by_it(site: Site) -> None:
    site.go(plan(task(1, "false", impact="High")), code=1)
    assert WHY not in words(site)


def test_a_run_whose_options_are_gone_is_explained_all_the_same(site: Site) -> None:
    """The journal knows it."""
    site.go(plan(task(1, "read name", impact="High")), code=1)
    (site.runs[-1] / "launch.json").unlink()
    assert "exit status 1: read name" in words(site)
    assert WHY in words(site)
