"""The status that an outer shell wrote aside, and who renames it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tmuxplan.backends import files


def test_what_the_last_record_says_too_is_renamed(tmp_path: Path) -> None:
    (tmp_path / "status.new").write_text("12\n")
    files.install_status(tmp_path, 12)
    assert files.read_status(tmp_path) == 12
    assert not (tmp_path / "status.new").exists()


@pytest.mark.parametrize("text", ["", "1", "12", "012\n", "0\n", "PATH\nHOME\n", "12\n\n"])
def test_what_is_torn_or_another_is_left(tmp_path: Path, text: str) -> None:
    (tmp_path / "status.new").write_text(text)
    files.install_status(tmp_path, 12)
    assert files.read_status(tmp_path) is None
    assert (tmp_path / "status.new").read_text() == text


def test_what_the_body_wrote_in_its_place_is_written_over(tmp_path: Path) -> None:
    (tmp_path / "status").write_text("0\n")
    (tmp_path / "status.new").write_text("1\n")
    files.install_status(tmp_path, 1)
    assert files.read_status(tmp_path) == 1


def test_a_pipe_in_its_place_keeps_nobody_waiting(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "status.new")
    files.install_status(tmp_path, 0)
    assert files.read_status(tmp_path) is None
