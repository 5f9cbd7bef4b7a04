"""The watcher: bytes of a log in, events out, whatever the reads did to them."""

from __future__ import annotations

import itertools
import re

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tmuxplan.events import (
    CriterionSeen,
    Event,
    EvidenceFound,
    Hit,
    SecretSeen,
    StepEnded,
)
from tmuxplan.watch import records
from tmuxplan.watch.ledger import MOST_EVIDENCE, MOST_SECRETS, Watcher
from tmuxplan.watch.lines import LONGEST, OVERLAP

NONCE = "c0ffee"
SECRET = b"s3cr3t-value"


def record(body: str, nonce: str = NONCE) -> bytes:
    return b"\x1b]133;" + body.replace("N", f"aid={nonce}").encode() + b"\x07"


def began(step: int, t: str = "") -> bytes:
    return (
        record(f"A;N;step={step}")
        + b"\x1b[2m$ echo FAIL: echoed\rFAIL: echoed\x1b[0m\r\n"
        + record(f"C;N;step={step};t={t}")
    )


def ended(step: int, status: int = 0, t: str = "", more: str = "") -> bytes:
    return record(f"D;{status};N;step={step};ps={status};t={t}{more}")


END = record("D;0;N;end=1")


def scan(output: bytes) -> tuple[Hit, ...]:
    """Stands for judge's scan, which this room may not know: same words, simplest means."""
    hits = [
        Hit("marker", m.start(), len(m[0]), m[0].decode("utf-8", "replace").strip())
        for m in re.finditer(rb"(?:^|(?<=\r))FAIL:[^\n\r]*", output, re.MULTILINE)
    ]
    hits += [
        Hit("warning", m.start(), len(m[0]), m[0].decode("utf-8", "replace").strip())
        for m in re.finditer(rb"^WARN[^\n]*", output, re.MULTILINE)
    ]
    hits += [
        Hit("criterion", m.start(), len(m[0]), criterion=2) for m in re.finditer(rb"ready", output)
    ]
    hits += [Hit("secret", m.start(), len(m[0])) for m in re.finditer(re.escape(SECRET), output)]
    return tuple(sorted(hits, key=lambda hit: hit.offset))


def watcher(step_lines: tuple[int, ...] = (10, 20, 30)) -> Watcher:
    return Watcher("T001", 1, NONCE, scan, step_lines)


def events_of(log: bytes, size: int = 1 << 20) -> list[Event]:
    watching = watcher()
    return feed(watching, [log[at : at + size] for at in range(0, len(log), size)])


def feed(watching: Watcher, chunks: list[bytes]) -> list[Event]:
    return [event for chunk in chunks for event in watching.feed(chunk, 5.0)]


def evidence(events: list[Event]) -> list[tuple[str, int, int, int]]:
    return [
        (e.evidence.text, e.evidence.step, e.evidence.line, e.evidence.log_line)
        for e in events
        if isinstance(e, EvidenceFound)
    ]


def test_a_step_with_all_it_can_say() -> None:
    log = began(1, "100.5") + b"hello\r\n" + ended(1, 3, "102.75", ";stop=1")
    assert events_of(log) == [
        StepEnded(
            at=5.0,
            task="T001",
            n=1,
            step=1,
            status=3,
            seconds=2.25,
            pipe=(3,),
            stopped=True,
            log_line=2,
        )
    ]


def test_where_the_shell_was_put_back_may_hold_semicolons() -> None:
    (event,) = events_of(began(1) + ended(1, 1, "", ";back=/tmp/a;stop=1 b"))
    assert isinstance(event, StepEnded)
    assert (event.put_back, event.stopped) == ("/tmp/a;stop=1 b", False)


def test_the_statuses_of_a_pipeline() -> None:
    (event,) = events_of(began(1) + record("D;0;N;step=1;ps=1 141 0;t="))
    assert isinstance(event, StepEnded)
    assert event.pipe == (1, 141, 0)


def test_a_locale_with_a_decimal_comma() -> None:
    (event,) = events_of(began(1, "100,5") + ended(1, 0, "101,0"))
    assert isinstance(event, StepEnded)
    assert event.seconds == 0.5


def test_without_times_in_the_records_the_reader_s_count() -> None:
    watching = watcher()
    watching.feed(began(1), 100.0)
    (event,) = watching.feed(ended(1), 103.0)
    assert isinstance(event, StepEnded)
    assert event.seconds == 3.0


def test_an_end_without_a_beginning_has_no_seconds() -> None:
    (event,) = events_of(ended(2, 0, "101.0"))
    assert isinstance(event, StepEnded)
    assert event.seconds is None


def test_an_end_of_another_step_than_began_has_no_seconds() -> None:
    (event,) = events_of(began(1, "100.0") + ended(2, 0, "101.0"))
    assert isinstance(event, StepEnded)
    assert event.seconds is None


def test_an_attempt_without_a_nonce_has_no_records() -> None:
    assert records.parse(b"D;0;aid=;end=1", "") is None


def test_a_clock_set_back_gives_no_negative_seconds() -> None:
    (event,) = events_of(began(1, "100.0") + ended(1, 0, "90.0"))
    assert isinstance(event, StepEnded)
    assert event.seconds == 0.0


@pytest.mark.parametrize(
    "forged",
    [
        record("D;0;N;step=1;ps=0;t=", nonce="0ther"),
        record("D;0;N;end=1", nonce=""),
        record("D;;N;step=1;ps=0;t="),
        record("D;-1;N;step=1;ps=0;t="),
        record("D;0;N;step=x;ps=0;t="),
        record("D;0;N;ps=0;t="),
        record("D;0;N;step=1;ps=0 x;t="),
        record("E;N;step=1"),
        record("C;step=1;t=1"),
        record(""),
        record("D;0;N;step=1")[:-1] + b"\n\x07",
        b"\x1b]133;" * 3,
        b"\x1b]133;D;0;aid=" + NONCE.encode() + b";step=1;back=" + b"x" * 9000 + b"\x07",
    ],
)
def test_what_is_no_record_of_this_attempt_is_output(forged: bytes) -> None:
    watching = watcher()
    events = feed(watching, [began(1) + forged + b"\nFAIL: x\n" + ended(1) + END])
    assert [type(e).__name__ for e in events] == ["EvidenceFound", "StepEnded"]
    assert watching.finished == 0


def test_a_record_right_after_one_that_broke_off() -> None:
    events = events_of(began(1) + b"\x1b]133;D;0;aid=c0f" + ended(1, 4))
    assert [e.status for e in events if isinstance(e, StepEnded)] == [4]


def test_only_output_is_judged() -> None:
    log = b"FAIL: before\n" + began(1) + b"FAIL: one\nfine\nFAIL: part" + ended(1) + began(2)
    log += b"FAIL: two\n" + ended(2) + b"FAIL: trap\n" + END + b"FAIL: after\n"
    assert evidence(events_of(log)) == [
        ("FAIL: one", 1, 10, 3),
        ("FAIL: part", 1, 10, 5),
        ("FAIL: two", 2, 20, 6),
        ("FAIL: trap", 2, 20, 7),
    ]


ECHO = b"\x1b[2m$ wait\x1b[0m\r\n"


def test_what_comes_between_an_echo_and_its_step_is_judged() -> None:
    """The prelude needs two writes, and a background command may print between them."""
    log = began(1) + ended(1) + record("A;N;step=2") + ECHO + b"FAIL: between\r\n"
    log += record("C;N;step=2;t=") + ended(2) + END
    assert evidence(events_of(log)) == [("FAIL: between", 1, 10, 3)]


def test_what_comes_in_the_middle_of_a_long_echo_is_judged() -> None:
    log = began(1) + ended(1) + record("A;N;step=2") + b"\x1b[2m$ echo x \rFAIL: inside\r\n"
    log += b"FAIL: still\r\n\rFAIL: echoed\x1b[0m\r\n"
    log += record("C;N;step=2;t=") + ended(2) + END
    assert evidence(events_of(log)) == [("FAIL: inside", 1, 10, 2), ("FAIL: still", 1, 10, 3)]


@pytest.mark.parametrize("cut", range(1, 8))
@pytest.mark.parametrize("size", [1, 7, 1 << 20])
def test_a_line_that_records_broke_is_judged_whole_too(cut: int, size: int) -> None:
    line = b"FAIL: y"
    log = began(1) + line[:cut] + ended(1) + record("A;N;step=2") + ECHO
    log += record("C;N;step=2;t=") + line[cut:] + ended(2) + record("A;N;step=3") + ECHO
    log += record("C;N;step=3;t=") + b"\r\nfine\r\n" + ended(3) + END
    (found,) = evidence(events_of(log, size))
    assert found[0] == (line[:cut] if cut > 4 else line).decode().strip()


def test_a_broken_line_that_failed_says_so_once() -> None:
    log = began(1) + b"FAIL: part" + ended(1) + began(2) + b"and more\n" + ended(2) + END
    assert evidence(events_of(log)) == [("FAIL: part", 1, 10, 2)]


def test_a_line_waits_for_its_end() -> None:
    watching = watcher()
    assert feed(watching, [began(1), b"FA", b"IL: x"]) == []
    assert evidence(feed(watching, [b" y\n"])) == [("FAIL: x y", 1, 10, 2)]


def test_a_plan_line_that_the_output_names_beats_the_running_step() -> None:
    def named(output: bytes) -> tuple[Hit, ...]:
        return (Hit("marker", 0, 1, "x", line=15),) if b"not found" in output else ()

    watching = Watcher("T001", 1, NONCE, named, (10, 15, 30))
    events = feed(watching, [began(3) + b"script.sh: line 15: x: command not found\n"])
    assert evidence(events) == [("x", 2, 15, 2)]


def test_a_criterion_is_seen_once() -> None:
    events = events_of(began(1) + b"ready\nready\n" + ended(1) + began(2) + b"ready\n")
    seen = [e for e in events if isinstance(e, CriterionSeen)]
    assert [(e.criterion, e.log_line) for e in seen] == [(2, 2)]


def test_secrets_are_found_outside_of_steps_too_with_their_place() -> None:
    log = SECRET + b"\n" + record("A;N;step=1") + b"$ echo " + SECRET + b"\n"
    log += record("C;N;step=1;t=") + b"x" + SECRET + ended(1) + END + SECRET + b"\n"
    for size in (1, 7, 1 << 20):
        found = [e for e in events_of(log, size) if isinstance(e, SecretSeen)]
        assert [log[e.offset : e.offset + e.length] for e in found] == [SECRET] * 4


@pytest.mark.parametrize("before", range(LONGEST - len(SECRET) - 1, LONGEST + 2))
def test_a_secret_across_the_cut_of_a_line_too_long(before: int) -> None:
    head = began(1)
    log = head + b"x" * before + SECRET + b"y" * 100 + b"\n" + ended(1)
    found = [e for e in events_of(log) if isinstance(e, SecretSeen)]
    assert [(e.offset, e.length) for e in found] == [(len(head) + before, len(SECRET))]


def test_the_middle_of_a_line_too_long_begins_no_line() -> None:
    line = b"x" * (LONGEST - OVERLAP) + b"FAIL: no " + b"x" * OVERLAP
    log = began(1) + line + b"\nFAIL: yes\n" + ended(1)
    assert evidence(events_of(log)) == [("FAIL: yes", 1, 10, 3)]


def test_a_long_progress_bar_still_ends_in_a_line() -> None:
    text = "FAIL: " + "yes " * 20 + "end"
    log = began(1) + b"working\r" * (LONGEST // 8 - 2) + text.encode() + b"\n" + ended(1)
    assert [found for found, *_ in evidence(events_of(log))] == [text]


def test_markers_past_the_limit_are_counted() -> None:
    log = began(1) + b"FAIL: x\n" * (MOST_EVIDENCE + 7) + b"WARN y\n" * 3 + ended(1) + END
    texts = [text for text, *_ in evidence(events_of(log))]
    expected = ["FAIL: x"] * MOST_EVIDENCE + ["WARN y"] * 3 + ["and 7 more lines like these"]
    assert texts == expected


def test_a_log_without_its_last_record_is_closed_by_hand() -> None:
    watching = watcher()
    feed(watching, [began(1) + b"FAIL: x\n" * (MOST_EVIDENCE + 1) + b"FAIL: cut\x1b]13"])
    closing = list(watching.close(9.0))
    assert [text for text, *_ in evidence(closing)] == ["and 2 more lines like these"]
    assert watching.finished is None
    assert watching.close(9.0) == ()


def test_more_secrets_than_a_journal_should_hold() -> None:
    log = began(1) + (SECRET + b"\n") * (MOST_SECRETS + 50) + ended(1)
    found = [e for e in events_of(log) if isinstance(e, SecretSeen)]
    assert len(found) == MOST_SECRETS + 1
    assert found[-1].length == -1
    assert found[-1].offset == found[-2].offset + len(SECRET) + 1


@pytest.mark.parametrize(
    ("log", "lines"),
    [
        (b"", 0),
        (b"a", 1),
        (b"a\n", 1),
        (b"a\nb", 2),
        (b"a\n" + END, 1),
        (b"a\nb" + END, 2),
        (b"a\n\x1b]1", 2),
        (began(1) + b"x\n" + ended(1) + END, 2),
    ],
)
def test_lines_are_counted(log: bytes, lines: int) -> None:
    watching = watcher()
    watching.feed(log, 1.0)
    assert (watching.log_lines, watching.offset) == (lines, len(log))


PARTS = st.sampled_from(
    [
        began(1, "1.0"), began(2), ended(1, 1, "2.0"), ended(2, 0, "", ";back=/x"), END,
        b"FAIL: x\n", b"FAIL: y", b"WARN z\r\n", b"ready\n", SECRET, b"plain text", b"\n", b"\r",
        b"\x1b[31m", b"\x1b]133;", b"\x1b]133;D;0;", b"\x1b", b"\x07", "✗ ü".encode(),
        b"x" * 5000, b"y" * 70_000, record("D;0;N;end=1", "other"),
    ]
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.lists(PARTS, max_size=12), st.lists(st.integers(0, 300_000), max_size=8))
def test_any_split_of_the_same_bytes_gives_the_same_events(
    parts: list[bytes], cuts: list[int]
) -> None:
    log = b"".join(parts)
    places = [0, *sorted(cut % (len(log) + 1) for cut in cuts), len(log)]
    whole, split = watcher(), watcher()
    expected = feed(whole, [log]) + list(whole.close(5.0))
    pieces = [log[a:b] for a, b in itertools.pairwise(places)]
    assert feed(split, pieces) + list(split.close(5.0)) == expected
    assert (split.finished, split.log_lines) == (whole.finished, whole.log_lines)


def test_byte_by_byte() -> None:
    log = (
        began(1, "1.0") + b"FAIL: x\nready " + SECRET + b"\n" + ended(1, 1, "2.0") + b"WARN\n" + END
    )
    assert events_of(log, 1) == events_of(log)
    assert len(events_of(log)) == 5
    assert msgspec.json.encode(events_of(log)[0])
