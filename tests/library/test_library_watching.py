"""The bell of the dashboard: it rings when a file grows, and is silent otherwise."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tmuxplan.journal.folder import RunFolder
from tmuxplan.library import watching
from tmuxplan.library.watching import FileBell


class Rung:
    """Counts rings."""

    def __init__(self, folder: Path) -> None:
        self.folder = RunFolder(folder)
        self.folder.events.touch()
        self.bell = FileBell(self.folder)
        self._rung = threading.Semaphore(0)
        self.bell.ring(self._rung.release)

    def once(self) -> None:
        """It has rung, and is silent then."""
        assert self.heard()
        assert not self.again()

    def heard(self) -> bool:
        return self._rung.acquire(timeout=10)

    def again(self) -> bool:
        return self._rung.acquire(timeout=3 * watching._GAP_S)

    def be_silent(self) -> None:
        while self.again():
            pass

    def write(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("ab") as file:
            file.write(b"x\n")


@pytest.fixture
def rung(tmp_path: Path) -> Iterator[Rung]:
    bell = Rung(tmp_path)
    yield bell
    bell.bell.close()


def test_it_rings_when_the_journal_grows(rung: Rung) -> None:
    assert not rung.again()
    rung.write(rung.folder.events)
    rung.once()


def test_it_rings_for_the_log_that_is_looked_at(rung: Rung) -> None:
    log = rung.folder.attempt("T001", 1) / "log"
    rung.write(log)
    rung.bell.watch("T001", 1)
    rung.once()  # it may have grown before
    rung.write(log)
    rung.once()
    rung.bell.watch("", 0)
    assert rung.heard()
    rung.be_silent()
    rung.write(log)
    assert not rung.again()


def test_it_rings_when_the_log_comes(rung: Rung) -> None:
    log = rung.folder.attempt("T001", 1) / "log"
    log.parent.mkdir(parents=True)
    rung.bell.watch("T001", 1)
    rung.once()
    rung.write(log)
    assert rung.heard()
    rung.be_silent()
    rung.write(log)
    rung.once()


def test_a_log_that_is_not_there_is_not_asked_for_again_and_again(rung: Rung) -> None:
    rung.bell.watch("T001", 1)
    rung.once()
    assert not rung.again()


def test_many_writes_are_few_rings(rung: Rung) -> None:
    for _ in range(200):
        rung.write(rung.folder.events)
    assert rung.heard()
    count = 1
    while rung.again():
        count += 1
    assert count <= 10


def test_who_left_hears_nothing(rung: Rung) -> None:
    rung.bell.close()
    rung.bell.close()
    rung.write(rung.folder.events)
    assert not rung.again()
