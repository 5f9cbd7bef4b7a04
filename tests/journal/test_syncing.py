"""Syncing beside the writer: nothing that failed is forgotten, nobody waits for nothing."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tmuxplan.journal.syncing import Syncing


@pytest.fixture
def no_file() -> Iterator[int]:
    """A descriptor that no disk is behind."""
    reader, writer = os.pipe()
    yield writer
    os.close(reader)
    os.close(writer)


def test_what_is_asked_for_is_done(tmp_path: Path) -> None:
    with (tmp_path / "journal").open("wb") as file:
        syncing = Syncing(file.fileno(), tmp_path)
        for _ in range(50):
            syncing.ask()
        assert syncing.wait() is None
        syncing.close()


def test_a_failure_outlives_the_successes_after_it(no_file: int, tmp_path: Path) -> None:
    syncing = Syncing(no_file, tmp_path)
    syncing.ask()
    with (tmp_path / "journal").open("wb") as file:
        with syncing._changed:
            while syncing._done < syncing._asked:
                syncing._changed.wait()
            syncing._fd = file.fileno()
        syncing.ask()
        assert isinstance(syncing.wait(), OSError)
        assert isinstance(syncing.failure(), OSError), "for good"
        syncing.close()


def test_without_a_thread_it_is_done_in_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none_left(thread: threading.Thread) -> None:  # noqa: ARG001
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", none_left)
    with (tmp_path / "journal").open("wb") as file:
        syncing = Syncing(file.fileno(), tmp_path)
        syncing.ask()
        assert syncing.wait() is None
        syncing.close()
