"""Any lines of a log: against all of its lines, whatever the blocks cut."""

from __future__ import annotations

import random
import tracemalloc
from pathlib import Path

import pytest

from tmuxplan.library import pages
from tmuxplan.library.pages import Pages

CHANCE = random.Random(7)


def _log(tmp_path: Path, data: bytes, *secrets: tuple[int, int]) -> Pages:
    path = tmp_path / "log"
    path.write_bytes(data)
    log = Pages(path, lambda: secrets)
    while not log.grow(log.size()):
        pass
    return log


def _text(log: Pages, first: int, count: int) -> list[str]:
    return [line.text for line in log.lines(first, count)]


@pytest.mark.parametrize("block", [1, 7, 64, 1 << 16])
def test_any_lines_are_those_of_the_whole(
    block: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "BLOCK", block)
    monkeypatch.setattr(pages, "KEPT", 2)
    whole = [f"{n} " + "x" * CHANCE.randrange(1, 40) for n in range(120)]
    whole[30:33] = ["", "", ""]
    log = _log(tmp_path, "\n".join(whole).encode() + b"\nno newline yet")
    whole.append("no newline yet")
    assert log.count == len(whole)
    for first in (1, 2, 29, 60, 118, 121):
        assert _text(log, first, 5) == whole[first - 1 : first + 4]
    assert [line.n for line in log.lines(120, 9)] == [120, 121]


def test_it_grows_and_the_last_line_with_it(tmp_path: Path) -> None:
    log = _log(tmp_path, b"one\ntw")
    assert _text(log, 1, 9) == ["one", "tw"]
    with (tmp_path / "log").open("ab") as file:
        file.write(b"o\nthree\n")
    assert _text(log, 1, 9) == ["one", "tw"]  # what is not counted is not shown
    assert log.grow(log.size())
    assert _text(log, 1, 9) == ["one", "two", "three"]


def test_a_log_that_is_not_there_has_no_lines(tmp_path: Path) -> None:
    log = Pages(tmp_path / "none", lambda: ())
    assert log.grow(10)
    assert (log.count, log.lines(1, 5), log.find("x", 0), log.last(3)) == (0, (), 0, ())


def test_secrets_are_masked_and_are_not_found(tmp_path: Path) -> None:
    log = _log(tmp_path, b"open\ntoken hunter2 used\nclose\n", (11, 7))
    assert _text(log, 2, 1) == ["token *** used"]
    assert log.find("hunter2", 0) == 0
    assert log.find("TOKEN", 0) == 2
    assert next(line.text for line in log.last(3)) == "token *** used"


def test_a_long_line_is_cut_and_says_so(tmp_path: Path) -> None:
    log = _log(tmp_path, b"a\n" + b"x" * 500_000 + b"\nb\n")
    first, long, last = _text(log, 1, 3)
    assert (first, last) == ("a", "b")
    assert long.startswith("x" * pages.LONGEST)
    assert long.endswith("… and 490,000 more characters")
    assert len(long) < pages.LONGEST + 60


def test_nothing_steers_but_colours(tmp_path: Path) -> None:
    log = _log(tmp_path, b"\x1b[31mred\x1b[0m \x1b[2J\x1b]0;title\x07end\r\n")
    assert _text(log, 1, 1) == ["\x1b[31mred\x1b[0m end"]


@pytest.mark.parametrize(
    ("needle", "after", "backwards", "line"),
    [
        ("needle", 0, False, 2),
        ("needle", 2, False, 4),
        ("needle", 4, False, 2),  # it goes on at the other end
        ("NEEDLE", 4, True, 2),
        ("needle", 2, True, 4),
        ("nothing", 0, False, 0),
        ("", 0, False, 0),
    ],
)
def test_search(needle: str, after: int, backwards: bool, line: int, tmp_path: Path) -> None:
    log = _log(tmp_path, b"one\na Needle\nthree\nneedle again\nfive\n")
    assert log.find(needle, after, backwards) == line


def test_a_search_crosses_blocks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "BLOCK", 4)
    text = b"".join(b"line %d\n" % n for n in range(60))
    log = _log(tmp_path, text)
    for n in (9, 10, 33, 59):
        assert log.find(f"line {n}", 0) == n + 1
        assert log.find(f"line {n}", 60, backwards=True) == n + 1


def test_the_step_that_begins_is_told(tmp_path: Path) -> None:
    record = b"\x1b]133;A;aid=0af;step=%d\x07"
    log = _log(tmp_path, (record % 1) + b"$ cd\n" + (record % 2) + b"$ make\nout\n")
    assert [(line.step, line.text) for line in log.lines(1, 3)] == [
        (1, "$ cd"),
        (2, "$ make"),
        (0, "out"),
    ]


def test_a_line_without_an_end_takes_no_memory(tmp_path: Path) -> None:
    path = tmp_path / "log"
    with path.open("wb") as file:
        file.write(b"first\n")
        file.truncate(256 << 20)  # a hole: zeros that are nowhere on the disk
    tracemalloc.start()
    log = Pages(path, lambda: ())
    while not log.grow(log.size()):
        pass
    first, endless = log.lines(1, 9)
    early = log.last(3)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert first.text == "first"
    assert endless.text.endswith("more characters")
    assert len(early) == 1
    assert peak < 16 << 20
