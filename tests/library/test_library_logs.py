"""A log for readers: output that ends in no newline stands apart from the next command."""

from __future__ import annotations

from pathlib import Path

import pytest

from tmuxplan.journal.folder import RunFolder
from tmuxplan.library.logs import coloured, lines, log_end, of_step, shown, without_records
from tmuxplan.report.facts import Excerpt
from tmuxplan.schedule.state import AttemptRecord


def ended(n: int) -> bytes:
    return b"\x1b]133;D;0;aid=ab;step=%d;ps=0;t=1\x07" % n


def began(n: int, command: bytes) -> bytes:
    return b"\x1b]133;A;aid=ab;step=%d\x07$ %s\r\n\x1b]133;C;aid=ab;step=%d;t=1\x07" % (
        n,
        command,
        n,
    )


LOG = (
    began(1, b"printf one")
    + b"one"
    + ended(1)
    + began(2, b"printf '\\e[0m'")
    + b"\x1b[0m"
    + ended(2)
    + began(3, b"echo three")
    + b"three\r\n"
    + ended(3)
    + began(4, b"printf last")
    + b"last"
    + ended(4)
    + b"\x1b]133;D;0;aid=ab;end=1\x07"
)


def read(log: bytes) -> list[str]:
    return b"".join(without_records(lines([log]))).decode().replace("\r", "").split("\n")


def test_a_command_begins_a_line_of_its_own() -> None:
    assert read(LOG) == [
        "$ printf one",
        "one",
        "$ printf '\\e[0m'",
        "\x1b[0m$ echo three",  # a colour is nothing that one sees
        "three",
        "$ printf last",
        "last",
    ]


def test_a_line_that_was_drawn_over_is_one_line() -> None:
    drawn = b"10 %\r20 %\rdone\n" + ended(1)
    assert list(without_records([drawn])) == [b"10 %\r20 %\rdone\n"]


def test_it_does_not_matter_how_the_log_is_read() -> None:
    cut = [LOG[at : at + 7] for at in range(0, len(LOG), 7)]
    assert b"".join(without_records(lines(cut))) == b"".join(without_records(lines([LOG])))


@pytest.mark.parametrize(
    ("step", "printed"), [(1, "$ printf one\none"), (3, "$ echo three\nthree\n")]
)
def test_a_step_is_as_it_was_printed(step: int, printed: str) -> None:
    found = b"".join(without_records(of_step(lines([LOG]), step)))
    assert found.decode().replace("\r", "") == printed


def test_where_lines_have_numbers_they_keep_them() -> None:
    raw = LOG.split(b"\n")
    assert [shown(line) for line in raw] == [
        "$ printf one",
        "one ⏎ $ printf '\\e[0m'",
        "$ echo three",
        "three",
        "$ printf last",
        "last",
    ]
    assert coloured(b"\x1b[31mone" + ended(1) + began(2, b"x")) == "\x1b[31mone ⏎ $ x"


def end_of(folder: Path, log: bytes, count: int, log_lines: int = 0) -> Excerpt | None:
    attempt = AttemptRecord(n=1, nonce="ab", starting=0, log_lines=log_lines)
    path = RunFolder(folder).attempt("T1", 1) / "log"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(log)
    return log_end(RunFolder(folder), attempt, "T1", count)


@pytest.mark.parametrize("known", [True, False])
def test_the_end_of_a_log_has_the_numbers_of_the_file(known: bool, tmp_path: Path) -> None:
    """Whether the journal has counted the lines already, or the attempt still runs."""

    def end(log: bytes, lines_: int, count: int) -> Excerpt | None:
        return end_of(tmp_path, log, count, lines_ if known else 0)

    assert end(LOG, 6, 2) == Excerpt(5, ("$ printf last", "last"))
    found = end(LOG, 6, 99)
    assert found is not None
    assert (found.first, found.lines[1]) == (1, "one ⏎ $ printf '\\e[0m'")
    record = b"\x1b]133;D;0;aid=ab;end=1\x07"
    assert end(b"a\nb\n\n \n" + record, 4, 1) == Excerpt(2, ("b",))
    assert end(b"a\nb\n", 2, 5) == Excerpt(1, ("a", "b"))
    assert end(b"\n\n" + record, 2, 5) is None


def test_a_log_that_is_gone_has_no_end(tmp_path: Path) -> None:
    attempt = AttemptRecord(n=1, nonce="ab", starting=0)
    assert log_end(RunFolder(tmp_path), attempt, "T1", 3) is None
