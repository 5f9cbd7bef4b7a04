"""The waker on real files. A wait that should end early is given 20 s and must not need them."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tmuxplan.watch import wake
from tmuxplan.watch.wake import Waker


@pytest.fixture(params=["native", "polling"])
def waker(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Waker]:
    """Also the way of a system that has neither inotify nor kqueue."""
    if request.param == "polling":
        monkeypatch.setattr(wake, "_notifier", lambda: None)
    made = Waker()
    yield made
    made.close()


def seconds(waker: Waker, timeout_s: float, fds: tuple[int, ...] = ()) -> float:
    began = time.monotonic()
    waker.wait(timeout_s, fds)
    return time.monotonic() - began


def append(path: Path) -> None:
    with path.open("ab") as file:
        file.write(b"x")


def test_growth_before_the_wait_is_not_lost(waker: Waker, tmp_path: Path) -> None:
    log = tmp_path / "log"
    append(log)
    waker.watch(log)
    append(log)
    assert seconds(waker, 20) < 5


@pytest.mark.parametrize("change", [append, lambda path: path.with_name("status").touch()])
def test_a_change_during_the_wait(
    waker: Waker, tmp_path: Path, change: Callable[[Path], None]
) -> None:
    log = tmp_path / "log"
    append(log)
    waker.watch(log)
    waker.watch(tmp_path)
    changing = threading.Thread(target=change, args=(log,))
    changing.start()
    assert seconds(waker, 20) < 5
    changing.join()


def test_a_rename_into_a_directory(waker: Waker, tmp_path: Path) -> None:
    aside = tmp_path / "aside"
    aside.touch()
    folder = tmp_path / "folder"
    folder.mkdir()
    waker.watch(folder)
    aside.rename(folder / "status")
    assert seconds(waker, 20) < 5


def test_a_path_that_comes_later(waker: Waker, tmp_path: Path) -> None:
    waker.watch(tmp_path / "log")
    append(tmp_path / "log")
    assert seconds(waker, 20) < 5
    append(tmp_path / "log")
    assert seconds(waker, 20) < 5


def test_a_descriptor(waker: Waker) -> None:
    reader, writer = os.pipe()
    os.write(writer, b"x")
    assert seconds(waker, 20, (reader,)) < 5
    os.close(reader)
    os.close(writer)


def test_nothing_happens_until_the_time_is_over(tmp_path: Path) -> None:
    waker = Waker()
    log = tmp_path / "log"
    append(log)
    waker.watch(log)
    waker.forget(log)
    waker.wait(0)  # inotify says once that it forgot
    append(log)
    assert seconds(waker, 0.1) >= 0.09
    waker.forget(log)
    waker.close()
