"""Which sockets nobody hears."""

from __future__ import annotations

import os
import shutil
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tmuxplan.library.cleaning import stale


@pytest.fixture
def folder(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """In place of the one that every run of this user shares."""
    made = Path(tempfile.mkdtemp(prefix="tp-", dir="/tmp"))
    monkeypatch.setattr(stale, "private_folder", lambda: made)
    yield made
    shutil.rmtree(made)


def test_only_old_ones_that_nobody_listens_on(folder: Path) -> None:
    heard, deaf, fresh = (folder / f"{name}.sock" for name in ("heard", "deaf", "fresh"))
    (folder / "ports").mkdir()
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(heard))
        listening.listen()
        for path in (deaf, fresh):
            with socket.socket(socket.AF_UNIX) as bound:
                bound.bind(str(path))
        now = deaf.stat().st_mtime + 100
        os.utime(fresh, (now, now))
        found = stale.deaf_sockets(now)
        assert found == (deaf,)
        assert stale.remove_sockets((*found, folder / "gone.sock")) == 1
        assert stale.deaf_sockets(now) == ()
