"""Which lines of output are markers: the design's words, line by line."""

from __future__ import annotations

import pytest

from tmuxplan.judge.damage import FAILURE_SIGNS, WARNING_SIGNS, repair, spellings
from tmuxplan.judge.markers import DEFAULT, Markers, Pattern, find, needles

FAILURES = [
    "FAIL: Health endpoint",
    "FAIL:x",
    "FAIL",
    "FAILED",
    "FAILURE: disk",
    "ERROR: no route",
    "ERROR:root:boom",
    "FAIL - no answer",
    "FAIL – no answer",
    "FAIL — no answer",
    "FAILED -- no answer",
    "ERROR -",
    "FAIL: 0x80070005",
    "FAIL: 0 bytes received",
    "FAIL: 10",
    "    FAIL: indented",
    "\tFAIL: indented",
    "\x1b[31mFAIL\x1b[0m: red",
    "\x1b[1;31m✗\x1b[0m red",
    "\x1b]0;title\x07FAIL: after a title",
    "50%\rFAIL: over a progress bar",
    "FAIL: under a progress bar\r100%",
    "FAIL: x\r",
    "🔥 FAIL: x",
    "❗️ERROR: x",
    "• FAIL: x",
    "- FAIL: x",
    "* FAILED",
    "> ERROR: x",
    "⚠ FAIL: x",
    "✗ name",
    "✘ name",
    "❌ name",
    "× name",
    "✗",
    "❌ Failed: 3",
    "✗ 10 failed",
    "✗ name (port 8081) FAIL",
    "lint FAIL",
    "lint   FAIL  ",
    "10 FAIL",
    "F\x08FA\x08AI\x08IL\x08L: overstruck",
]
WARNINGS = ["⚠ x", "⚠️ x", "WARN x", "WARN: x", "WARNING: x", "  WARNING: x", "• WARN x", "WARN"]
NEITHER = [
    "Check output above for FAIL messages.",
    "CLI command verification complete. Check above for FAIL messages.",
    "0 failed",
    "12 passed, 0 failed",
    "Failed: 0",
    "FAILED: 0",
    "FAIL: 0",
    "ERROR: 0",
    "ERRORS: 0",
    "FAIL: 0, PASS: 12",
    "FAILED: 0 of 12",
    "FAILED: 0 tests",
    "✗ 0 failed",
    "❌ Failed: 0",
    "12 PASS, 0 FAIL",
    "(0 FAIL",
    "0 FAIL",
    "0  FAIL",
    "FAIL-SAFE mode on",
    "FAILOVER: done",
    "FAILED tests/x.py::test_a - assert 1",
    "tests/x.py::test_FAIL PASSED",
    "test_ERROR: ok",
    "ERRORS",
    "FAILURES: none",
    "Fail: x",
    "error: x",
    "no FAIL here",
    "PASS/FAIL",
    "WARNINGS: 3",
    "warning: x",
    "WARNING: 0",
    "a ⚠ inside",
    "a ✗ inside",
    "+ echo FAIL",
    "++ grep -c FAIL",
    "+ FAIL: traced",
    "",
    "   ",
    "âge FAIL-SAFE",
    "â word",
]


@pytest.mark.parametrize("line", FAILURES)
def test_failure(line: str) -> None:
    found = find(line.encode())
    assert found is not None
    assert found.kind == "marker"


@pytest.mark.parametrize("line", WARNINGS)
def test_warning(line: str) -> None:
    found = find(line.encode())
    assert found is not None
    assert found.kind == "warning"


@pytest.mark.parametrize("line", NEITHER)
def test_neither(line: str) -> None:
    assert find(line.encode()) is None


@pytest.mark.parametrize("sign", FAILURE_SIGNS)
@pytest.mark.parametrize("encoding", ["mac_roman", "cp1252", "latin-1"])
def test_damaged_signs(sign: str, encoding: str) -> None:
    damaged = sign.encode().decode(encoding, "replace" if encoding == "cp1252" else "strict")
    if "\ufffd" in damaged:
        damaged = sign.encode().decode("latin-1").replace("\x9c", "œ").replace("\xe2", "â")
    found = find(f"{damaged} Missing SKILL.md".encode())
    assert found is not None
    assert found.kind == "marker"
    assert found.text.isprintable()
    assert found.text.endswith(" Missing SKILL.md")


def test_a_damaged_sign_is_shown_as_it_was_printed_where_that_is_safe() -> None:
    found = find("‚úó API_KEY is missing".encode())
    assert found is not None
    assert found.text == "‚úó API_KEY is missing"


def test_damaged_warning() -> None:
    for damaged in spellings(WARNING_SIGNS[0]):
        found = find(f"{damaged} x".encode())
        assert found is not None
        assert found.kind == "warning"


def test_a_damaged_dash() -> None:
    assert find("FAIL ‚Äì no answer".encode()) is not None


def test_repair_leaves_what_is_not_damaged() -> None:
    assert repair("Ã la carte, naïve, âge") == "Ã la carte, naïve, âge"


def test_bytes_that_are_no_text() -> None:
    found = find(b"FAIL: \xff\xfe")
    assert found is not None
    assert found.text == "FAIL: \ufffd\ufffd"


@pytest.mark.parametrize(
    ("line", "plan_line"),
    [
        ("/r/T001/1/script.sh: line 12: nope: command not found", 12),
        ("script.sh: line 7: ./no such: command not found", 7),
        ("/r/script.sh: Zeile 9: nope: Kommando nicht gefunden.", 9),
        ("/r/script.sh: ligne 9 : nope : commande introuvable", 9),
        ("/r/script.sh: línea 9: nope: orden no encontrada", 9),
        ("/r/script.sh: 12: nope: not found", 12),
        ("/r/script.sh:12: command not found: nope", 12),
    ],
)
def test_a_shell_s_own_command_not_found_names_the_plan_s_line(line: str, plan_line: int) -> None:
    found = find(line.encode())
    assert found is not None
    assert (found.kind, found.line) == ("marker", plan_line)


@pytest.mark.parametrize(
    "line",
    [
        "bash: nope: command not found",
        "other.sh: line 12: nope: command not found",
        "/r/script.sh: line 12: /x/y: No such file or directory",
        "see script.sh: line 12 for what is done",
    ],
)
def test_what_is_not_our_script_s(line: str) -> None:
    assert find(line.encode()) is None


def test_patterns_are_values() -> None:
    own = Markers(
        failure=(*DEFAULT.failure, Pattern("^Traceback")), warning=(), ignore=("FAIL: known",)
    )
    assert find(b"Traceback (most recent call last):", own) is not None
    assert find(b"FAIL: known", own) is None
    assert find(b"WARN x", own) is None
    assert needles(own) is None


def test_every_default_failure_holds_a_needle() -> None:
    known = needles(DEFAULT)
    assert known is not None
    for line in (*FAILURES[:-1], *WARNINGS):
        assert any(needle in line.encode() for needle in known), line
