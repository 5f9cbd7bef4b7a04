"""Reading journals: whole, torn, broken, newer, growing; and old ones for ever."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import msgspec
import pytest

from tmuxplan import events as ev
from tmuxplan.errors import JournalError
from tmuxplan.journal.codec import Unknown, decode, encode
from tmuxplan.journal.journal import Journal, Tail, follow, read

SAMPLES = sorted((Path(__file__).parent / "samples").glob("v*/*.jsonl"))
ONE = b'{"event":"notice","at":1.0,"text":"one"}\n'
TWO = b'{"event":"notice","at":2.0,"text":"two"}\n'
FIRST, SECOND = ev.Notice(at=1.0, text="one"), ev.Notice(at=2.0, text="two")

READINGS = {
    "empty": (b"", (), []),
    "whole": (ONE + TWO, (FIRST, SECOND), []),
    "torn": (ONE + TWO[:-4], (FIRST,), ["a torn last line was left out"]),
    "only torn": (ONE[:-1], (), ["a torn last line was left out"]),
    "broken in the middle": (ONE + b"{oops\n" + TWO, (FIRST, SECOND), [":2: skipped, this line"]),
    "zeros after a power cut": (ONE + b"\0" * 9 + b"\n" + TWO, (FIRST, SECOND), [":2: skipped"]),
    "nested without end": (b"[" * 10**5 + b"\n" + TWO, (SECOND,), [":1: skipped"]),
    "nested in an event": (
        b'{"event":"new","x":' + b"[" * 10**5 + b"]" * 10**5 + b"}\n" + TWO,
        (SECOND,),
        [":1: skipped"],
    ),
    "not UTF-8": (ONE + b'{"event":"notice","at":1,"text":"\xff"}\n', (FIRST,), [":2: skipped"]),
    "a field is missing": (b'{"event":"notice","at":1}\n' + TWO, (SECOND,), [":1: skipped"]),
    "a newer event": (
        b'{"event":"gone_to_lunch","at":1,"menu":[1]}\n' + TWO,
        (SECOND,),
        ["'gone_to_lunch' that a newer tmuxplan wrote"],
    ),
    "a newer field": (ONE[:-2] + b',"colour":"red"}\n', (FIRST,), []),
    "a carriage return in a broken line": (b"a\rb\n" + b"c\n" + ONE, (FIRST,), [":1:", ":2:"]),
}


@pytest.mark.parametrize("name", READINGS)
def test_reading(name: str, tmp_path: Path) -> None:
    data, events, notices = READINGS[name]
    path = tmp_path / "events.jsonl"
    path.write_bytes(data)
    reading = read(path)
    assert reading.events == events
    assert len(reading.notices) == len(notices)
    for said, expected in zip(reading.notices, notices, strict=True):
        assert expected in said


def test_no_journal_is_an_error_to_a_reader_and_patience_to_a_follower(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    with pytest.raises(JournalError, match="there is no journal"):
        read(path)
    tail = follow(path)
    assert tail.new() == ()
    with Journal(path) as journal:
        journal.append(FIRST)
        assert tail.new() == (FIRST,)


def test_a_tail_takes_whole_lines_once(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    tail = Tail(path)
    seen: list[ev.Event] = []
    for byte in ONE + TWO:
        with path.open("ab") as file:
            file.write(bytes([byte]))
        seen.extend(tail.new())
        assert len(seen) == path.read_bytes().count(b"\n")
    assert seen == [FIRST, SECOND]
    assert tail.new() == ()
    assert not tail.torn


def test_every_event_survives_the_disk() -> None:
    events = [event for path in SAMPLES for event in read(path).events]
    assert [decode(encode(event).rstrip()) for event in events] == events


def test_the_samples_hold_every_kind_of_event_and_every_verdict() -> None:
    events = [event for path in SAMPLES for event in read(path).events]
    kinds = {type(event) for event in events}
    assert kinds >= set(get_args(ev.Event))
    verdicts = {event.verdict for event in events if isinstance(event, ev.Judged)}
    assert verdicts == {"passed", "failed", "timed out", "lost", "halted"}


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_an_old_journal_keeps_loading(path: Path) -> None:
    reading = read(path)
    assert reading.notices == ()
    assert len(reading.events) == path.read_bytes().count(b"\n")
    assert isinstance(reading.events[0], ev.RunStarted)


def test_a_known_event_that_is_broken_is_not_taken_for_a_newer_one() -> None:
    assert decode(b'{"event":"new"}') == Unknown("new")
    for line in (b'{"event":"run_ended","at":1}', b"{}", b"[]", b"", b"nonsense"):
        with pytest.raises(JournalError):
            decode(line)


def test_a_journal_names_its_events_for_other_programs() -> None:
    line = msgspec.json.decode(encode(ev.SupervisorStarted(at=1.5, pid=7)))
    assert line == {"event": "supervisor_started", "at": 1.5, "pid": 7}
