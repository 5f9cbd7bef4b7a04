"""A real file that grows, followed."""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path

import pytest
from pexpect import TIMEOUT

from tmuxplan.watch.follow import CHUNK, Follower


def test_every_byte_once(tmp_path: Path) -> None:
    log, follower, dice = tmp_path / "log", Follower(tmp_path / "log"), random.Random(1)
    written, read = b"", b""
    with log.open("ab", buffering=0) as file:
        for _ in range(200):
            data = dice.randbytes(dice.randrange(3 * CHUNK // 2))
            file.write(data)
            written += data
            if dice.random() < 0.7:
                read += b"".join(follower.drain())
    read += b"".join(follower.drain())
    follower.close()
    assert read == written


def test_a_log_that_comes_later(tmp_path: Path) -> None:
    follower = Follower(tmp_path / "log")
    assert list(follower.drain()) == []
    (tmp_path / "log").write_bytes(b"no newline")
    assert list(follower.drain()) == [b"no newline"]
    assert list(follower.drain()) == []
    with pytest.raises(TIMEOUT):
        follower.read_nonblocking(10)
    follower.close()
    follower.close()


def test_a_writer_that_is_faster_does_not_hold_the_reader(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_bytes(b"x")
    follower, count = Follower(log), 0
    for _ in follower.drain():
        count += 1
        with log.open("ab") as file:
            file.write(b"x")
    assert count == 1
    assert list(follower.drain()) == [b"x"]
    follower.close()


def test_a_log_written_by_another_process(tmp_path: Path) -> None:
    log, read, follower = tmp_path / "log", b"", Follower(tmp_path / "log")
    code = "import sys\nfor i in range(20000): print('line', i, flush=i % 10 == 0)"
    with log.open("wb") as out:
        writer = subprocess.Popen([sys.executable, "-c", code], stdout=out)
    while writer.poll() is None:
        read += b"".join(follower.drain())
    read += b"".join(follower.drain())
    follower.close()
    assert read == b"".join(b"line %d\n" % i for i in range(20000))
    assert follower.before in (b"", None)
