"""Comments among commands that say that one of them is meant to fail."""

from __future__ import annotations

import pytest

from tmuxplan.plan import remarks

SAYS = [
    ("# expected to fail", "make x", "failure"),
    ("# this should exit 1", "make x", "failure"),
    ("# This should fail", "make x", "failure"),
    ("# should fail with a wrong password", "login x", "failure"),
    ("# the second call should be rejected", "send x", "failure"),
    ("# wrong token (should fail)", "login x", "failure"),
    ("# wrong token - expected: exit 2", "login x", "failure"),
    ("# Expected: FAIL", "make x", "failure"),
    ("# Expect exit code 3", "make x", "failure"),
    ("# expected: no matches", "grep -r TODO src", "failure"),
    ("# → fails", "make x", "failure"),
    ("# -> exit 1", "make x", "failure"),
    ("# => non-zero", "make x", "failure"),
    ("# must fail", "make x", "must fail"),
    ("# It must exit with status 1", "make x", "must fail"),
    ("# unsigned: must be rejected", "send x", "must fail"),
    ("# → 404", "curl -f http://x/none", "failure"),
    ("# expect 401", "curl -sSf http://x", "failure"),
    ("# should return 403", "wget -q http://x", "failure"),
    ("# -> HTTP 503", "curl --fail http://x", "failure"),
    # Without -f curl fails only where nobody answers, which nobody expects.
    ("# → 404", "curl -s http://x/none", ""),
    ("# should fail", "curl http://x", ""),
    ("# → 404", "make x", ""),
    ("# should return 200", "curl -f http://x", ""),
    ("# -> 200 OK", "curl -f http://x", ""),
    ("# Expected: 3 passed", "make x", ""),
    ("# expected 10 rows", "psql -c x", ""),
    ("# this should not fail", "make x", ""),
    ("# should fail gracefully", "make x", ""),
    ("# should fail fast", "make x", ""),
    ("# this should fail the build", "make x", ""),
    ("# Without this the next step should fail", "npm ci", ""),
    ("# should fail if the token is wrong", "login x", ""),
    ("# otherwise it must fail", "make x", ""),
    ("# tests that fail are listed", "make x", ""),
    ("# will fail", "make x", ""),
    ("# a -> b", "mv a b", ""),
    ("# Step 1 -> 2", "make x", ""),
    ("# expects 2 arguments", "./x a b", ""),
    ("# errors should be 0", "make x", ""),
    ("# exit 1", "make x", ""),
    ("# should exit 0", "make x", ""),
    ("# must not fail", "make x", ""),
    ("# should error-check all", "make x", ""),
]


@pytest.mark.parametrize(("comment", "command", "expects"), SAYS)
def test_what_a_comment_says_of_its_command(comment: str, command: str, expects: str) -> None:
    assert remarks.says(comment, command) == expects
    if expects:
        assert remarks.any_in(f"{command}  {comment}")


def test_it_takes_no_time_over_a_long_comment() -> None:
    for text in ("# " + "should " * 20_000, "# " + "(it " * 20_000, "# " + "-> exit " * 9_000):
        assert remarks.says(text, "make") in ("", "failure")
