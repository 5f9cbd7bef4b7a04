"""Scanning in bulk: what is found, where, how it is shown, and together with the watcher."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tmuxplan.events import EvidenceFound, Hit
from tmuxplan.judge.markers import DEFAULT, Markers, Pattern, find
from tmuxplan.judge.scan import LONGEST_TEXT, scanner
from tmuxplan.plan.model import Criterion
from tmuxplan.watch.ledger import Watcher


def regex(code: str, negated: bool = False) -> Criterion:
    return Criterion("", 1, "regex", code, negated)


def test_each_line_once_in_order() -> None:
    output = b"ok\nFAIL: FAIL ERROR FAIL\nok\n\xe2\x9a\xa0 w\nlast FAIL"
    assert scanner(())(output) == (
        Hit("marker", 3, 21, "FAIL: FAIL ERROR FAIL"),
        Hit("warning", 28, 5, "⚠ w"),
        Hit("marker", 34, 9, "last FAIL"),
    )


def test_a_line_after_a_marker_without_a_newline_between_chunks() -> None:
    assert scanner(())(b"FAIL\n\nFAIL\n") == (
        Hit("marker", 0, 4, "FAIL"),
        Hit("marker", 6, 4, "FAIL"),
    )


def test_criteria_by_their_index_and_first_line() -> None:
    scan = scanner((Criterion("for a person", 1, "person"), regex(r"^ready \d+$"), regex("never")))
    assert scan(b"not ready 1\nready 22\r\nready 33\n") == (Hit("criterion", 12, 9, criterion=1),)


@pytest.mark.parametrize(
    ("code", "line", "met"),
    [
        (r"^ok$", b"\x1b[32mok\x1b[0m", True),
        (r"^ok$", b"10%\r50%\rok", True),
        (r"ü+", "grüün".encode(), True),
        (r"a\sb", b"a\nb", False),
        (r"(unclosed", b"(unclosed", False),
        (r"*", b"*", False),
        (r"needle", b"x" * 5000 + b"needle" + b"y" * 5000, True),
        (r"x$", b"x" * 5000 + b"y", False),
        (r"y$", b"x" * 5000 + b"y", True),
        (r"^x", b"y" + b"x" * 5000, False),
        (r"x{1000}", b"y" * 1500 + b"x" * 1000 + b"y" * 3000, True),
    ],
)
def test_what_a_regular_expression_sees(code: str, line: bytes, met: bool) -> None:
    assert bool(scanner((regex(code),))(line)) is met


def test_secrets_where_they_stand_and_masked_in_evidence() -> None:
    scan = scanner((), (b"hunter22", b"hunter22-long", b"r22"))
    output = b"FAIL: login hunter22-long\nx hunter22\n"
    assert scan(output) == (
        Hit("marker", 0, 25, "FAIL: login ***"),
        Hit("secret", 12, 13),
        Hit("secret", 28, 8),
    )


def test_a_secret_is_masked_before_the_text_is_cut() -> None:
    line = b"FAIL: " + b"x" * (LONGEST_TEXT - 10) + b"hunter22"
    (marker, _) = scanner((), (b"hunter22",))(line)
    assert "hunt" not in marker.text
    assert len(marker.text) <= LONGEST_TEXT


def test_evidence_holds_no_control_sequences() -> None:
    output = "FAIL: a\x1b[2Jb\x1b]0;t\x07c\x07d\x9b2Je\u202ef\n".encode()
    assert scanner(())(output)[0].text == "FAIL: abcdef"


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        (b"F\x1b[31mAIL\x1b[0m: x", "marker"),
        (b"\x1b[31mFAI\x1b[0mL: x", "marker"),
        (b"F\x1b[1m\x1b[31mA\x1b[38;5;9mI\x1b[0m\x1b[KL: x", "marker"),
        (b"F\x1b]8;;http://x\x1b\\AIL: x", "marker"),
        (b"F\x1b]0;title\x07AIL: x", "marker"),
        (b"W\x1b[33mARN\x1b[0m x", "warning"),
        ("F\x1b[31mAIL: ü".encode(), "marker"),
        (b"F\bFA\bAI\bIL\bL: x", "marker"),
        (b"F\x1b[AIL: x", ""),
        (b"F\x1b[31m\nAIL: x", ""),
        (b"no F\x1b[31mAIL: x", ""),
        (b"\x1b[31mINFO\x1b[0m: x", ""),
    ],
)
def test_what_colours_tear_apart_is_read_as_it_is_seen(line: bytes, kind: str) -> None:
    for output, start in ((line, 0), (b"FAIL\nok\n" + line + b"\nok \x1b[1mx\n", 8)):
        found = [(hit.kind, hit.offset) for hit in scanner(())(output) if hit.length > 4]
        assert found == ([(kind, start)] if kind else [])


def test_own_literals_may_be_torn_and_need_not_be_tearable() -> None:
    own = Markers(failure=(Pattern("ОШИБКА", ("ОШИБКА",)), Pattern("-]!", ("-]!",))), warning=())
    assert len(scanner((), markers=own)("ОШ\x1b[1mИБКА\n-\x1b[1m]\x1b[m!\nok".encode())) == 2
    alone = Markers(failure=(Pattern("!", ("!",)),), warning=())
    assert len(scanner((), markers=alone)(b"\x1b[1m!\x1b[m\n\x1b[1mok")) == 1


SEQUENCES = st.sampled_from(
    ["\x1b[31m", "\x1b[0m", "\x1b[", "\x1b", "\x1b]0;FA\x07", "\x1b]8;;x\x1b\\", "\x1b(B", "\x1bP",
     "x\b", "\r", "\a", "\0", "\x0f", "\x7f"]
)  # fmt: skip
INSERTED = st.lists(st.tuples(st.integers(0, 9), SEQUENCES), max_size=4)
WHOLE = st.sampled_from(["FAIL: x", "ERROR - ü", "✗ no", "✓ yes", "WARN w", "10 FAIL", "FINE"])


def with_inserted(line: str, inserted: list[tuple[int, str]]) -> bytes:
    for at, sequence in inserted:
        line = line[:at] + sequence + line[at:]
    return line.encode()


@settings(max_examples=300, deadline=None)
@given(st.lists(st.builds(with_inserted, WHOLE, INSERTED), max_size=4))
def test_no_line_is_passed_over_that_judged_by_itself_is_a_marker(lines: list[bytes]) -> None:
    offsets = [sum(len(line) + 1 for line in lines[:index]) for index in range(len(lines))]
    judged = [at for at, line in zip(offsets, lines, strict=True) if find(line)]
    assert [hit.offset for hit in scanner(())(b"\n".join(lines))] == judged


def test_sequences_that_can_be_divided_in_many_ways_take_no_longer() -> None:
    """Each of these could be one sequence, or a shorter one and single characters behind it."""
    assert scanner(())(b"F" + b"\x1b]\0\0" * 10_000 + b"Z") == ()
    assert len(scanner(())(b"F" + b"\x1b]\0\0\a" * 10_000 + b"AIL: x")) == 1


def test_own_patterns_without_literals_see_every_line() -> None:
    own = Markers(failure=(Pattern("boom"),), warning=())
    assert scanner((), markers=own)(b"x\nkaboom\n") == (Hit("marker", 2, 6, "kaboom"),)


LINES = st.sampled_from(
    [b"FAIL: x", b"fine", "✗ é".encode(), b"50%\rERROR: y", b"\x1b[31mFAILED\x1b[m", b"x FAIL",
     "‚úó z".encode(), b"WARN w", b"tok3n-value", b"ready 1", b"\xff\xfe", b"", b"z" * 70_000]
)  # fmt: skip


@settings(max_examples=100, deadline=None)
@given(st.lists(LINES, max_size=20), st.integers(1, 200_000))
def test_with_the_watcher_chunks_make_no_difference(lines: list[bytes], size: int) -> None:
    log = b"\x1b]133;C;aid=ab;step=1;t=\x07" + b"\r\n".join(lines)
    scan = scanner((regex("ready"),), (b"tok3n-value",), DEFAULT)

    def events(size: int) -> list[object]:
        watcher = Watcher("T1", 1, "ab", scan, (5,))
        found: list[object] = []
        for at in range(0, len(log), size):
            found += watcher.feed(log[at : at + size], 1.0)
        return found + list(watcher.close(1.0))

    assert events(size) == events(len(log))


def test_a_candidate_line_is_seen_in_any_company() -> None:
    lines = ["noise é", "FAIL: x", "noise", "âœ— y", "‚úó z", "WARNING: w", "0 FAIL"] * 50
    log = b"\x1b]133;C;aid=ab;step=1;t=\x07" + "\n".join(lines).encode() + b"\n"
    events = Watcher("T1", 1, "ab", scanner(()), (5,)).feed(log, 1.0)
    texts = [e.evidence.text for e in events if isinstance(e, EvidenceFound)]
    assert len(texts) == 150
    assert texts[:4] == ["FAIL: x", "âœ— y", "‚úó z", "WARNING: w"]
