"""A log for readers: output that ends in no newline stands apart from the next command."""

from __future__ import annotations

from pathlib import Path

import pytest

from tmuxplan.journal.folder import RunFolder
from tmuxplan.library.logs import coloured, last_lines, lines, of_step, shown, without_records
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


def test_the_end_of_a_log_has_as_many_lines_as_the_file(tmp_path: Path) -> None:
    folder = RunFolder(tmp_path)
    attempt = AttemptRecord(n=1, nonce="ab", starting=0)
    path = folder.attempt("T1", 1) / "log"
    path.parent.mkdir(parents=True)
    path.write_bytes(LOG)
    assert last_lines(folder, attempt, "T1", 2) == ("$ printf last", "last")
    assert last_lines(folder, attempt, "T1", 6)[1] == "one ⏎ $ printf '\\e[0m'"
