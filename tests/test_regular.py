"""Opening what should be a file: nothing else is, and nobody waits for it."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from tmuxplan.regular import open_regular, reading


def _socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as one:
        one.bind(os.path.relpath(path))


def _open_files() -> int:
    return len(list(Path("/dev/fd").iterdir()))


OTHERS: dict[str, Callable[[Path], object]] = {
    "pipe": os.mkfifo,
    "folder": os.mkdir,
    "link": lambda path: path.symlink_to(__file__),
    "link to a device": lambda path: path.symlink_to("/dev/null"),
    "socket": _socket,
}


@pytest.mark.parametrize("what", OTHERS)
def test_what_is_no_file_is_refused_at_once(
    what: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)  # a socket's path must be short
    path = tmp_path / "log"
    OTHERS[what](path)
    before = _open_files()
    with pytest.raises(OSError, match=r"regular|link|No such|not supported"):
        open_regular(path)
    assert _open_files() == before, "nothing stays open"


def test_a_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_bytes(b"one\n")
    with reading(path) as file:
        assert file.read() == b"one\n"
    with pytest.raises(FileNotFoundError):
        open_regular(tmp_path / "none")
